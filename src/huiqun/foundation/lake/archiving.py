"""Months that are hardly asked for any more live in the archive; here stays what tells of them.

A file goes when its month is closed, compacted and older than HUIQUN_ARCHIVE_DAYS. First it is in the archive,
read back and found the same; then a new version says that it lives there; the file here goes with the last version
that names it here (``sweep``). Whoever dies in between begins again and finds what is done.
"""

import fcntl
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.conf import settings

from huiqun.foundation.lake import archive, sidecars
from huiqun.foundation.lake.compacting import order_of
from huiqun.foundation.lake.datasets import DATASETS
from huiqun.foundation.lake.faults import FileDamaged
from huiqun.foundation.lake.manifest import (
    LakeFile,
    Manifest,
    folder,
    manifest,
    next_version,
    publisher,
    write,
)
from huiqun.foundation.lake.publishing import files_since
from huiqun.foundation.lake.schema import Dataset
from huiqun.foundation.lake.writing import check
from huiqun.lib.days import local_date

STAYS = frozenset({"touches"})
"""What we record ourselves is small, and every result page and the nightly comparison read all of it."""


def archive_days() -> int:
    """A file of events goes when its newest day is so many days ago."""
    return int(getattr(settings, "HUIQUN_ARCHIVE_DAYS", 730))


def archive_old(*, now: datetime) -> int:
    """How many files moved to the archive. Nothing where none is configured.

    :raises ArchiveSilent, FileDamaged with every file still here
    """
    if not archive.url():
        return 0
    with _one_at_a_time():
        names = {file.path: _put(file) for file in _due(local_date(now))}
        return _note(names, now) if names else 0


def sweep_archive(*, now: datetime, keep: timedelta = timedelta(days=7)) -> int:
    """Delete what no version of the last days refers to any more; how many files. :raises ArchiveSilent"""
    if not archive.url():
        return 0
    with _one_at_a_time():
        live = {file["archived"] for file in files_since(now - keep) if file.get("archived")}
        dead = {name for name in archive.storage().names() if _is_ours(name)} - live
        for name in dead:
            archive.storage().drop(name)
        return len(dead)


def _due(today: date) -> Iterator[LakeFile]:
    before = (today - timedelta(days=archive_days())).isoformat()
    for dataset in DATASETS.values():
        if dataset.is_events and dataset.name not in STAYS:
            yield from (file for file in _compacted(dataset) if (file.last_day or "9") < before)


def _compacted(dataset: Dataset) -> Iterator[LakeFile]:
    """What is alone in its partition and in order: it is not going to be folded into another."""
    partitions: dict[str, list[LakeFile]] = defaultdict(list)
    for file in manifest().of(dataset.name):
        partitions[file.partition].append(file)
    for files in partitions.values():
        if len(files) == 1 and not files[0].archived and files[0].sorted_by == order_of(dataset):
            yield files[0]


def _put(file: LakeFile) -> str:
    check(file)
    sidecars.keys_of(file)
    sidecars.remember_customers(file)
    name = f"{file.dataset}/{file.partition}-{file.sha256}.parquet"
    if archive.storage().digest(name) != file.sha256:
        archive.storage().put(file.place, name)
        if archive.storage().digest(name) != file.sha256:
            raise FileDamaged(path=name)
    return name


def _note(names: dict[str, str], now: datetime) -> int:
    """A new version in which these files live in the archive, those that are still there."""
    with publisher():
        current = manifest()
        moved = {file.path for file in current.files if file.path in names and not file.archived}
        if not moved:
            return 0
        write(
            Manifest(
                version=next_version(),
                previous=current.version,
                published_at=now.isoformat(),
                applied=current.applied,
                files=tuple(
                    replace(file, archived=names[file.path]) if file.path in moved else file
                    for file in current.files
                ),
            )
        )
        return len(moved)


def _is_ours(name: str) -> bool:
    """Others may keep files of theirs there."""
    dataset, _slash, rest = name.partition("/")
    return dataset in DATASETS and len(rest.removesuffix(".parquet").rpartition("-")[2]) == 64


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Nobody tidies up a file that is about to be named by a version."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "archive.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
