"""A partner's month: its borders, its states, and who may take it a step on."""

from datetime import date, datetime
from enum import StrEnum

from huiqun.benefits.rules.refusals_settling import MonthNotOver, NotAMonth, OwnSettlement, SettlementState
from huiqun.lib.days import local_date, start_of_day

__all__ = ["DisputeState", "LineKind", "SettlementState"]


class LineKind(StrEnum):
    """``USE``: a piece that was used. ``RETURN``: it was given back after it had been settled. ``DISPUTE``: what the
    partner rightly disputed in an earlier file. The last two correct another line, by the difference."""

    USE = "use"
    RETURN = "return"
    DISPUTE = "dispute"


class DisputeState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


def month_of(text: str) -> date:
    """The first day of ``2026-10``. :raises NotAMonth"""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise NotAMonth() from None


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(day: date) -> date:
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)


def borders(month: date) -> tuple[datetime, datetime]:
    """The month's first instant and the one after its last, by the bank's own days."""
    return start_of_day(month), start_of_day(next_month(month))


def check_month(month: date, *, now: datetime) -> None:
    """:raises NotAMonth, MonthNotOver"""
    if month.day != 1:
        raise NotAMonth()
    if local_date(now) < next_month(month):
        raise MonthNotOver()


def check_other_person(by: int, *earlier: int | None) -> None:
    """:raises OwnSettlement"""
    if by in earlier:
        raise OwnSettlement()
