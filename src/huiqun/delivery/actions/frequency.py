"""Frequency caps, kept exactly even when several runs mark the same person at the same moment."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from huiqun.delivery.rules.orders import Cap, Caps
from huiqun.lib.days import local_date

LOCK_TODAY = """
INSERT INTO delivery_contactcount (customer_id, on_date, purpose, channel, count)
SELECT customer_id, %(today)s, %(purpose)s, '', 0 FROM unnest(%(people)s::bigint[]) AS customer_id
ORDER BY customer_id
ON CONFLICT (customer_id, on_date, purpose, channel) DO UPDATE SET count = delivery_contactcount.count
"""

COUNT = """
INSERT INTO delivery_contactcount (customer_id, on_date, purpose, channel, count)
SELECT customer_id, %(today)s, %(purpose)s, %(channel)s, 1 FROM unnest(%(people)s::bigint[]) AS customer_id
ORDER BY customer_id
ON CONFLICT (customer_id, on_date, purpose, channel) DO UPDATE SET count = delivery_contactcount.count + 1
"""


def over_frequency(
    customer_ids: list[int], *, channel: str, purpose: str, caps: Caps, now: datetime
) -> set[int]:
    """Those who may not be written to today; all others are counted, in the caller's transaction.

    Today's row of a person (channel "") is locked first; the sums are read after that, so that two
    runs marking one person see each other's counts.
    """
    if not customer_ids:
        return set()
    today = local_date(now)
    values: dict[str, Any] = {"today": today, "purpose": purpose, "channel": channel, "people": customer_ids}
    limits = caps.for_channel(channel)
    over: set[int] = set()
    with connection.cursor() as cursor:
        if limits:
            cursor.execute(LOCK_TODAY, values)
        for cap in limits:
            cursor.execute(*_sums(cap, values, today - timedelta(days=cap.days - 1)))
            over |= {row[0] for row in cursor.fetchall()}
        cursor.execute(COUNT, {**values, "people": [c for c in customer_ids if c not in over]})
    return over


def _sums(cap: Cap, values: dict[str, Any], since: date) -> tuple[str, dict[str, Any]]:
    only = " AND channel = %(channel)s" if cap.channel else ""
    return (
        "SELECT customer_id FROM delivery_contactcount WHERE customer_id = ANY(%(people)s)"
        f" AND purpose = %(purpose)s AND on_date >= %(since)s{only}"
        " GROUP BY customer_id HAVING sum(count) >= %(most)s",
        {**values, "since": since, "most": cap.count},
    )
