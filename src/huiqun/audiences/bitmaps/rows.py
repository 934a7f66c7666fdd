"""One customer's row of the features, as it is shown to people: many short questions, each by one thread.

Whether a condition holds is known from its bitmap; this is only what the customer's value is.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any

import duckdb
from pyroaring import BitMap

from huiqun.audiences.bitmaps.answers import state_of
from huiqun.audiences.bitmaps.one import shown_value
from huiqun.audiences.engine import Scope
from huiqun.audiences.engine.duck import bitmap
from huiqun.audiences.features import State, states
from huiqun.audiences.features.assembling import TABLE
from huiqun.audiences.features.reading import text
from huiqun.audiences.rules.compiling import feature_key
from huiqun.audiences.rules.tree import Leaf
from huiqun.foundation import lake

KEPT = 2
"""Feature files that a process holds open: for a moment there may be a newer one."""
MEMORY = "256MB"
_open: dict[tuple[int, str], duckdb.DuckDBPyConnection] = {}
_lock = Lock()


def values(leaves: Sequence[Leaf], customer_id: int, scope: Scope) -> list[Any] | None:
    """The value each condition is about; None where the features do not tell all of them, or do not know the
    customer."""
    state = state_of(scope)
    if state is None or not leaves:
        return None
    columns = state.columns
    if any(leaf.field.profile is None and feature_key(leaf) not in columns for leaf in leaves):
        return None
    try:
        with _cursor(state) as cursor:
            listed = _listed(_Asked(leaves, state), scope.today)
            rows = cursor.execute(
                f"SELECT {listed} FROM {_place(cursor, state, customer_id)} AS p"
                f' WHERE p."customer_id" = {int(customer_id)}'
            ).fetchall()
    except duckdb.IOException:
        return None
    if not rows:
        return None
    return [
        leaf.field.absent if value is None else value for leaf, value in zip(leaves, rows[0], strict=True)
    ]


class _Asked:
    """Conditions that ask for the same values of the same file are the same question."""

    def __init__(self, leaves: Sequence[Leaf], state: State) -> None:
        self.leaves, self.columns = leaves, state.columns
        self.key = (state.base, *map(feature_key, leaves))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key


@lru_cache(maxsize=500)
def _listed(asked: _Asked, today: date) -> str:
    return ", ".join(shown_value(leaf, asked.columns, today) for leaf in asked.leaves)


def _place(cursor: duckdb.DuckDBPyConnection, state: State, customer_id: int) -> str:
    """Where the customer's newest row is."""
    if state.overlay_path is None or customer_id not in _newer(cursor, str(state.overlay_path)):
        return f"base.{TABLE}"
    return f"read_parquet({text(str(state.overlay_path))})"


_overlays: dict[str, BitMap] = {}


def _newer(cursor: duckdb.DuckDBPyConnection, path: str) -> BitMap:
    """Whose rows an overlay holds. It never changes; only the last one is asked about."""
    found = _overlays.get(path)
    if found is None:
        ids = cursor.sql(f"SELECT customer_id FROM read_parquet({text(path)})").to_arrow_table()
        found = bitmap(ids.column(0).to_numpy())
        _overlays.clear()
        _overlays[path] = found
    return found


@contextmanager
def _cursor(state: State) -> Iterator[duckdb.DuckDBPyConnection]:
    key = (os.getpid(), str(state.base_path))
    with _lock:
        held = _open.pop(key, None) or _opened(state)
        for other in list(_open)[: len(_open) + 1 - KEPT]:
            del _open[other]
        _open[key] = held
        cursor = held.cursor()
    with cursor:
        yield cursor


def _opened(state: State) -> duckdb.DuckDBPyConnection:
    """:raises duckdb.IOException when the file is gone"""
    connection = lake.opened(MEMORY, threads=1)
    connection.execute(f"ATTACH {text(str(state.base_path))} AS base (READ_ONLY)")
    lake.confine(connection, states.folder())
    return connection
