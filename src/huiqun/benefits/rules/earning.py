"""Rules by which points are earned: what they say, and whether that is complete."""

import re
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from huiqun.benefits.rules.points import MOST_POINTS
from huiqun.benefits.rules.points_refusals import (
    RuleBackdated,
    RuleCodesMissing,
    RuleNumberWrong,
    RulePeriodWrong,
    RuleWrong,
)

CATCH_UP_DAYS = 35
"""How far back a night looks for transactions that came late, and how far back a rule may begin."""
MOST_PER = 10**12
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class EarningKind(StrEnum):
    """Holdings earn for each day that the bank's systems deliver, spending and activity for each event."""

    DEPOSITS = "deposits"
    WEALTH = "wealth"
    SPENDING = "spending"
    ACTIVITY = "activity"


class EarningState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_FORCE = "in_force"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class EarningTerms:
    """``points`` for every ``per`` (fen; events for activity) of a day's sum, rounded down. ``codes`` are kinds of
    products for holdings, else kinds of transactions or events. On a bonus day (all days when none are named) amounts
    of ``bonus_codes`` (all when none are named) count ``bonus_percent`` instead of 100. Both dates are inclusive."""

    name: str
    kind: EarningKind
    codes: tuple[str, ...]
    points: int
    per: int
    bonus_percent: int = 100
    bonus_weekdays: tuple[int, ...] = ()
    bonus_month_days: tuple[int, ...] = ()
    bonus_codes: tuple[str, ...] = ()
    cap_day: int
    cap_month: int | None = None
    keeps_months: int
    first_date: date
    last_date: date

    def for_digest(self) -> dict[str, Any]:
        return {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in asdict(self).items()
        }

    def percent_on(self, day: date) -> int:
        """What the amounts of bonus codes count on a day; weekdays go from 1, Monday, to 7."""
        named = bool(self.bonus_weekdays or self.bonus_month_days)
        special = day.isoweekday() in self.bonus_weekdays or day.day in self.bonus_month_days
        return self.bonus_percent if special or not named else 100


def check_terms(terms: EarningTerms, *, today: date) -> None:
    """:raises RuleWrong"""
    if not terms.name.strip():
        raise RuleWrong()
    if not terms.codes or not all(CODE.fullmatch(code) for code in (*terms.codes, *terms.bonus_codes)):
        raise RuleCodesMissing()
    for name, least, most in (
        ("points", 1, 100_000),
        ("per", 1, MOST_PER),
        ("bonus_percent", 100, 10_000),
        ("cap_day", 1, MOST_POINTS),
        ("keeps_months", 1, 120),
    ):
        if not least <= getattr(terms, name) <= most:
            raise RuleNumberWrong(field=name)
    if terms.cap_month is not None and not terms.cap_day <= terms.cap_month <= MOST_POINTS:
        raise RuleNumberWrong(field="cap_month")
    if not all(1 <= day <= 7 for day in terms.bonus_weekdays):
        raise RuleNumberWrong(field="bonus_weekdays")
    if not all(1 <= day <= 31 for day in terms.bonus_month_days):
        raise RuleNumberWrong(field="bonus_month_days")
    if terms.last_date < terms.first_date:
        raise RulePeriodWrong()
    if terms.first_date < today - timedelta(days=CATCH_UP_DAYS):
        raise RuleBackdated(days=CATCH_UP_DAYS)


def days_to_run(*, first: date, last: date, today: date) -> tuple[date, ...]:
    """The days of a rule that a night looks at: those that are over, as far back as late transactions are awaited."""
    begin, end = max(first, today - timedelta(days=CATCH_UP_DAYS)), min(last, today - timedelta(days=1))
    return tuple(begin + timedelta(days=step) for step in range((end - begin).days + 1))
