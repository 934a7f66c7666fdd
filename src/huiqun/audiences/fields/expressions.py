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


def one_of(name: str, values: Iterable[str]) -> exp.Expr:
    return exp.In(this=column(name), expressions=[text(value) for value in values])


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


def total(name: str) -> exp.Expr:
    """A sum as a 64-bit number on every engine; NULL amounts count as none."""
    return exp.cast(exp.Coalesce(this=exp.Sum(this=column(name)), expressions=[number(0)]), "bigint")
