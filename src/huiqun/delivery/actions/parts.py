"""The monthly parts of the touch ledger: there before they are needed."""

from datetime import date, datetime

from django.db import OperationalError, connection, transaction

from huiqun.delivery.models import TouchMonth
from huiqun.delivery.models.touch_parts import OTHER, create, guard, months_ahead, name

PARTS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'delivery_touch'::regclass"
LOCK = 7_310_225
LOCK_TIMEOUT = "3s"
"""Who writes a touch waits no longer than this."""
STRAYS = f"SELECT DISTINCT month FROM {OTHER} ORDER BY month"


def parts() -> dict[date, str]:
    """The months that have a part, and its name."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS)
        names = sorted(row[0] for row in cursor.fetchall())
    own = [part for part in names if part != OTHER]
    return {date(int(part[-7:-3]), int(part[-2:]), 1): part for part in own}


def make_parts(*, now: datetime) -> list[date]:
    """A part for this month and the next ones, and for months whose rows lie among all others; those made now.

    What came after its month had been archived stays among the others. Where somebody reads the ledger for long,
    nobody who writes is kept waiting: another night does it.
    """
    try:
        return _make_parts(now)
    except OperationalError:
        return []


@transaction.atomic
def _make_parts(now: datetime) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        there = parts()
        cursor.execute(STRAYS)
        strays = [row[0] for row in cursor.fetchall()]
    archived = set(TouchMonth.objects.filter(month__in=strays).values_list("month", flat=True))
    astray = [month for month in strays if month not in archived]
    made = [month for month in {*months_ahead(now), *astray} if month not in there]
    if made:
        _make(sorted(made), astray)
    return sorted(made)


def _make(months: list[date], astray: list[date]) -> None:
    """A part cannot be made beside rows that belong into it: these are put aside meanwhile."""
    with connection.cursor() as cursor:
        if astray:
            cursor.execute("LOCK TABLE ONLY delivery_touch IN ACCESS EXCLUSIVE MODE")
            cursor.execute(f"ALTER TABLE delivery_touch DETACH PARTITION {OTHER}")
        for month in months:
            cursor.execute(create(month))
            cursor.execute(guard(name(month)))
        if astray:
            values = {"months": astray}
            cursor.execute(
                f"INSERT INTO delivery_touch SELECT * FROM {OTHER} WHERE month = ANY(%(months)s)", values
            )
            cursor.execute(f"DELETE FROM {OTHER} WHERE month = ANY(%(months)s)", values)
            cursor.execute(f"ALTER TABLE delivery_touch ATTACH PARTITION {OTHER} DEFAULT")
