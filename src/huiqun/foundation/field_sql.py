"""Small pieces of SQL as trees, kept to what DuckDB, Spark and PostgreSQL understand alike."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlglot import exp

from huiqun.foundation.fields import Growth, Measure


def column(name: str, table: str = "") -> exp.Column:
    return exp.column(name, table=table or None, quoted=True)


def text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def number(value: Any) -> exp.Expr:
    digits = exp.Literal.number(f"{abs(value):f}" if isinstance(value, Decimal) else str(abs(value)))
    return digits if value >= 0 else exp.Neg(this=digits)


def day(value: date) -> exp.Expr:
    return exp.cast(exp.Literal.string(value.isoformat()), "date")


def within_days(days: Any, today: date, name: str = "dt") -> exp.Expr:
    """The last ``days`` days, today included."""
    return exp.and_(
        exp.GT(this=column(name), expression=day(today - timedelta(days=int(days)))),
        exp.LTE(this=column(name), expression=day(today)),
    )


def between_days(first: date, last: date, name: str = "dt") -> exp.Expr:
    """From ``first`` to ``last``, both included."""
    return exp.and_(
        exp.GTE(this=column(name), expression=day(first)), exp.LTE(this=column(name), expression=day(last))
    )


def one_of(name: str, values: Iterable[str]) -> exp.Expr:
    return exp.In(this=column(name), expressions=[text(value) for value in values])


def equal(name: str, value: int) -> exp.Expr:
    return exp.EQ(this=column(name), expression=number(value))


def same(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.EQ(this=one, expression=other)


def measured(dataset: str, value: exp.Expr, *conditions: exp.Expr, growth: Growth | None = None) -> Measure:
    """One value for each customer who has rows that meet the conditions."""
    return Measure(dataset=dataset, value=value, where=conditions, growth=growth)


def newest_day(dataset: str, until: date) -> exp.Expr:
    """The last day up to ``until`` for which the bank delivered."""
    return (
        exp.select(exp.Max(this=column("dt")))
        .from_(exp.to_table(dataset, quoted=True))
        .where(exp.LTE(this=column("dt"), expression=day(until)))
        .subquery()
    )


def count_rows() -> exp.Expr:
    return exp.Count(this=exp.Star())


def count_distinct(value: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[value]))


def any_rows() -> exp.Expr:
    """True for whoever has a row."""
    return exp.paren(exp.GT(this=count_rows(), expression=number(0)), copy=False)


def first_of(name: str) -> exp.Expr:
    return exp.Min(this=column(name))


def last_of(name: str) -> exp.Expr:
    return exp.Max(this=column(name))


def total(name: str) -> exp.Expr:
    """A sum as a 64-bit number on every engine; NULL amounts count as none."""
    return exp.cast(exp.Coalesce(this=exp.Sum(this=column(name)), expressions=[number(0)]), "bigint")


def ratio(part: exp.Expr, whole: exp.Expr) -> exp.Expr:
    """Worked out as every engine does alike; unknown over nothing."""
    return exp.Div(
        this=exp.cast(exp.paren(part, copy=False), "double"),
        expression=exp.Nullif(this=exp.cast(exp.paren(whole, copy=False), "double"), expression=number(0)),
    )


def days_between(later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
    return exp.DateDiff(this=later, expression=earlier, unit=exp.var("DAY"))
