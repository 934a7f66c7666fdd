"""Points that nobody spent in time, and days whose sums are closed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from huiqun.benefits.events import PointsExpired
from huiqun.benefits.models import PointsDay
from huiqun.benefits.rules.points import CUSTOMER, EXPIRED, MovementKind
from huiqun.foundation import facts
from huiqun.lib.days import local_date

BATCH = 20_000
STILL_OPEN_DAYS = 3
"""How many days that are over are summed again: whoever began before midnight may commit after it."""

# An expired lot is gone when it is empty, so that the nights to come do not look at it again; whoever gives points back
# to it makes it anew.
EXPIRE = f"""
WITH gone AS MATERIALIZED (
    SELECT customer_id, expires_on, remaining FROM benefits_pointslot WHERE expires_on < %(today)s
    ORDER BY customer_id, expires_on LIMIT %(batch)s FOR UPDATE
),
moved AS (
    INSERT INTO benefits_pointsmovement (customer_id, kind, points, source, title, at, day)
    SELECT customer_id, '{MovementKind.EXPIRE}', -remaining,
           'expire:' || expires_on || ':' || customer_id || ':'
               || (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, '', %(at)s, %(today)s
    FROM gone WHERE remaining > 0
    RETURNING id, customer_id, points, source
),
placed AS (
    SELECT moved.*, split_part(source, ':', 2)::date AS expires_on FROM moved
),
lined AS (
    INSERT INTO benefits_pointsline (movement_id, place, account, customer_id, expires_on, points)
    SELECT id, 0, '{CUSTOMER}', customer_id, expires_on, points FROM placed
    UNION ALL
    SELECT id, 1, '{EXPIRED}', NULL, NULL, -points FROM placed
),
emptied AS (
    DELETE FROM benefits_pointslot AS lot USING gone
    WHERE lot.customer_id = gone.customer_id AND lot.expires_on = gone.expires_on
)
SELECT (SELECT count(*) FROM gone), count(*), coalesce(-sum(points), 0) FROM placed
"""
CLOSE = """
INSERT INTO benefits_pointsday (day, account, kind, points, movements)
SELECT m.day, l.account, m.kind, sum(l.points), count(DISTINCT m.id)
FROM benefits_pointsmovement m JOIN benefits_pointsline l ON l.movement_id = m.id
WHERE m.day >= %(first)s AND m.day < %(today)s
GROUP BY 1, 2, 3
ON CONFLICT (day, account, kind) DO UPDATE SET points = excluded.points, movements = excluded.movements
"""


def expire_points(*, clock: Callable[[], datetime], batch: int = BATCH) -> int:
    """Book all points whose last day is over as expired, batch by batch; how many. Whoever dies in between has lost
    nothing, and the next night goes on."""
    expired = lots = 0
    today = local_date(clock())
    while True:
        looked_at, moved, points = _expire(today=today, now=clock(), batch=batch)
        expired, lots = expired + points, lots + moved
        if looked_at < batch:
            break
    if lots:
        with transaction.atomic():
            facts.record(PointsExpired(today=today.isoformat(), lots=lots, points=expired), at=clock())
    return expired


@transaction.atomic
def _expire(*, today: date, now: datetime, batch: int) -> tuple[int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"today": today, "at": now, "batch": batch})
        looked_at, moved, points = cursor.fetchone()
    return looked_at, moved, int(points)


@transaction.atomic
def close_points_days(*, now: datetime) -> None:
    """Sum up the days that are over, for the reports; the last ones once more."""
    today = local_date(now)
    last = PointsDay.objects.order_by("-day").values_list("day", flat=True).first()
    first = last - timedelta(days=STILL_OPEN_DAYS) if last else date.min
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, {"first": first, "today": today})
