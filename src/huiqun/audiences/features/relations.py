"""How features are worked out: measures of one dataset in one reading of it, other relations one by one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlglot import exp

from huiqun.audiences.features.scalars import Ask, resolved
from huiqun.audiences.features.wanted import Feature
from huiqun.audiences.rules import conditions
from huiqun.foundation import lake
from huiqun.foundation.fields import Measure

CUSTOMER = "customer_id"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the feature file and its relation, with every scalar known. ``feature`` is what it is for;
    None for one that others are put together from."""

    name: str
    relation: Measure | exp.Select
    feature: Feature | None = None

    @property
    def absent(self) -> int | bool | None:
        return self.feature.field.absent if self.feature else None

    def query(self) -> exp.Select:
        return self.relation.query() if isinstance(self.relation, Measure) else self.relation

    def splits(self) -> bool:
        """Whether each part of the value can be told which rows it is about. A distinct count takes a table of
        its own for each customer: it is better read alone (or as ``sets`` write it)."""
        if not isinstance(self.relation, Measure):
            return False
        aggregates = list(self.relation.value.find_all(exp.AggFunc))
        return bool(aggregates) and not any(each.find(exp.Distinct) for each in aggregates)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The datasets that the value comes from."""
        return frozenset(tables(self.query()))

    @cached_property
    def definition(self) -> str:
        """Two columns of one definition and the same rows have the same values."""
        return hashlib.sha256(sql(self.query()).encode()).hexdigest()[:24]


def column_of(feature: Feature, name: str, today: date, ask: Ask) -> Column:
    relation = feature.relation(today)
    if isinstance(relation, Measure):
        where = tuple(part for each in relation.where for part in conditions.parts(_known(each, ask)))
        return Column(feature=feature, name=name, relation=replace(relation, where=where))
    known = resolved(relation, ask)
    assert isinstance(known, exp.Select)
    return Column(feature=feature, name=name, relation=known)


def together(columns: Sequence[Column]) -> list[list[Column]]:
    """Measures of one dataset, and of one day where they are about a day: each is read once."""
    groups: dict[tuple[str, ...], list[Column]] = {}
    for column in columns:
        assert isinstance(column.relation, Measure)
        days = (sql(part) for part in column.relation.where if isinstance(part, exp.EQ) and _is_dt(part.this))
        groups.setdefault((column.relation.dataset, *days), []).append(column)
    return list(groups.values())


def alike(columns: Sequence[Column]) -> list[list[Column]]:
    """Of ``together``, those about rows of one kind: beside a reading of all customers, one of the few who have
    such rows costs little, and a column for everybody who has others costs much."""
    groups: dict[tuple[int, frozenset[str]], list[Column]] = {}
    for number, group in enumerate(together(columns)):
        for column in group:
            groups.setdefault((number, _kinds(column)), []).append(column)
    return list(groups.values())


def _kinds(column: Column) -> frozenset[str]:
    """What is asked of a row's kind; with it, everything that is asked but for days."""
    assert isinstance(column.relation, Measure)
    asked = [part for each in column.relation.where for part in conditions.parts(each) if not _is_day(part)]
    about = any(name.name in lake.KINDS for part in asked for name in part.find_all(exp.Column))
    return frozenset(map(sql, asked)) if about else frozenset()


def alone(column: Column, query: exp.Select | None = None) -> exp.Select:
    """The column's query (or ``query`` in its place) with the value under the column's name."""
    value = exp.alias_(exp.column("value", quoted=True), column.name, quoted=True)
    return exp.select(_customer(), value).from_((query or column.query()).subquery("one"))


@dataclass(frozen=True)
class Empty:
    """What an aggregate is over no rows at all (0 for a count, unknown for a maximum): asked of the engine."""

    ask: Ask

    def needs_guard(self, column: Column) -> bool:
        """Whether the value over no rows would be taken for a value where there should be none."""
        assert isinstance(column.relation, Measure)
        nothing = exp.select(column.relation.value.copy()).from_(_table(column.relation.dataset))
        text, _kind = self.ask(sql(nothing.where(exp.false())))
        absent = column.absent
        return text is not None and (absent is None or text not in (str(absent), str(absent).lower()))


