"""What an operator or platform allows an account: so many to one person in a month, so many in a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Quota:
    """None is no limit. A month is the customer's calendar month, a day the bank's."""

    person_month: int | None = None
    day: int | None = None

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Quota":
        """As an account's settings tell it."""
        return cls(_limit(config.get("person_month_limit")), _limit(config.get("day_limit")))


def _limit(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


def days_needed(messages: int, *, per_day: int | None) -> int:
    """On how many days an account sends so many messages."""
    if not messages:
        return 0
    return 1 if per_day is None else -(-messages // max(1, per_day))
