"""The bank's days: local in Asia/Shanghai, with Chinese public holidays and make-up days."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from huiqun.lib.holidays import announced_years

BANK_ZONE = ZoneInfo("Asia/Shanghai")


def local_time(now: datetime) -> datetime:
    return now.astimezone(BANK_ZONE)


def local_date(now: datetime) -> date:
    """The bank's calendar day at the instant ``now`` (never the UTC day)."""
    return local_time(now).date()


def start_of_day(day: date) -> datetime:
    """The instant, in UTC, at which the bank's ``day`` begins."""
    return datetime.combine(day, time(), BANK_ZONE).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The instant at which the next day begins: what lasts to the end of ``day`` ends before it."""
    return start_of_day(day + timedelta(days=1))


def start_of_tomorrow(now: datetime) -> datetime:
    return end_of_day(local_date(now))


@cache
def _china(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Public holidays and working weekends (调休) of one year: as announced, else by the almanac, which knows
    the festivals but not yet the weekends worked for them."""
    if known := announced_years().get(year):
        return known.closed, known.worked
    calendar = holidays.country_holidays("CN", years=year)
    return frozenset(calendar), frozenset(calendar.weekend_workdays)


def is_working_day(day: date) -> bool:
    closed, swapped = _china(day.year)
    return day in swapped or (day.weekday() < 5 and day not in closed)


def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
