"""Connections that see one version of the lake and can neither change it nor read anything else."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from huiqun.foundation.lake.datasets import DATASETS
from huiqun.foundation.lake.faults import FileDamaged, VersionGone
from huiqun.foundation.lake.manifest import LakeFile, Manifest, folder, manifest, version
from huiqun.foundation.lake.schema import Dataset

_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
KEPT = 2
"""Versions that a process holds open: those who follow the newest one are one step behind now and then."""

_open: dict[tuple[int, str, int], duckdb.DuckDBPyConnection] = {}
_benches: dict[tuple[int, str], duckdb.DuckDBPyConnection] = {}
_lock = Lock()


def connect(number: int | None = None) -> duckdb.DuckDBPyConnection:
    """A cursor of one's own on the current version (or on ``number``): one view per dataset, empty and
    typed when there is no file. Sessions are in UTC; local days are in the columns ``dt``."""
    key = (os.getpid(), str(folder()), version() if number is None else number)
    with _lock:
        held = _open.pop(key, None) or _connection(manifest(key[2]))
        for other in list(_open)[: len(_open) + 1 - KEPT]:
            del _open[other]
        _open[key] = held
        return held.cursor()


@contextmanager
def workshop() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own for an importer, with tables of its own: it may read and write files."""
    connection = duckdb.connect(":memory:", config=_OFFLINE)
    try:
        _limit(connection)
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
            _benches[key] = duckdb.connect(":memory:", config=_OFFLINE)
            _limit(_benches[key])
        cursor = _benches[key].cursor()
    with cursor:
        yield cursor


def _connection(of: Manifest) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config=_OFFLINE)
    _limit(connection)
    try:
        for dataset in DATASETS.values():
            connection.execute(_view(dataset, of))
    except FileNotFoundError:
        raise VersionGone(version=of.version) from None
    for name in ("data", "features"):
        (folder() / name).mkdir(parents=True, exist_ok=True)
    allowed = ", ".join(f"'{_quoted(str(folder() / name))}'" for name in ("data", "features"))
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _limit(connection: duckdb.DuckDBPyConnection) -> None:
    spill = folder() / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET memory_limit = '{_quoted(settings.HUIQUN_LAKE_MEMORY)}'")
    connection.execute(f"SET temp_directory = '{_quoted(str(spill))}'")


def _view(dataset: Dataset, of: Manifest) -> str:
    return f'CREATE VIEW "{dataset.name}" AS {rows_of(dataset, of.of(dataset.name))}'


def rows_of(dataset: Dataset, files: Sequence[LakeFile]) -> str:
    """A query for the files' rows in the dataset's columns; those that came into the catalogue after a file
    was written are NULL in it."""
    held = [_columns_in(str(file.place)) for file in files]
    anywhere = set().union(*held)
    columns = ", ".join(
        f'"{name}"' if name in anywhere else f'CAST(NULL AS {_sql_type(dataset, name)}) AS "{name}"'
        for name in dataset.names
    )
    if not files:
        return f"SELECT {columns} WHERE false"
    paths = ", ".join(f"'{_quoted(str(file.place))}'" for file in files)
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
