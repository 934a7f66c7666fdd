"""Clocks that run while the bank works."""

from datetime import date, datetime

import pytest

from huiqun.lib.business_hours import (
    add_working_hours,
    last_working_day_up_to,
    working_hours_between,
)
from huiqun.lib.days import BANK_ZONE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BANK_ZONE)


@pytest.mark.parametrize(
    "start, hours, end",
    [
        ("2026-11-20T10:00", 2, "2026-11-20T12:00"),
        ("2026-11-20T10:00", 7, "2026-11-20T17:00"),
        ("2026-11-20T10:00", 8, "2026-11-23T10:00"),
        ("2026-11-20T20:00", 1, "2026-11-23T10:00"),
        ("2026-11-21T12:00", 8, "2026-11-23T17:00"),
        ("2026-11-20T03:00", 0.5, "2026-11-20T09:30"),
        ("2026-09-30T16:00", 2, "2026-10-08T10:00"),  # the National Day holiday in between
    ],
)
def test_counts_hours_of_work(start: str, hours: float, end: str) -> None:
    assert add_working_hours(at(start), hours) == at(end)
    if hours >= 1:
        assert working_hours_between(at(start), at(end)) == hours


def test_a_weekend_that_is_worked_counts() -> None:
    """20 September 2026 is a Sunday worked for the holiday."""
    assert add_working_hours(at("2026-09-18T16:00"), 2) == at("2026-09-20T10:00")


def test_nothing_passes_backwards() -> None:
    assert working_hours_between(at("2026-11-20T12:00"), at("2026-11-20T10:00")) == 0


def test_the_working_day_before_a_holiday() -> None:
    assert last_working_day_up_to(date(2026, 10, 4)) == date(2026, 9, 30)
    assert last_working_day_up_to(date(2026, 11, 20)) == date(2026, 11, 20)
