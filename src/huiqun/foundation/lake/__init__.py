"""What is known about customer ids: Parquet files under one manifest. See docs/matters/lake.md.

Importers stage files, one publisher at a time makes a new version of them, readers see whole versions only.
"""

from huiqun.foundation.lake.compacting import compact
from huiqun.foundation.lake.datasets import CATALOGUE, DATASETS
from huiqun.foundation.lake.erasing import erase, erased_ids
from huiqun.foundation.lake.faults import FileDamaged, LakeFull, VersionGone
from huiqun.foundation.lake.manifest import LakeFile, Manifest, folder, manifest, version
from huiqun.foundation.lake.publishing import Publication, publish, sweep
from huiqun.foundation.lake.reading import connect
from huiqun.foundation.lake.retention import first_day_kept, retire
from huiqun.foundation.lake.schema import Column, Dataset
from huiqun.foundation.lake.sources import Source
from huiqun.foundation.lake.staging import LakeRefused, StagedFile, stage
from huiqun.foundation.lake.writing import damaged, file_digest

__all__ = [
    "CATALOGUE",
    "DATASETS",
    "Column",
    "Dataset",
    "FileDamaged",
    "LakeFile",
    "LakeFull",
    "LakeRefused",
    "Manifest",
    "Publication",
    "Source",
    "StagedFile",
    "VersionGone",
    "compact",
    "connect",
    "damaged",
    "erase",
    "erased_ids",
    "file_digest",
    "first_day_kept",
    "folder",
    "manifest",
    "publish",
    "retire",
    "stage",
    "sweep",
    "version",
]
