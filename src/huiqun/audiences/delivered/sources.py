"""Which source a file comes from: one that the catalogue describes, or one that keeps to our own names."""

from pathlib import Path

from huiqun.foundation import lake
from huiqun.foundation.lake import Source

ENDINGS = (".csv", ".parquet", ".xlsx")
NOT_DELIVERED = ("profiles", "attributes", "touches")
"""Exported from PostgreSQL, or recorded by ourselves."""


def of_file(path: Path) -> Source | None:
    """``transactions-2026-11-20.csv`` is of the dataset it is named for; None for files that are none of ours."""
    if path.suffix.lower() not in ENDINGS or path.name.startswith("."):
        return None
    named = (each for each in lake.CATALOGUE.sources if each.delivers(path.name))
    return next(named, None) or _by_name(path.stem.lower())


def _by_name(stem: str) -> Source | None:
    names = sorted((name for name in lake.DATASETS if name not in NOT_DELIVERED), key=len, reverse=True)
    found = next((name for name in names if stem.startswith(name)), None)
    return Source(name="", label=found, files="", dataset=found) if found else None
