"""DuckDB in the process: over the features of the day where they have been worked out, otherwise over the
files of one version of the lake."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

import duckdb
import numpy as np
from pyroaring import BitMap
from sqlglot import exp

from huiqun.audiences import features, rules
from huiqun.audiences.engine.base import Scope
from huiqun.audiences.engine.sides import with_sides
from huiqun.audiences.features.building import asker
from huiqun.audiences.features.keys import unique_keys
from huiqun.audiences.features.scalars import Ask, resolved
from huiqun.audiences.features.states import State
from huiqun.audiences.reach import reach_of
from huiqun.audiences.refusals import TooHeavy
from huiqun.audiences.rules import Node
from huiqun.foundation import lake

BATCH = 1_000_000


@dataclass(frozen=True, kw_only=True)
class _Table:
    """What a rule is asked of: a row for each customer, with a column for each key of ``features``."""

    name: str = "profiles"
    features: Mapping[str, str] = field(default_factory=dict)
    state: State | None = None


class DuckEngine:
    name = "duckdb"

    def chosen(self, node: Node, scope: Scope) -> BitMap:
        found = BitMap()
        with _connection(scope, node) as (connection, table):
            query = _ready(_rule(node, scope, table), scope)
            for batch in connection.sql(rules.sql_text(query)).to_arrow_reader(BATCH):
                found |= bitmap(batch.column(0).to_numpy())
        return found

    def unknown(self, node: Node, scope: Scope) -> Sequence[int]:
        with _connection(scope, node) as (connection, table):
            query = rules.compile_missing(
                node,
                today=scope.today,
                branch_ids=scope.branch_ids,
                features=table.features,
                table=table.name,
            )
            if query is None:
                return ()
            row: tuple[int, ...] = connection.execute(rules.sql_text(_ready(query, scope))).fetchall()[0]
            return row

    def sql(self, node: Node, scope: Scope) -> str:
        table = _table(scope)
        return rules.sql_text(_ready(_rule(node, scope, table), scope), pretty=True)


def bitmap(ids: "np.ndarray[tuple[int], np.dtype[np.integer]]") -> BitMap:
    """An array of 32-bit numbers is taken in as a whole, any other number by number."""
    numbers = array("I")
    numbers.frombytes(np.ascontiguousarray(ids, dtype=np.uint32).tobytes())
    return BitMap(numbers)


def _rule(node: Node, scope: Scope, table: _Table) -> exp.Select:
    return rules.compile_rule(
        node, today=scope.today, branch_ids=scope.branch_ids, features=table.features, table=table.name
    )


@contextmanager
def _connection(scope: Scope, node: Node) -> Iterator[tuple[duckdb.DuckDBPyConnection, _Table]]:
    """A cursor on the lake, as far back as the rule looks, and the best table there is for it. :raises TooHeavy"""
    try:
        table = _table(scope)
        with _opened(scope, node, table) as connection:
            if _attached(connection, table):
                yield connection, table
                return
        with _opened(scope, node, _Table()) as connection:
            yield connection, _Table()
    except duckdb.OutOfMemoryException:
        raise TooHeavy() from None


@contextmanager
def _opened(scope: Scope, node: Node, table: _Table) -> Iterator[duckdb.DuckDBPyConnection]:
    reach = lake.HERE
    if lake.archived_files(scope.lake_version):
        reach = reach_of(_ready(_rule(node, scope, table), scope))
    with lake.connect(scope.lake_version, reach=reach) as connection, with_sides(connection, scope.sides):
        yield connection


def _table(scope: Scope) -> _Table:
    state = features.find(lake_version=scope.lake_version, today=scope.today)
    if state is None:
        return _Table()
    return _Table(name=features.table_of(state), features=state.columns, state=state)


def _attached(connection: duckdb.DuckDBPyConnection, table: _Table) -> bool:
    """False when the features' files were swept because they are too old."""
    if table.state is None:
        return True
    try:
        features.attach(connection, table.state)
    except duckdb.IOException:
        return False
    return True


def _ready(query: exp.Expr, scope: Scope) -> exp.Expr:
    """With what the lake holds as the newest day in place of the question for it, and without groups of one."""
    known = _knowledge(str(lake.folder()), scope.lake_version)
    return rules.ungrouped(resolved(query, known.ask), known.unique)


@dataclass(frozen=True)
class _Knowledge:
    """What is asked of a version of the lake again and again. It never changes."""

    ask: Ask
    unique: Mapping[str, Sequence[str]]


@lru_cache(maxsize=8)
def _knowledge(folder: str, version: int) -> _Knowledge:
    @lru_cache(maxsize=512)
    def ask(query: str) -> tuple[str | None, str]:
        with lake.connect(version, reach=lake.HERE) as connection:
            return asker(connection)(query)

    return _Knowledge(ask, unique_keys(lake.manifest(version)))
