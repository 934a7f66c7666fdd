"""The parts of the touch ledger's table: one per month, one for all other months."""

from datetime import date, datetime

from huiqun.lib.days import local_date

OTHER = "delivery_touch_other"
"""Rows of months that have no part (yet, or no more: what happens with a message whose month is archived)."""
AHEAD = 3


def first_day(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_ahead(now: datetime) -> list[date]:
    """This month and those for which a part should be there already."""
    months = [first_day(local_date(now))]
    for _ in range(AHEAD):
        months.append(next_month(months[-1]))
    return months


def name(month: date) -> str:
    return f"delivery_touch_{month:%Y_%m}"


def create(month: date) -> str:
    return (
        f"CREATE TABLE IF NOT EXISTS {name(month)} PARTITION OF delivery_touch"
        f" FOR VALUES FROM ('{month}') TO ('{next_month(month)}')"
    )


def guard(part: str) -> str:
    """The row's trigger comes with the whole table, the statement's does not."""
    return (
        f"CREATE OR REPLACE TRIGGER touches_are_not_truncated BEFORE TRUNCATE ON {part}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
