"""Connections that see one version of the lake and can neither change it nor read anything else."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from huiqun.foundation.lake import archive
from huiqun.foundation.lake.datasets import DATASETS
from huiqun.foundation.lake.faults import FileDamaged, VersionGone
from huiqun.foundation.lake.manifest import LakeFile, Manifest, folder, manifest, version
from huiqun.foundation.lake.schema import Dataset

_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
READ = ("data", "cache", "features")
"""The folders that a reader's connection may open files of."""
KEPT = 2
"""Versions that a process holds open: those who follow the newest one are one step behind now and then."""

Reach = Mapping[str, date | None]
"""From a dataset to the first day that is asked of it; None for all days there are."""
HERE: Reach = {}
"""Nothing of archived months: what is asked is in datasets that are never archived, or in newer days."""

_open: dict[tuple[int, str, int, frozenset[str]], duckdb.DuckDBPyConnection] = {}
_benches: dict[tuple[int, str], duckdb.DuckDBPyConnection] = {}
_lock = Lock()


def connect(number: int | None = None, *, reach: Reach | None = None) -> duckdb.DuckDBPyConnection:
    """A cursor of one's own on the current version (or on ``number``): one view per dataset, empty and
    typed when there is no file. Sessions are in UTC; local days are in the columns ``dt``.

    Archived months that ``reach`` asks for are brought back first, and views are without all others; without
    ``reach`` all are. :raises VersionGone, ArchiveSilent, ArchiveTooLarge, ArchiveBusy, FileDamaged
    """
    number = version() if number is None else number
    archived = [file for file in archived_files(number) if _reaches(reach, file)]
    archive.bring(archived)
    key = (os.getpid(), str(folder()), number, frozenset(file.path for file in archived))
    with _lock:
        held = _open.pop(key, None) or _connection(manifest(number), key[3])
        for other in list(_open)[: len(_open) + 1 - KEPT]:
            del _open[other]
        _open[key] = held
        return held.cursor()


def archived_files(number: int) -> tuple[LakeFile, ...]:
    """Those of a version that live in the archive."""
    return _archived(str(folder()), number)


def is_here(reach: Reach, number: int) -> bool:
    """Whether a question of this reach needs nothing from the archive."""
    return not any(_reaches(reach, file) for file in archived_files(number))


@lru_cache(maxsize=16)
def _archived(_folder: str, number: int) -> tuple[LakeFile, ...]:
    """A version never changes."""
    return tuple(file for file in manifest(number).files if file.archived)


def _reaches(reach: Reach | None, file: LakeFile) -> bool:
    if reach is None:
        return True
    if file.dataset not in reach:
        return False
    first = reach[file.dataset]
    return first is None or file.last_day is None or file.last_day >= first.isoformat()


@contextmanager
def apart(number: int, *, memory: str, reach: Reach | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """As ``connect``, for one heavy job with a limit of its own."""
    archived = [file for file in archived_files(number) if _reaches(reach, file)]
    archive.bring(archived)
    connection = _connection(manifest(number), frozenset(file.path for file in archived), memory)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def workshop() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own for an importer, with tables of its own: it may read and write files."""
    connection = opened()
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def bench() -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor for short queries over files, of one connection per process: opening one takes longer."""
    key = (os.getpid(), str(folder()))
    with _lock:
        if key not in _benches:
            _benches.clear()
            _benches[key] = opened()
        cursor = _benches[key].cursor()
    with cursor:
        yield cursor


def _connection(of: Manifest, brought: frozenset[str], memory: str = "") -> duckdb.DuckDBPyConnection:
    connection = opened(memory)
    try:
        for dataset in DATASETS.values():
            connection.execute(_view(dataset, of, brought))
    except FileNotFoundError:
        raise VersionGone(version=of.version) from None
    confine(connection, *(folder() / name for name in READ))
    return connection


def opened(memory: str = "", *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection of its own that asks no network, within ``memory`` (HUIQUN_LAKE_MEMORY)."""
    connection = duckdb.connect(
        ":memory:", config=_OFFLINE if threads is None else {**_OFFLINE, "threads": threads}
    )
    spill = folder() / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET memory_limit = '{_quoted(memory or settings.HUIQUN_LAKE_MEMORY)}'")
    connection.execute(f"SET temp_directory = '{_quoted(str(spill))}'")
    return connection


def confine(connection: duckdb.DuckDBPyConnection, *folders: Path) -> None:
    """From now on it opens files of ``folders`` alone, and its settings stay as they are."""
    for each in folders:
        each.mkdir(parents=True, exist_ok=True)
    allowed = ", ".join(f"'{_quoted(str(each))}'" for each in folders)
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _view(dataset: Dataset, of: Manifest, brought: frozenset[str]) -> str:
    files = [file for file in of.of(dataset.name) if not file.archived or file.path in brought]
    return f'CREATE VIEW "{dataset.name}" AS {rows_of(dataset, [file.place for file in files])}'


def rows_of(dataset: Dataset, files: Sequence[Path]) -> str:
    """A query for the Parquet files' rows in the dataset's columns; those that came into the catalogue after a file
    was written are NULL in it."""
    held = [_columns_in(str(file)) for file in files]
    anywhere = set().union(*held)
    columns = ", ".join(
        f'"{name}"' if name in anywhere else f'CAST(NULL AS {_sql_type(dataset, name)}) AS "{name}"'
        for name in dataset.names
    )
    if not files:
        return f"SELECT {columns} WHERE false"
    paths = ", ".join(f"'{_quoted(str(file))}'" for file in files)
    alike = all(each == held[0] for each in held)
    return f"SELECT {columns} FROM read_parquet([{paths}]{'' if alike else ', union_by_name = true'})"


@lru_cache(maxsize=10_000)
def _columns_in(path: str) -> frozenset[str]:
    """A file never changes. :raises FileDamaged"""
    try:
        return frozenset(pq.read_schema(path).names)
    except pa.ArrowInvalid:
        raise FileDamaged(path=path) from None


def _sql_type(dataset: Dataset, name: str) -> str:
    kind = str(dataset.schema.field(name).type)
    return {
        "int64": "BIGINT",
        "int32": "INTEGER",
        "string": "VARCHAR",
        "date32[day]": "DATE",
        "bool": "BOOLEAN",
        "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
    }[kind]


def _quoted(text: str) -> str:
    return text.replace("'", "''")
