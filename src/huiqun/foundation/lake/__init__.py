"""What is known about customer ids: Parquet files under one manifest. See docs/matters/lake.md.

Importers stage files, one publisher at a time makes a new version of them, readers see whole versions only.
"""

from huiqun.foundation.lake.manifest import LakeFile, Manifest, folder, manifest, version
from huiqun.foundation.lake.publishing import Publication, publish, sweep
from huiqun.foundation.lake.reading import connect
from huiqun.foundation.lake.schema import DATASETS, Column, Dataset
from huiqun.foundation.lake.staging import LakeRefused, StagedFile, stage

__all__ = [
    "DATASETS",
    "Column",
    "Dataset",
    "LakeFile",
    "LakeRefused",
    "Manifest",
    "Publication",
    "StagedFile",
    "connect",
    "folder",
    "manifest",
    "publish",
    "stage",
    "sweep",
    "version",
]
