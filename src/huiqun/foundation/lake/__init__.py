"""What is known about customer ids: Parquet files under one manifest. See docs/matters/lake.md.

Importers stage files, one publisher at a time makes a new version of them, readers see whole versions only.
"""

from huiqun.foundation.lake.archive import bring, shown_archive
from huiqun.foundation.lake.archiving import archive_days, archive_old, sweep_archive
from huiqun.foundation.lake.compacting import KINDS, compact
from huiqun.foundation.lake.datasets import CATALOGUE, DATASETS
from huiqun.foundation.lake.digest import file_digest
from huiqun.foundation.lake.erasing import erase, erased_ids
from huiqun.foundation.lake.faults import (
    ArchiveBusy,
    ArchiveSilent,
    ArchiveTooLarge,
    FileDamaged,
    LakeFull,
    VersionGone,
)
from huiqun.foundation.lake.manifest import LakeFile, Manifest, folder, manifest, version
from huiqun.foundation.lake.publishing import Publication, publish, sweep
from huiqun.foundation.lake.reading import (
    HERE,
    Reach,
    apart,
    archived_files,
    confine,
    connect,
    is_here,
    opened,
    rows_of,
)
from huiqun.foundation.lake.retention import first_day_kept, retire
from huiqun.foundation.lake.schema import Column, Dataset
from huiqun.foundation.lake.sources import Source
from huiqun.foundation.lake.staging import LakeRefused, StagedFile, stage
from huiqun.foundation.lake.writing import damaged

__all__ = [
    "CATALOGUE",
    "DATASETS",
    "HERE",
    "KINDS",
    "ArchiveBusy",
    "ArchiveSilent",
    "ArchiveTooLarge",
    "Column",
    "Dataset",
    "FileDamaged",
    "LakeFile",
    "LakeFull",
    "LakeRefused",
    "Manifest",
    "Publication",
    "Reach",
    "Source",
    "StagedFile",
    "VersionGone",
    "apart",
    "archive_days",
    "archive_old",
    "archived_files",
    "bring",
    "compact",
    "confine",
    "connect",
    "damaged",
    "erase",
    "erased_ids",
    "file_digest",
    "first_day_kept",
    "folder",
    "is_here",
    "manifest",
    "opened",
    "publish",
    "retire",
    "rows_of",
    "shown_archive",
    "stage",
    "sweep",
    "sweep_archive",
    "version",
]
