"""Clocks that run only while the bank works: hours of opening on working days, make-up days among them."""

from datetime import date, datetime, time, timedelta

from huiqun.lib.days import BANK_ZONE, add_working_days, is_working_day, local_time

OPENS, CLOSES = time(9), time(17)
HOURS_A_DAY = 8


def add_working_hours(start: datetime, hours: float) -> datetime:
    """The instant at which so many hours of work have passed since ``start``."""
    at, left = _open_from(start), timedelta(hours=hours)
    while True:
        closes = _at(at.date(), CLOSES)
        if at + left <= closes:
            return (at + left).astimezone(start.tzinfo)
        left -= closes - at
        at = _at(add_working_days(at.date(), 1), OPENS)


def working_hours_between(start: datetime, end: datetime) -> float:
    """Hours of work from ``start`` to ``end``; 0 when ``end`` is earlier."""
    at, until, worked = _open_from(start), local_time(end), timedelta()
    while at < until:
        worked += min(_at(at.date(), CLOSES), until) - at
        at = _at(add_working_days(at.date(), 1), OPENS)
    return worked / timedelta(hours=1)


def last_working_day_up_to(day: date) -> date:
    """``day`` itself, or the working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _open_from(moment: datetime) -> datetime:
    """The first instant from ``moment`` on at which the bank is open."""
    at = local_time(moment)
    if not is_working_day(at.date()) or at >= _at(at.date(), CLOSES):
        return _at(add_working_days(at.date(), 1), OPENS)
    return max(at, _at(at.date(), OPENS))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, BANK_ZONE)
