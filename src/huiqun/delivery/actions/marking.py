"""The transaction that marks messages for sending, and judges again all that may be revoked.

Locks are taken in this order: run (FOR SHARE), dossier (FOR SHARE, by compliance), recipients (FOR UPDATE,
skipping those of other workers), consents (FOR SHARE in key order), counts (in key order). Whoever
revokes takes recipients before consents, so that nobody waits in a circle; see docs/matters/concurrency.md.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from huiqun.compliance import queries as compliance
from huiqun.customers import queries as customers
from huiqun.delivery.actions.frequency import over_frequency
from huiqun.delivery.models import Run
from huiqun.delivery.rules.states import Failure, Reason, RunState, State
from huiqun.delivery.rules.timing import LEASE_SECONDS, quiet_until


@dataclass(frozen=True)
class Person:
    """One recipient in this batch. ``was_uncertain``: an earlier attempt may have reached the person."""

    recipient_id: int
    customer_id: int
    variant_key: str
    attempt: int
    was_uncertain: bool
    is_counted: bool


@dataclass
class Marked:
    people: list[Person] = field(default_factory=list)
    dropped: int = 0


@transaction.atomic
def mark_batch(*, run_id: int, channel: str, worker: uuid.UUID, size: int, now: datetime) -> Marked:
    """Mark up to ``size`` due recipients as being sent by ``worker`` until its lease ends.

    :raises what compliance refuses; then nothing is marked
    """
    run = _shared_run(run_id)
    if run is None or quiet_until(now, run.quiet_hours):
        return Marked()
    compliance.send_permit(subject=run.subject, digest=run.digest, now=now)
    people = _claim(run_id, channel, size, now)
    if not people:
        return Marked()
    if run.deadline_at is not None and run.deadline_at <= now:
        return Marked(dropped=_drop(people, dict.fromkeys(_ids(people), Reason.DEADLINE_PASSED)))
    revoked = _revoked(run, channel, people, now)
    _drop(people, revoked)
    kept = [person for person in people if person.recipient_id not in revoked]
    _mark(kept, worker, now)
    return Marked(kept, len(revoked))


def _shared_run(run_id: int) -> Run | None:
    """The run if it is sending; pausing and cancelling wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM delivery_run WHERE id = %s AND state = %s FOR SHARE", [run_id, RunState.SENDING]
        )
        if cursor.fetchone() is None:
            return None
    return Run.objects.get(pk=run_id)


def _claim(run_id: int, channel: str, size: int, now: datetime) -> list[Person]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, customer_id, variant_key, attempt, is_uncertain, is_counted FROM delivery_recipient"
            " WHERE run_id = %s AND channel = %s AND state = 'queued'"
            "   AND (not_before IS NULL OR not_before <= %s)"
            " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            [run_id, channel, now, size],
        )
        return [Person(*row) for row in cursor.fetchall()]


def _revoked(run: Run, channel: str, people: list[Person], now: datetime) -> dict[int, Reason]:
    """Reasons by recipient, in the gate's order, read after the recipients were locked."""
    suppressed = _suppressed([person.customer_id for person in people], channel, now)
    consenting = customers.lock_consents(
        customer_ids=[person.customer_id for person in people], channel=channel, purpose=run.purpose
    )
    revoked: dict[int, Reason] = {}
    for person in people:
        if person.customer_id in suppressed:
            revoked[person.recipient_id] = Reason.SUPPRESSED
        elif person.customer_id not in consenting:
            revoked[person.recipient_id] = Reason.NO_CONSENT
    counted = [p.customer_id for p in people if p.recipient_id not in revoked and not p.is_counted]
    often = over_frequency(counted, channel=channel, purpose=run.purpose, caps=run.limits, now=now)
    for person in people:
        if person.customer_id in often and not person.is_counted:
            revoked.setdefault(person.recipient_id, Reason.OVER_FREQUENCY)
    return revoked


def _suppressed(customer_ids: list[int], channel: str, now: datetime) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id FROM delivery_suppression WHERE customer_id = ANY(%s)"
            " AND channel IN ('', %s) AND (until_at IS NULL OR until_at > %s)",
            [customer_ids, channel, now],
        )
        return {row[0] for row in cursor.fetchall()}


def _ids(people: Iterable[Person]) -> list[int]:
    return [person.recipient_id for person in people]


def _drop(people: list[Person], revoked: dict[int, Reason]) -> int:
    """Drop; whoever may have been reached by an earlier attempt counts as failed instead: nobody knows."""
    if not revoked:
        return 0
    uncertain = {person.recipient_id for person in people if person.was_uncertain} & revoked.keys()
    certain = {key: reason for key, reason in revoked.items() if key not in uncertain}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_recipient r SET state = %s, reason = d.reason, not_before = NULL"
            " FROM unnest(%s::bigint[], %s::text[]) AS d (id, reason) WHERE r.id = d.id",
            [State.DROPPED, list(certain), [str(reason) for reason in certain.values()]],
        )
        cursor.execute(
            "UPDATE delivery_recipient SET state = %s, failure = %s, not_before = NULL WHERE id = ANY(%s)",
            [State.FAILED, Failure.UNKNOWN, list(uncertain)],
        )
    return len(revoked)


def _mark(people: list[Person], worker: uuid.UUID, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_recipient SET state = %s, marked_at = %s, attempt = attempt + 1, lease_by = %s,"
            " lease_until = %s, handed_at = NULL, not_before = NULL, is_counted = true WHERE id = ANY(%s)",
            [State.SENDING, now, worker, now + timedelta(seconds=LEASE_SECONDS), _ids(people)],
        )
