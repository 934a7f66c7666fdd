"""Who holds a batch: renewed while somebody works on it, taken back when nobody does."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from huiqun.delivery.channels import registry
from huiqun.delivery.models import Lease
from huiqun.delivery.rules.doubt import OnDoubt
from huiqun.delivery.rules.states import Failure
from huiqun.delivery.rules.timing import LEASE_SECONDS, LOST_LEASES

KEPT = timedelta(minutes=10)
"""How long a lease that is done is kept: the pages' speed is read off the last minute's."""


def renew(worker: uuid.UUID, *, now: datetime) -> bool:
    """The heartbeat; False when the batch has been taken back, and is somebody else's by now."""
    until = now + timedelta(seconds=LEASE_SECONDS)
    return bool(Lease.objects.filter(pk=worker, done_at__isnull=True).update(until_at=until))


def end(worker: uuid.UUID, *, accepted: int, now: datetime) -> None:
    Lease.objects.filter(pk=worker, done_at__isnull=True).update(accepted=accepted, done_at=now)


LOST = """
WITH lost AS (
    SELECT l.id, l.run_id, l.first_id, l.last_id,
           a.driver = ANY(%(repeatable)s) AS repeatable, a.on_doubt = %(repeat)s AS rather_twice
    FROM delivery_lease l JOIN delivery_run run ON run.id = l.run_id
    CROSS JOIN LATERAL jsonb_to_recordset(run.channels) AS plan (channel text, account_id bigint)
    JOIN delivery_channelaccount a ON a.id = plan.account_id
    WHERE plan.channel = l.channel AND l.done_at IS NULL AND l.until_at < %(now)s
    ORDER BY l.id FOR UPDATE OF l SKIP LOCKED
), ended AS (
    UPDATE delivery_lease l SET done_at = %(now)s FROM lost WHERE l.id = lost.id
), abandoned AS (
    SELECT r.id, r.handed_at IS NOT NULL OR lost.repeatable AS uncertain,
           (r.handed_at IS NOT NULL AND NOT lost.rather_twice) OR r.lost_leases >= %(most)s AS is_over
    FROM lost JOIN delivery_recipient r
      ON r.run_id = lost.run_id AND r.id BETWEEN lost.first_id AND lost.last_id
     AND r.lease_by = lost.id AND r.state = 'sending'
    ORDER BY r.id FOR UPDATE OF r
)
"""

ORPHANED = """
WITH abandoned AS (
    SELECT r.id, true AS uncertain,
           (r.handed_at IS NOT NULL AND a.on_doubt <> %(repeat)s) OR r.lost_leases >= %(most)s AS is_over
    FROM delivery_recipient r JOIN delivery_run run ON run.id = r.run_id
    CROSS JOIN LATERAL jsonb_to_recordset(run.channels) AS plan (channel text, account_id bigint)
    JOIN delivery_channelaccount a ON a.id = plan.account_id
    WHERE r.run_id = %(run)s AND plan.channel = r.channel AND r.state = 'sending'
      AND NOT EXISTS (SELECT FROM delivery_lease l WHERE l.id = r.lease_by AND l.done_at IS NULL)
    ORDER BY r.id FOR UPDATE OF r
)
"""

TAKE_BACK = """
UPDATE delivery_recipient r SET
    state = CASE WHEN is_over THEN 'failed' ELSE 'queued' END,
    failure = CASE WHEN is_over THEN %(unknown)s ELSE '' END,
    is_uncertain = r.is_uncertain OR abandoned.uncertain, lease_by = NULL,
    attempt = greatest(r.attempt - 1, 0), lost_leases = r.lost_leases + 1
FROM abandoned WHERE r.id = abandoned.id
"""


@transaction.atomic
def recover_leases(*, now: datetime) -> int:
    """Take back what a worker marked and never told the outcome of; how many.

    A channel that honours the idempotency key is asked again with the same key. Otherwise a message
    whose handover had begun is treated as the account says: failed and unknown, or sent again.
    """
    repeatable = [name for name, driver in registry.DRIVERS.items() if driver.idempotent]
    return _take_back(LOST, {"now": now, "repeatable": repeatable})


@transaction.atomic
def recover_orphans(*, run_id: int) -> int:
    """The watchdog behind the leases: messages "being sent" whose lease is gone, as after an upgrade or
    when somebody mended the tables by hand. Without it a run could hang for ever."""
    return _take_back(ORPHANED, {"run": run_id})


def _take_back(which: str, values: dict[str, Any]) -> int:
    known: dict[str, Any] = {"most": LOST_LEASES, "unknown": Failure.UNKNOWN, "repeat": OnDoubt.REPEAT}
    with connection.cursor() as cursor:
        cursor.execute(which + TAKE_BACK, {**known, **values})
        return int(cursor.rowcount)


def forget_leases(*, now: datetime) -> None:
    Lease.objects.filter(done_at__lt=now - KEPT).delete()
