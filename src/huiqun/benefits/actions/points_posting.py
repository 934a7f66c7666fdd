"""Writing movements: the only place that adds to the points ledger, many customers in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from huiqun.benefits.rules.points import CUSTOMER, ISSUED, Lot, MovementKind
from huiqun.lib.days import local_date

# Movements whose source is known already are left alone, with their lines and lots. Rows are in the order of customers,
# so that two statements that meet wait for each other instead of in a circle.
GIVE = f"""
WITH given AS MATERIALIZED ({{given}}),
moved AS (
    INSERT INTO benefits_pointsmovement
        (customer_id, kind, points, source, title, at, day, rule_id, for_day)
    SELECT customer_id, %(kind)s, points, source, title, %(at)s, %(day)s, rule_id, for_day
    FROM given ORDER BY customer_id, expires_on
    ON CONFLICT (source) DO NOTHING
    RETURNING id, customer_id, points, source
),
placed AS (
    SELECT moved.id, moved.customer_id, moved.points, given.expires_on FROM moved JOIN given USING (source)
),
lined AS (
    INSERT INTO benefits_pointsline (movement_id, place, account, customer_id, expires_on, points)
    SELECT id, 0, '{CUSTOMER}', customer_id, expires_on, points FROM placed
    UNION ALL
    SELECT id, 1, '{ISSUED}', NULL, NULL, -points FROM placed
),
kept AS (
    INSERT INTO benefits_pointslot AS lot (customer_id, expires_on, remaining)
    SELECT customer_id, expires_on, sum(points) FROM placed GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (customer_id, expires_on) DO UPDATE SET remaining = lot.remaining + excluded.remaining
)
SELECT count(*), coalesce(sum(points), 0), min(id) FROM placed
"""
ONE = """
SELECT %(customer_id)s::bigint AS customer_id, %(points)s::bigint AS points, %(source)s::text AS source,
       %(title)s::text AS title, %(expires_on)s::date AS expires_on, NULL::bigint AS rule_id, NULL::date AS for_day
"""
MOVE = """
INSERT INTO benefits_pointsmovement (customer_id, kind, points, source, title, at, day, refund_of_id)
VALUES (%(customer_id)s, %(kind)s, %(points)s, %(source)s, %(title)s, %(at)s, %(day)s, %(refund_of)s)
ON CONFLICT (source) DO NOTHING RETURNING id
"""
# A lot that is not there yet can only be added to.
ADD = """
INSERT INTO benefits_pointslot AS lot (customer_id, expires_on, remaining)
SELECT %(customer_id)s, day, points FROM unnest(%(days)s::date[], %(points)s::bigint[]) AS given (day, points)
ORDER BY day ON CONFLICT (customer_id, expires_on) DO UPDATE SET remaining = lot.remaining + excluded.remaining
"""
TAKE = """
UPDATE benefits_pointslot AS lot SET remaining = lot.remaining - taken.points
FROM unnest(%(days)s::date[], %(points)s::bigint[]) AS taken (day, points)
WHERE lot.customer_id = %(customer_id)s AND lot.expires_on = taken.day
"""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What a statement added. ``first_id`` is None when everything had been posted before."""

    movements: int
    points: int
    first_id: int | None


def post_given(*, given: str, kind: MovementKind, now: datetime, **values: Any) -> Posted:
    """Give points to each customer of ``given``, SQL for rows with a source each, in one statement."""
    stamps: dict[str, Any] = {"kind": kind, "at": now, "day": local_date(now)}
    with connection.cursor() as cursor:
        cursor.execute(GIVE.format(given=given), values | stamps)
        movements, points, first_id = cursor.fetchone()
    return Posted(movements=movements, points=int(points), first_id=first_id)


def post_one(
    *,
    customer_id: int,
    kind: MovementKind,
    points: int,
    source: str,
    title: str,
    expires_on: date,
    now: datetime,
) -> int | None:
    """Give to one customer; None when the source is known already."""
    values = {"customer_id": customer_id, "points": points, "source": source, "title": title}
    return post_given(given=ONE, kind=kind, now=now, expires_on=expires_on, **values).first_id


def post_lots(
    *,
    customer_id: int,
    kind: MovementKind,
    source: str,
    title: str,
    lots: Sequence[Lot],
    sign: int,
    account: str,
    now: datetime,
    refund_of: int | None = None,
) -> int | None:
    """Take ``lots`` from the customer for ``account`` (``sign`` -1), or give them back (1); None when the source is
    known already. Whoever takes has locked the lots."""
    points = sum(lot.points for lot in lots)
    movement: dict[str, Any] = {
        "customer_id": customer_id, "kind": kind, "points": sign * points, "source": source, "title": title,
        "at": now, "day": local_date(now), "refund_of": refund_of,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MOVE, movement)
        row = cursor.fetchone()
        if row is None:
            return None
        own = [
            (row[0], place, CUSTOMER, customer_id, lot.expires_on, sign * lot.points)
            for place, lot in enumerate(lots)
        ]
        lines = [*own, (row[0], len(lots), account, None, None, -sign * points)]
        places = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(lines))
        columns = "movement_id, place, account, customer_id, expires_on, points"
        cursor.execute(
            f"INSERT INTO benefits_pointsline ({columns}) VALUES {places}",
            [value for line in lines for value in line],
        )
        sides: dict[str, Any] = {
            "days": [lot.expires_on for lot in lots],
            "points": [lot.points for lot in lots],
        }
        cursor.execute(ADD if sign > 0 else TAKE, {"customer_id": customer_id, **sides})
    return int(row[0])
