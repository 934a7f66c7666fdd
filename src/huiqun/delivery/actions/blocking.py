"""The one way in which customers are blocked, and what waits for them dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from huiqun.delivery.rules.states import Reason

BLOCK = """
INSERT INTO delivery_suppression AS s (customer_id, channel, reason, since_at, until_at)
SELECT customer_id, channel, reason, %(now)s, until_at
FROM unnest(%(customers)s::bigint[], %(channels)s::text[], %(reasons)s::text[], %(untils)s::timestamptz[])
  AS wanted (customer_id, channel, reason, until_at)
ORDER BY customer_id, channel
ON CONFLICT (customer_id, channel) DO UPDATE SET
    reason = CASE WHEN s.until_at <= %(now)s THEN excluded.reason
                  WHEN s.reason = 'complained' THEN s.reason ELSE excluded.reason END,
    since_at = CASE WHEN s.until_at <= %(now)s THEN excluded.since_at ELSE s.since_at END,
    until_at = CASE WHEN s.until_at <= %(now)s THEN excluded.until_at
                    WHEN s.until_at IS NULL OR excluded.until_at IS NULL THEN NULL
                    ELSE greatest(s.until_at, excluded.until_at) END
WHERE s.until_at <= %(now)s
   OR s.until_at IS NOT NULL AND (excluded.until_at IS NULL OR excluded.until_at > s.until_at)
   OR excluded.reason = 'complained' AND s.reason <> 'complained'
RETURNING customer_id, channel, reason, until_at
"""
DROP = """
WITH mine AS (
    SELECT r.id, r.is_uncertain FROM delivery_recipient r
    JOIN delivery_run run ON run.id = r.run_id
    JOIN unnest(%(customers)s::bigint[], %(channels)s::text[]) AS w (customer_id, channel)
      ON w.customer_id = r.customer_id AND (w.channel = '' OR w.channel = r.channel)
    WHERE r.state IN ('queued', 'held')
      AND (%(purpose)s = '' OR run.purpose = %(purpose)s) AND (%(topic)s = '' OR run.topic = %(topic)s)
    ORDER BY r.id FOR UPDATE OF r
)
UPDATE delivery_recipient r SET
    state = CASE WHEN mine.is_uncertain THEN 'failed' ELSE 'dropped' END,
    reason = CASE WHEN mine.is_uncertain THEN '' ELSE %(reason)s END,
    failure = CASE WHEN mine.is_uncertain THEN 'unknown' ELSE '' END,
    not_before = NULL
FROM mine WHERE r.id = mine.id
"""


@dataclass(frozen=True, kw_only=True)
class Block:
    """Nothing more to a customer on a channel ("" is all of them), until an instant or for good (None)."""

    customer_id: int
    channel: str = ""
    reason: str = "manual"
    until_at: datetime | None = None


@transaction.atomic
def block(blocks: Sequence[Block], *, now: datetime) -> tuple[list[Block], int]:
    """Block people; the blocks that changed something, as they stand now, and how many messages that dropped.

    What stands is never weakened: the longer block stays, and a complaint stays a complaint. One that has ended
    begins anew. Of each customer and channel there may be one in ``blocks``. Once this has committed nothing more is
    marked for sending: blocks are written before what waits is dropped, so that whoever marks meanwhile has either
    seen them or holds the rows that this waits for.
    """
    values: dict[str, Any] = {
        "now": now,
        "customers": [each.customer_id for each in blocks],
        "channels": [each.channel for each in blocks],
        "reasons": [each.reason for each in blocks],
        "untils": [each.until_at for each in blocks],
    }
    with connection.cursor() as cursor:
        cursor.execute(BLOCK, values)
        changed = [
            Block(customer_id=who, channel=channel, reason=reason, until_at=until_at)
            for who, channel, reason, until_at in sorted(cursor.fetchall(), key=lambda row: (row[0], row[1]))
        ]
    pairs = [(each.customer_id, each.channel) for each in changed]
    return changed, drop(pairs, reason=Reason.SUPPRESSED)


def drop(people: Sequence[tuple[int, str]], *, reason: str, purpose: str = "", topic: str = "") -> int:
    """Drop what waits in all runs for these customers on these channels ("" is all); how many."""
    values: dict[str, Any] = {
        "customers": [customer_id for customer_id, _ in people],
        "channels": [channel for _, channel in people],
        "purpose": purpose,
        "topic": topic,
        "reason": str(reason),
    }
    with connection.cursor() as cursor:
        cursor.execute(DROP, values)
        return int(cursor.rowcount)
