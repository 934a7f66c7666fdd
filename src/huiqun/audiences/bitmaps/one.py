"""One customer's values and which conditions they meet: from the feature row, and from the lake's rows of that
customer alone where the feature file does not tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
from sqlglot import exp

from huiqun.audiences import features, rules
from huiqun.audiences.bitmaps.answers import state_of
from huiqun.audiences.bitmaps.asked import Asked, decides
from huiqun.audiences.engine import Scope
from huiqun.audiences.engine.sides import with_sides
from huiqun.audiences.features.building import asker
from huiqun.audiences.features.relations import sql, tables
from huiqun.audiences.features.scalars import resolved
from huiqun.audiences.reach import reach_of
from huiqun.audiences.rules.compiling import feature_key
from huiqun.audiences.rules.tree import Leaf
from huiqun.foundation import lake
from huiqun.foundation.fields import Measure

WHO = "\x01"
"""Stands for the customer's id in a statement. No rule can hold it: it is no text."""
STATEMENTS = 500
_statements: dict[tuple[object, ...], tuple[str, Sequence[Leaf]]] = {}
"""With the conditions that each was written for: see ``decides``."""


@dataclass(frozen=True, kw_only=True)
class OneValue:
    """``value`` as the lake has it; None when it is unknown."""

    holds: bool
    value: Any


def values_of(leaves: Sequence[Leaf], customer_id: int, scope: Scope) -> list[OneValue] | None:
    """For each condition; None when the lake knows no such customer."""
    if not leaves:
        return []
    reach = _reach(leaves, scope)
    with lake.connect(scope.lake_version, reach=reach) as connection, with_sides(connection, scope.sides):
        question = _Question(leaves, *_table(connection, scope), scope, connection)
        by = (
            tuple(map(decides, leaves)),
            question.table,
            scope.today,
            scope.lake_version,
            str(lake.folder()),
        )
        rows = connection.execute(_statement(question, by).replace(WHO, str(int(customer_id)))).fetchall()
    if not rows:
        return None
    found = rows[0]
    return [
        OneValue(value=_or_absent(leaf, found[2 * n]), holds=bool(found[2 * n + 1]))
        for n, leaf in enumerate(leaves)
    ]


def _reach(leaves: Sequence[Leaf], scope: Scope) -> lake.Reach:
    """Over what the feature file does not tell."""
    if not lake.archived_files(scope.lake_version):
        return lake.HERE
    state = state_of(scope)
    columns = state.columns if state is not None else {}
    relations = [
        leaf.field.relation(leaf.arguments, scope.today)
        for leaf in leaves
        if leaf.field.relation is not None and feature_key(leaf) not in columns
    ]
    return reach_of(*(each.query() if isinstance(each, Measure) else each for each in relations))


def _statement(question: "_Question", by: tuple[object, ...]) -> str:
    """A rule asked again about somebody else is not written again."""
    if by not in _statements:
        if len(_statements) >= STATEMENTS:
            _statements.clear()
        _statements[by] = question.sql(), question.leaves
    return _statements[by][0]


@dataclass(frozen=True)
class _Question:
    """The conditions of a rule about one row of ``table``, whose feature columns are ``columns``."""

    leaves: Sequence[Leaf]
    table: str
    columns: Mapping[str, str]
    scope: Scope
    connection: duckdb.DuckDBPyConnection

    def sql(self) -> str:
        """Value and condition, one after the other; ``WHO`` stands for the customer."""
        known, today = _columns(self.leaves, self.columns), self.scope.today
        more = [
            f'(SELECT "value" FROM ({_of_one(leaf, today, self.connection)})) AS "{column}"'
            for column, leaf in known.raw.items()
        ]
        row = f'SELECT {", ".join(["p.*", *more])} FROM "{self.table}" AS p WHERE p."customer_id" = {WHO}'
        wanted = ", ".join(
            f"{shown_value(leaf, known.names, today)}, {_condition(leaf, known.names, today)}"
            for leaf in self.leaves
        )
        return f'WITH "one" AS ({row}) SELECT {wanted} FROM "one" AS "p"'


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """From a field's key to its column; ``raw`` are the columns that have to be worked out, each by its leaf."""

    names: Mapping[str, str]
    raw: Mapping[str, Leaf]


def _columns(leaves: Sequence[Leaf], kept: Mapping[str, str]) -> _Columns:
    names, raw = dict(kept), dict[str, Leaf]()
    for leaf in leaves:
        key = feature_key(leaf)
        if leaf.field.profile is None and key not in names:
            names[key] = f" w{len(raw)}"
            raw[names[key]] = leaf
    return _Columns(names=names, raw=raw)


def _table(connection: duckdb.DuckDBPyConnection, scope: Scope) -> tuple[str, Mapping[str, str]]:
    state = state_of(scope)
    if state is None:
        return "profiles", {}
    try:
        return features.attach(connection, state), state.columns
    except duckdb.IOException:
        return "profiles", {}


def _of_one(leaf: Leaf, today: date, connection: duckdb.DuckDBPyConnection) -> str:
    """The field's relation over the rows of one customer. What is asked of the whole lake (its newest day) is
    asked first."""
    assert leaf.field.relation is not None
    relation = leaf.field.relation(leaf.arguments, today)
    query = resolved(
        (relation.query() if isinstance(relation, Measure) else relation).copy(), asker(connection)
    )
    datasets = tables(query)
    for table in list(query.find_all(exp.Table)):
        if table.name in datasets:
            own = exp.EQ(this=exp.column("customer_id", quoted=True), expression=exp.Literal.number(WHO))
            rows = exp.select("*").from_(exp.to_table(table.name, quoted=True)).where(own)
            table.replace(rows.subquery(table.alias_or_name))
    return sql(query)


def shown_value(leaf: Leaf, names: Mapping[str, str], today: date) -> str:
    """What a condition is about, over the row ``p``."""
    if leaf.field.profile is not None:
        return sql(leaf.field.profile(today))
    return sql(exp.column(names[feature_key(leaf)], table="p", quoted=True))


def _condition(leaf: Leaf, names: Mapping[str, str], today: date) -> str:
    where = Asked(leaf=leaf).query(today, features=names, table="one").args.get("where")
    return f"({rules.sql_text(where.this)})" if where is not None else "TRUE"


def _or_absent(leaf: Leaf, value: Any) -> Any:
    return leaf.field.absent if value is None else value
