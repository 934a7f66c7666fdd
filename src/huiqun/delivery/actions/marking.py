"""The transaction that marks messages for sending, and judges again all that may be revoked.

Locks are taken in this order: run (FOR SHARE), dossier (FOR SHARE, by compliance), recipients (FOR UPDATE,
skipping those of other workers), consents (FOR SHARE in key order), counts (in key order). Whoever
revokes takes recipients before consents, so that nobody waits in a circle; see docs/matters/concurrency.md.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

from huiqun.compliance import queries as compliance
from huiqun.customers import queries as customers
from huiqun.delivery.actions import arrays, run_locks
from huiqun.delivery.actions.judging import hold, judge_again
from huiqun.delivery.actions.pauses import nobody_may_be_sent_to
from huiqun.delivery.models import Run
from huiqun.delivery.queries.topics import refusing_among
from huiqun.delivery.rules.states import Failure, Reason, RunState, State
from huiqun.delivery.rules.timing import LEASE_SECONDS


class Person(NamedTuple):
    """One recipient in this batch. ``was_uncertain``: an earlier attempt may have reached the person."""

    recipient_id: int
    customer_id: int
    variant_key: str
    attempt: int
    was_uncertain: bool
    is_counted: bool


@dataclass
class Marked:
    """``last_id``: where the next batch of the same worker may begin to look."""

    people: list[Person] = field(default_factory=list)
    dropped: int = 0
    last_id: int = 0


@transaction.atomic
def mark_batch(
    *, run_id: int, channel: str, worker: uuid.UUID, size: int, now: datetime, after: int = 0
) -> Marked:
    """Mark up to ``size`` due recipients as being sent by ``worker`` until its lease ends.

    ``after`` is where this worker's last batch ended: those before it are done or wait, and are looked
    at again when there is nobody behind it.
    :raises what compliance refuses; then nothing is marked
    """
    run = _shared_run(run_id)
    if run is None or nobody_may_be_sent_to(run, now):
        return Marked()
    compliance.send_permit(subject=run.subject, digest=run.digest, now=now)
    people = _claim(run_id, channel, size, now, after)
    if not people and after:
        people = _claim(run_id, channel, size, now, 0)
    if not people:
        return Marked()
    last_id = people[-1].recipient_id
    if run.deadline_at is not None and run.deadline_at <= now:
        late = dict.fromkeys((person.recipient_id for person in people), Reason.DEADLINE_PASSED)
        return Marked(dropped=_drop(people, late), last_id=last_id)
    revoked = _revoked(run, channel, people, now)
    standing = [person for person in people if person.recipient_id not in revoked] if revoked else people
    judged = judge_again(run, channel, standing, now)
    revoked |= judged.dropped
    _drop(people, revoked)
    hold(judged.held)
    kept = [person for person in standing if judged.is_open(person)]
    _mark(run_id, channel, kept, worker, now)
    return Marked(kept, len(revoked) + len(judged.held), last_id)


def _shared_run(run_id: int) -> Run | None:
    """The run if it is sending; pausing and cancelling wait until this transaction ends."""
    run_locks.share(run_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM delivery_run WHERE id = %s AND state = %s FOR SHARE", [run_id, RunState.SENDING]
        )
        if cursor.fetchone() is None:
            return None
    return Run.objects.get(pk=run_id)


def _claim(run_id: int, channel: str, size: int, now: datetime, after: int) -> list[Person]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, customer_id, variant_key, attempt, is_uncertain, is_counted FROM delivery_recipient"
            " WHERE run_id = %s AND id > %s AND channel = %s AND state = 'queued'"
            "   AND (not_before IS NULL OR not_before <= %s)"
            " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            [run_id, after, channel, now, size],
        )
        return list(map(Person._make, cursor.fetchall()))


def _revoked(run: Run, channel: str, people: list[Person], now: datetime) -> dict[int, Reason]:
    """Reasons by recipient, in the gate's order, read after the recipients were locked."""
    ids = [person.customer_id for person in people]
    suppressed = _suppressed(ids, channel, now)
    consenting = customers.lock_consents(customer_ids=ids, channel=channel, purpose=run.purpose)
    refusing = refusing_among(ids, topic=run.topic, purpose=run.purpose)
    revoked: dict[int, Reason] = {}
    if suppressed or refusing or len(consenting) < len(ids):
        for person in people:
            if person.customer_id in suppressed:
                revoked[person.recipient_id] = Reason.SUPPRESSED
            elif person.customer_id not in consenting:
                revoked[person.recipient_id] = Reason.NO_CONSENT
            elif person.customer_id in refusing:
                revoked[person.recipient_id] = Reason.TOPIC_REFUSED
    return revoked


def _suppressed(customer_ids: Collection[int], channel: str, now: datetime) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id FROM delivery_suppression WHERE customer_id = ANY(%s::bigint[])"
            " AND channel IN ('', %s) AND (until_at IS NULL OR until_at > %s)",
            [arrays.numbers(customer_ids), channel, now],
        )
        return {row[0] for row in cursor.fetchall()}


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


def _mark(run_id: int, channel: str, people: list[Person], worker: uuid.UUID, now: datetime) -> None:
    """``marked_at`` stays that of the first time: a finished run's root is over it."""
    if not people:
        return
    ids = [person.recipient_id for person in people]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_recipient SET state = %s, marked_at = coalesce(marked_at, %s),"
            " attempt = attempt + 1, lease_by = %s, handed_at = NULL, not_before = NULL, is_counted = true"
            " WHERE id = ANY(%s::bigint[])",
            [State.SENDING, now, worker, arrays.numbers(ids)],
        )
        cursor.execute(
            "INSERT INTO delivery_lease (id, run_id, channel, first_id, last_id, marked, began_at, until_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [worker, run_id, channel, ids[0], ids[-1], len(ids), now, now + timedelta(seconds=LEASE_SECONDS)],
        )
