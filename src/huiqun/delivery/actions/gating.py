"""The gate: everybody judged by one set-based statement, one reason per person."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from huiqun.compliance import queries as compliance
from huiqun.delivery.actions.gate_sql import Gate
from huiqun.delivery.actions.gate_terms import terms_of_order, terms_of_run
from huiqun.delivery.actions.members import forget_members, plain, stage, stage_members
from huiqun.delivery.actions.runs import enqueue_senders, locked_run, pause_run
from huiqun.delivery.events import RunGated
from huiqun.delivery.models import Run
from huiqun.delivery.rules.estimates import Estimated
from huiqun.delivery.rules.orders import RunOrder, check_order
from huiqun.delivery.rules.states import RunState, State
from huiqun.foundation import facts, jobs
from huiqun.lib.refusal import Refusal

ROOM = (
    "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off;"
    " SET LOCAL join_collapse_limit = 12; SET LOCAL random_page_cost = 1.1"
)
"""One large hash in memory is faster than many small ones on disk; compiling takes longer than it saves; all joins
are planned together, for what is small depends on the run; and a small run looks its people up one by one."""


def gate_run(*, run_id: int, now: datetime) -> None:
    """Judge every member, then let the senders in. Safe to repeat.

    Both arms are judged alike; being in the control group comes after every other reason. What compliance
    refuses (stopped, no longer approved, licence expired) and a calendar without the year pause the run:
    they are about the run, not about its people.
    """
    run = Run.objects.filter(pk=run_id).first()
    if run is None or run.state != RunState.GATING:
        return
    try:
        with transaction.atomic():  # not below: a stop must not wait until a million are judged
            compliance.send_permit(subject=run.subject, digest=run.digest, now=now)
        _gate(run_id, now)
    except Refusal as refusal:
        pause_run(run_id=run_id, by=None, now=now, because=refusal.code)


@transaction.atomic
def _gate(run_id: int, now: datetime) -> None:
    run = locked_run(run_id)
    if run.state != RunState.GATING:
        return
    gate = Gate.of(terms_of_run(run, now=now))
    stage_members(run_id)
    _execute(ROOM, {})
    _execute(gate.insert, gate.values)
    forget_members(run_id)
    tally = _tally(run.pk)
    run.state, run.gated_at = RunState.SENDING, now
    run.save(update_fields=["state", "gated_at"])
    facts.record(_gated(run, tally), at=now, branch_id=run.branch_id)
    if tally.get((State.QUEUED.value, ""), 0):
        enqueue_senders(run)
    elif not tally.get((State.HELD.value, ""), 0):
        jobs.enqueue("delivery.finish_run", run_id=run.pk)


@transaction.atomic
def estimate_order(*, order: RunOrder, now: datetime) -> Estimated:
    """What the gate would make of an order's members at this moment, without a run. Nothing is kept.

    :raises OrderInvalid
    """
    check_order(order)
    gate = Gate.of(terms_of_order(order, now=now))
    stage(plain(batch) for batch in order.members if batch.num_rows)
    _execute(ROOM, {})
    with connection.cursor() as cursor:
        cursor.execute(gate.tally, gate.values)
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE delivery_staged")
    return Estimated.of(rows)


def _gated(run: Run, tally: dict[tuple[str, str], int]) -> RunGated:
    return RunGated(
        run_id=run.pk,
        ordered_by=run.subject,
        audience=run.audience,
        queued=sum(n for (state, _), n in tally.items() if state in (State.QUEUED, State.HELD)),
        reasons={reason: n for (_, reason), n in sorted(tally.items()) if reason},
    )


def _tally(run_id: int) -> dict[tuple[str, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, reason, count(*) FROM delivery_recipient WHERE run_id = %s GROUP BY 1, 2", [run_id]
        )
        return {(state, reason): count for state, reason, count in cursor.fetchall()}


def _execute(sql: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
