"""A count of distinct values, where there are few values, as bits set in a number.

Engines keep a table of values for each customer to count distinct ones; a bit for each value is one number, and
is had in the same reading as everything else.
"""

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from huiqun.audiences.features.relations import Column, sql
from huiqun.audiences.rules import conditions
from huiqun.foundation.fields import Measure

MOST = 62
"""As many values as a BIGINT has bits that are not its sign."""

Values = Callable[[str], list[str]]
"""From SQL of one column of text to its rows."""


def counted_by_bits(column: Column, values: Values) -> Column:
    """The same column, worked out otherwise if it can be: it is not the one by which its definition is told."""
    measure = column.relation
    if not isinstance(measure, Measure):
        return column
    counted = _counted(measure.value)
    found = values(_asked(measure, counted)) if counted else []
    if counted is None or not 0 < len(found) <= MOST:
        return column
    value = measure.value.copy().transform(
        lambda node: _bits(counted, found) if isinstance(node, exp.Count) else node
    )
    return replace(column, relation=replace(measure, value=value))


def _counted(value: exp.Expr) -> exp.Column | None:
    """The text column of which ``value`` counts the distinct values, if it is that and nothing else."""
    if not isinstance(value, exp.Count) or not isinstance(value.this, exp.Distinct):
        return None
    (only, *more) = value.this.expressions
    return only if isinstance(only, exp.Column) and not more else None


def _asked(measure: Measure, counted: exp.Column) -> str:
    """One more than would do, of the rows of the measure's day where it is about one."""
    rows = (
        exp.select(exp.cast(counted.copy(), "VARCHAR"))
        .distinct()
        .from_(exp.to_table(measure.dataset, quoted=True))
    )
    known = exp.Not(this=exp.Is(this=counted.copy(), expression=exp.null()))
    parts = (part for each in measure.where for part in conditions.parts(each))
    days = [part.copy() for part in parts if conditions.first_day(part)]
    return sql(rows.where(known, *days).order_by("1").limit(MOST + 1))


def _bits(counted: exp.Column, values: list[str]) -> exp.Expr:
    case = exp.Case(this=exp.cast(counted.copy(), "VARCHAR"))
    for number, value in enumerate(values):
        case = case.when(exp.Literal.string(value), exp.cast(exp.Literal.number(1 << number), "BIGINT"))
    bits = exp.Anonymous(this="bit_count", expressions=[exp.BitwiseOrAgg(this=case)])
    return exp.Coalesce(this=exp.cast(bits, "BIGINT"), expressions=[exp.Literal.number(0)])
