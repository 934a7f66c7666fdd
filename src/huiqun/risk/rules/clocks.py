"""Until when a person has to decide."""

from datetime import datetime, timedelta

from huiqun.lib.days import end_of_day, is_working_day, local_date, start_of_day

HOLD_HOURS = 24
APPEAL_HOURS = 72
SOON = timedelta(hours=4)


def due_after(now: datetime, *, hours: int) -> datetime:
    """``hours`` of working days after ``now``: weekends and holidays stop the clock, make-up days do not."""
    left, at = timedelta(hours=hours), now
    while True:
        day = local_date(at)
        if not is_working_day(day):
            at = end_of_day(day)
            continue
        rest = end_of_day(day) - max(at, start_of_day(day))
        if left <= rest:
            return at + left
        left, at = left - rest, end_of_day(day)
