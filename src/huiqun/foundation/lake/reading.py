"""Connections that see one version of the lake and can neither change it nor read anything else."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import duckdb
from django.conf import settings

from huiqun.foundation.lake.manifest import Manifest, folder, manifest, version
from huiqun.foundation.lake.schema import DATASETS, Dataset

_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_open: dict[tuple[int, str], tuple[int, duckdb.DuckDBPyConnection]] = {}
_benches: dict[tuple[int, str], duckdb.DuckDBPyConnection] = {}
_lock = Lock()


def connect(number: int | None = None) -> duckdb.DuckDBPyConnection:
    """A cursor of one's own on the current version (or on ``number``): one view per dataset, empty and
    typed when there is no file. Sessions are in UTC; local days are in the columns ``dt``."""
    if number is not None and number != version():
        return _connection(manifest(number))
    key = (os.getpid(), str(folder()))
    with _lock:
        current = version()
        held = _open.get(key)
        if held is None or held[0] != current:
            held = _open[key] = (current, _connection(manifest(current)))
        return held[1].cursor()


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
    for dataset in DATASETS.values():
        connection.execute(_view(dataset, of))
    (folder() / "data").mkdir(parents=True, exist_ok=True)
    connection.execute(f"SET allowed_directories = ['{_quoted(str(folder() / 'data'))}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _limit(connection: duckdb.DuckDBPyConnection) -> None:
    spill = folder() / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute(f"SET memory_limit = '{_quoted(settings.HUIQUN_LAKE_MEMORY)}'")
    connection.execute(f"SET temp_directory = '{_quoted(str(spill))}'")


def _view(dataset: Dataset, of: Manifest) -> str:
    files = of.of(dataset.name)
    if files:
        paths = ", ".join(f"'{_quoted(str(folder() / file.path))}'" for file in files)
        columns = ", ".join(f'"{name}"' for name in dataset.names)
        body = f"SELECT {columns} FROM read_parquet([{paths}])"
    else:
        columns = ", ".join(f'CAST(NULL AS {_sql_type(dataset, name)}) AS "{name}"' for name in dataset.names)
        body = f"SELECT {columns} WHERE false"
    return f'CREATE VIEW "{dataset.name}" AS {body}'


def _sql_type(dataset: Dataset, name: str) -> str:
    kind = str(dataset.schema.field(name).type)
    return {
        "int64": "BIGINT",
        "int32": "INTEGER",
        "string": "VARCHAR",
        "date32[day]": "DATE",
        "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
    }[kind]


def _quoted(text: str) -> str:
    return text.replace("'", "''")