def jointly(columns: Sequence[Column], empty: Empty, source: exp.Expr | None = None) -> exp.Select:
    """One reading for measures of one dataset: what is common to all is asked of each row once."""
    measures = [column.relation for column in columns if isinstance(column.relation, Measure)]
    wheres = [[bare for part in each.where for bare in conditions.parts(part)] for each in measures]
    common = [part for part in wheres[0] if all(part in where for where in wheres)]
    rests = [[part for part in where if part not in common] for where in wheres]
    bounds = _bounds(rests)
    rests = [[part for part in rest if part not in bounds] for rest in rests]
    values = [
        exp.alias_(_value(column, rest, empty), column.name, quoted=True)
        for column, rest in zip(columns, rests, strict=True)
    ]
    query = exp.select(_customer(), *values).from_(source or _table(measures[0].dataset))
    for part in [*common, *bounds]:
        query = query.where(part.copy(), copy=False)
    others = [[part for part in rest if not (bounds and _start(part)[0])] for rest in rests]
    if all(others):
        query = query.where(_any(others), copy=False)
    return query.group_by(_customer(), copy=False)


def tables(query: exp.Expr) -> set[str]:
    """The datasets a query reads."""
    names = {cte.alias for cte in query.find_all(exp.CTE)}
    return {table.name for table in query.find_all(exp.Table)} - names


def sql(query: exp.Expr) -> str:
    return query.sql(dialect="duckdb", identify=True)


def quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")


def _value(column: Column, rest: Sequence[exp.Expr], empty: Empty) -> exp.Expr:
    assert isinstance(column.relation, Measure)
    if not rest:
        return column.relation.value.copy()
    value = column.relation.value.copy().transform(
        lambda node: _filtered(node, rest) if isinstance(node, exp.AggFunc) else node
    )
    if not empty.needs_guard(column):
        return value
    rows = _filtered(exp.Count(this=exp.Star()), rest)
    return exp.Case().when(exp.GT(this=rows, expression=exp.Literal.number(0)), value)


def _filtered(aggregate: exp.Expr, parts: Sequence[exp.Expr]) -> exp.Filter:
    return exp.Filter(this=aggregate, expression=exp.Where(this=_all(parts)))


def _all(parts: Sequence[exp.Expr]) -> exp.Expr:
    return exp.and_(*(part.copy() for part in parts))


def _any(groups: Sequence[Sequence[exp.Expr]]) -> exp.Expr:
    distinct = {sql(each): each for each in map(_all, groups)}
    return exp.or_(*distinct.values())


def _bounds(groups: Sequence[Sequence[exp.Expr]]) -> list[exp.Expr]:
    """Of windows over ``dt`` the longest, so that older row groups are not read."""
    lows = [_low(group) for group in groups]
    known = [low for low in lows if low is not None]
    return [min(known, key=_start)] if known and len(known) == len(lows) else []


def _low(parts: Sequence[exp.Expr]) -> exp.Expr | None:
    """Where a measure's rows begin, at the latest."""
    days = [part for part in parts if _start(part)[0]]
    low = max(days, key=_start, default=None)
    return exp.GTE(this=low.this.copy(), expression=low.expression.copy()) if isinstance(low, exp.EQ) else low


def _start(part: exp.Expr) -> tuple[str, bool]:
    """The day of ``dt > day`` ("" for any other condition), and whether it is left out itself."""
    return conditions.first_day(part), isinstance(part, exp.GT)


def _is_day(part: exp.Expr) -> bool:
    """Whether nothing but ``dt`` is compared."""
    return isinstance(part, exp.Binary) and _is_dt(part.this)


def _is_dt(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and node.name == "dt"


def _known(part: exp.Expr, ask: Ask) -> exp.Expr:
    return resolved(part.copy(), ask)


def _customer() -> exp.Column:
    return exp.column(CUSTOMER, quoted=True)


def _table(name: str) -> exp.Table:
    return exp.to_table(name, quoted=True)
