"""Numbers that are told from a day (age, days since) compared as days: an engine then compares a column with a
literal, and skips what lies outside, instead of working out a number for every row."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, floor

from sqlglot import exp

from huiqun.audiences.fields.expressions import column, day
from huiqun.foundation.fields import Bounds

LatestDay = Callable[[int, date], date | None]
"""The last day of which the number is at least n today; None before the calendar begins."""


def age_bounds(name: str) -> Bounds:
    return _bounds(name, _years_before)


def days_since_bounds(name: str) -> Bounds:
    return _bounds(name, _days_before)


def _bounds(name: str, latest: LatestDay) -> Bounds:
    def bounds(operator: str, value: object, today: date) -> exp.Expr | None:
        low, high = _reach(operator, value)
        conditions = []
        for number, compare in ((low, exp.LTE), (high, exp.GT)):
            if number is not None:
                last = latest(number, today)
                if last is None:
                    return None
                conditions.append(compare(this=column(name, "p"), expression=day(last)))
        return exp.and_(*conditions) if conditions else None

    return bounds


def _reach(operator: str, value: object) -> tuple[int | None, int | None]:
    """From which whole number (included) to which (excluded) the condition holds; neither: not so simple."""
    if operator == "between" and isinstance(value, tuple):
        return ceil(value[0]), floor(value[1]) + 1
    if not isinstance(value, (int, Decimal)):
        return None, None
    if operator == "eq" and value == floor(value):
        return floor(value), floor(value) + 1
    return {
        "gte": (ceil(value), None),
        "gt": (floor(value) + 1, None),
        "lt": (None, ceil(value)),
        "lte": (None, floor(value) + 1),
    }.get(operator, (None, None))


def _years_before(years: int, today: date) -> date | None:
    """Who was born on 29 February grows older on 1 March when there is no such day."""
    if not 1 <= today.year - years <= 9999:
        return None
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return date(today.year - years, 2, 28)


def _days_before(days: int, today: date) -> date | None:
    try:
        return today - timedelta(days=days)
    except OverflowError:
        return None
