"""The table of features inside a connection to the lake: the file of the state, with newer rows laid over."""

from threading import Lock

import duckdb

from huiqun.audiences.features.assembling import TABLE
from huiqun.audiences.features.states import State, folder
from huiqun.foundation import lake

_lock = Lock()


def table_of(state: State) -> str:
    """The name under which ``attach`` lets the features be read: one for each pair of files."""
    if not state.overlay:
        return f"features_{_tag(state.base)}"
    return f"features_{_tag(state.base)}_{_tag(state.overlay)}"


def attach(connection: duckdb.DuckDBPyConnection, state: State) -> str:
    """Make the features readable as a table with the columns of ``profiles`` and those of the features.

    :raises duckdb.Error when its files are gone: then the state is too old to be read
    """
    table = table_of(state)
    base = attach_base(connection, state)
    with _lock:
        connection.execute(f"CREATE VIEW IF NOT EXISTS {table} AS {_rows(state, base)}")
    return table


def attach_base(connection: duckdb.DuckDBPyConnection, state: State) -> str:
    """The name of the state's file, as it was built. :raises duckdb.Error when it is gone"""
    name = f"file_{_tag(state.base)}"
    with _lock:
        connection.execute(f"ATTACH IF NOT EXISTS {text(str(state.base_path))} AS {name} (READ_ONLY)")
    return name


def opened(state: State, *, memory: str = "", threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection of its own to the state's file alone, as ``base``. :raises duckdb.IOException when it is gone"""
    connection = lake.opened(memory, threads=threads)
    connection.execute(f"ATTACH {text(str(state.base_path))} AS base (READ_ONLY)")
    lake.confine(connection, folder())
    return connection


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _rows(state: State, base: str) -> str:
    if state.overlay_path is None:
        return f"SELECT * FROM {base}.{TABLE}"
    newer = f"read_parquet({text(str(state.overlay_path))})"
    return (
        f"SELECT * FROM {base}.{TABLE} ANTI JOIN (SELECT customer_id FROM {newer}) AS newer USING (customer_id)"
        f" UNION ALL SELECT * FROM {newer}"
    )


def _tag(name: str) -> str:
    """The part of a file's name that no other file has."""
    return name.rsplit(".", 1)[0].rsplit("-", 1)[-1]
