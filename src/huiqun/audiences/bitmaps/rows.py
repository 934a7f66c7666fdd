"""One customer's row of the features, as it is shown to people: many short questions, each by one thread.

Whether a condition holds is known from its bitmap; this is only what the customer's value is.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

import duckdb
from pyroaring import BitMap

from huiqun.audiences.bitmaps.answers import state_of
from huiqun.audiences.bitmaps.one import shown_value
from huiqun.audiences.engine import Scope
from huiqun.audiences.engine.duck import bitmap
from huiqun.audiences.features import State
from huiqun.audiences.features.assembling import ROWS, TABLE
from huiqun.audiences.features.reading import opened, text
from huiqun.audiences.rules.compiling import feature_key
from huiqun.audiences.rules.tree import Leaf

KEPT = 2
"""Feature files that a process holds open: for a moment there may be a newer one."""
MEMORY = "256MB"
STATEMENTS = 200
"""That a session keeps ready: to have one read and planned takes as long as to run it."""


@dataclass
class _Session:
    """A cursor of its own, with statements that were asked before."""

    cursor: duckdb.DuckDBPyConnection
    ready: dict[str, str] = field(default_factory=dict)

    def rows(self, statement: str, customer_id: int) -> list[tuple[Any, ...]]:
        """``$1`` of the statement stands for the customer."""
        if statement not in self.ready:
            if len(self.ready) >= STATEMENTS:
                for name in self.ready.values():
                    self.cursor.execute(f"DEALLOCATE {name}")
                self.ready.clear()
            name = f"asked_{len(self.ready)}"
            self.cursor.execute(f"PREPARE {name} AS {statement}")
            self.ready[statement] = name
        return self.cursor.execute(f"EXECUTE {self.ready[statement]}({int(customer_id)})").fetchall()


@dataclass
class _Held:
    """A feature file that is open, and the sessions over it that nobody uses just now."""

    connection: duckdb.DuckDBPyConnection
    idle: list[_Session] = field(default_factory=list)


_open: dict[tuple[int, str], _Held] = {}
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
        with _session(state) as session:
            asked = _Asked(leaves, state)
            listed, place = _listed(asked, scope.today), _place(session.cursor, asked, customer_id)
            rows = session.rows(f'SELECT {listed} FROM {place} AS p WHERE p."customer_id" = $1', customer_id)
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
        self.leaves, self.state, self.columns = leaves, state, state.columns
        self.key = (state.base, *map(feature_key, leaves))

    @cached_property
    def names(self) -> frozenset[str]:
        """The columns of features that are asked for; those of profiles are always there."""
        keys = (feature_key(leaf) for leaf in self.leaves if leaf.field.profile is None)
        return frozenset(self.columns[key] for key in keys)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key


@lru_cache(maxsize=500)
def _listed(asked: _Asked, today: date) -> str:
    return ", ".join(shown_value(leaf, asked.columns, today) for leaf in asked.leaves)


def _place(cursor: duckdb.DuckDBPyConnection, asked: _Asked, customer_id: int) -> str:
    """Where the customer's newest row is. To see through a view takes longer than to find the row."""
    path = asked.state.overlay_path
    if path is not None and customer_id in _newer(cursor, str(path)):
        return f"read_parquet({text(str(path))})"
    written = _written(cursor, asked.state.base)
    return f"base.{ROWS}" if asked.names <= written else f"base.{TABLE}"


_columns: dict[str, frozenset[str]] = {}


def _written(cursor: duckdb.DuckDBPyConnection, base: str) -> frozenset[str]:
    """The columns in which anybody has a value."""
    if base not in _columns:
        found = cursor.execute(f"DESCRIBE base.{ROWS}").fetchall()
        _columns.clear()
        _columns[base] = frozenset(row[0] for row in found)
    return _columns[base]


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
def _session(state: State) -> Iterator[_Session]:
    key = (os.getpid(), str(state.base_path))
    with _lock:
        held = _open.pop(key, None) or _Held(opened(state, memory=MEMORY, threads=1))
        for other in list(_open)[: len(_open) + 1 - KEPT]:
            del _open[other]
        _open[key] = held
        session = held.idle.pop() if held.idle else _Session(held.connection.cursor())
    try:
        yield session
    finally:
        with _lock:
            held.idle.append(session)
