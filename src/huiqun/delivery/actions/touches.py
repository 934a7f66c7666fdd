"""The ledger of touches: what happened between a message and a person. The first of a kind counts."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from huiqun.delivery.actions import arrays
from huiqun.delivery.models.touches import MONTH_OF_RUN
from huiqun.delivery.rules.states import TouchKind
from huiqun.delivery.rules.visits import looks_automatic

TOUCH = f"""
INSERT INTO delivery_touch (recipient_id, run_id, customer_id, kind, at, source, month)
SELECT r.id, r.run_id, r.customer_id, %(kind)s, %(at)s, r.source, {MONTH_OF_RUN}
FROM delivery_recipient r JOIN delivery_run run ON run.id = r.run_id
WHERE r.id = ANY(%(ids)s) ORDER BY r.id
ON CONFLICT (recipient_id, kind, month) DO NOTHING RETURNING recipient_id
"""


def touch_many(recipient_ids: list[int], kind: str, at: datetime) -> set[int]:
    """Those for whom it was the first of its kind; in the caller's transaction."""
    if not recipient_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, {"ids": sorted(recipient_ids), "kind": str(kind), "at": at})
        return {row[0] for row in cursor.fetchall()}


SENT = f"""
INSERT INTO delivery_touch (recipient_id, run_id, customer_id, kind, at, source, month)
SELECT d.id, %(run)s, d.customer_id, 'sent', %(at)s, 'live',
       (SELECT {MONTH_OF_RUN} FROM delivery_run run WHERE run.id = %(run)s)
FROM unnest(%(ids)s::bigint[], %(customers)s::bigint[]) AS d (id, customer_id)
ON CONFLICT (recipient_id, kind, month) DO NOTHING
"""


def touch_sent(run_id: int, recipient_ids: Sequence[int], customer_ids: Sequence[int], at: datetime) -> None:
    """A batch of one run that was sent just now; in the caller's transaction, which has locked the recipients."""
    values = {"ids": arrays.numbers(recipient_ids), "customers": arrays.numbers(customer_ids)}
    with connection.cursor() as cursor:
        cursor.execute(SENT, {**values, "run": run_id, "at": at})


@transaction.atomic
def record_touch(
    *,
    recipient_id: int,
    kind: str,
    at: datetime,
    user_agent: str | None = None,
    method: str = "GET",
    purpose: str = "",
) -> bool:
    """Record that something happened; whether it was the first time.

    Doors pass what the request says of itself: prefetchers, scanners and bots are not people, and
    nothing is recorded for them. ``user_agent`` None means no browser is involved.
    """
    if user_agent is not None and looks_automatic(method=method, user_agent=user_agent, purpose=purpose):
        return False
    return recipient_id in touch_many([recipient_id], TouchKind(kind), at)
