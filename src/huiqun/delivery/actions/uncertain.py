"""Messages of which nobody knows whether they arrived, resolved by people: each decision is a fact."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection, transaction

from huiqun.compliance import queries as compliance
from huiqun.delivery.actions.runs import enqueue_senders, locked_run
from huiqun.delivery.actions.touches import touch_many
from huiqun.delivery.events import UncertainResolved
from huiqun.delivery.models import Run
from huiqun.delivery.rules.doubt import Resolution
from huiqun.delivery.rules.refusals import NothingUncertain, RunLate
from huiqun.delivery.rules.states import Failure, RunState, TouchKind
from huiqun.foundation import facts
from huiqun.foundation.models import Staff

MOST = 1_000
"""Decided at once, so that the fact can name every message."""

UNCERTAIN = """
UPDATE delivery_recipient SET {change} WHERE id IN (
    SELECT id FROM delivery_recipient
    WHERE run_id = %(run)s AND id = ANY(%(ids)s) AND state = 'failed' AND failure = 'unknown'
    ORDER BY id FOR UPDATE
) RETURNING id
"""
AGAIN = "state = 'queued', failure = '', failure_code = '', is_uncertain = true, attempt = 0, lost_leases = 0"
SENT = "state = 'sent', failure = '', failure_code = '', is_uncertain = false, sent_at = coalesce(handed_at, marked_at)"
GIVEN_UP = f"failure = '{Failure.GIVEN_UP}', is_uncertain = false"


@transaction.atomic
def resolve_uncertain(
    *, run_id: int, recipient_ids: Sequence[int], resolution: str, by: Staff, now: datetime
) -> int:
    """Send again, count as sent, or give up; how many of these still were uncertain.

    What is sent again goes through the gate's revocable part like everything else: whoever has withdrawn
    meanwhile is not written to. A finished run is opened for it until it is sent.
    :raises NothingUncertain, RunLate, NotFound, and what compliance refuses for sending again
    """
    run = locked_run(run_id)
    decided = Resolution(resolution)
    changed = DECISIONS[decided](run, list(recipient_ids)[:MOST], now)
    if not changed:
        raise NothingUncertain
    resolved = UncertainResolved(
        run_id=run_id, ordered_by=run.subject, resolution=decided, recipient_ids=tuple(sorted(changed))
    )
    facts.record(resolved, at=now, by=by, branch_id=run.branch_id)
    return len(changed)


def _send_again(run: Run, ids: list[int], now: datetime) -> list[int]:
    if run.deadline_at is not None and run.deadline_at <= now:
        raise RunLate
    compliance.send_permit(subject=run.subject, digest=run.digest, now=now)
    changed = _change(AGAIN, run, ids)
    if changed and run.is_over:
        run.state, run.finished_at = RunState.SENDING, None
        run.save(update_fields=["state", "finished_at"])
    if changed and run.state == RunState.SENDING:
        enqueue_senders(run)
    return changed


def _count_as_sent(run: Run, ids: list[int], now: datetime) -> list[int]:
    changed = _change(SENT, run, ids)
    touch_many(changed, TouchKind.SENT, now)
    return changed


def _give_up(run: Run, ids: list[int], now: datetime) -> list[int]:
    return _change(GIVEN_UP, run, ids)


DECISIONS: dict[Resolution, Callable[[Run, list[int], datetime], list[int]]] = {
    Resolution.RESEND: _send_again,
    Resolution.COUNT_AS_SENT: _count_as_sent,
    Resolution.GIVE_UP: _give_up,
}


def _change(change: str, run: Run, ids: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(UNCERTAIN.format(change=change), {"run": run.pk, "ids": ids})
        return [row[0] for row in cursor.fetchall()]
