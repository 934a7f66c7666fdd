"""The gate: everybody judged by one set-based statement, one reason per person."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from huiqun.delivery.actions.gate_sql import Gate
from huiqun.delivery.actions.runs import enqueue_senders, locked_run
from huiqun.delivery.events import RunGated
from huiqun.delivery.models import Run
from huiqun.delivery.rules.states import RunState, State
from huiqun.foundation import facts, jobs

ANALYZE_FROM = 5_000


@transaction.atomic
def gate_run(*, run_id: int, now: datetime) -> None:
    """Judge everybody who is still listed, then let the senders in. Safe to repeat.

    Both arms are judged alike; being in the control group comes after every other reason.
    """
    run = locked_run(run_id)
    if run.state != RunState.GATING:
        return
    if run.audience >= ANALYZE_FROM:
        _execute("ANALYZE delivery_recipient", {})
    gate = Gate.of(run, now=now)
    _execute(gate.sql, gate.values)
    tally = _tally(run.pk)
    run.state, run.gated_at = RunState.SENDING, now
    run.save(update_fields=["state", "gated_at"])
    facts.record(_gated(run, tally), at=now, branch_id=run.branch_id)
    if tally.get((State.QUEUED.value, ""), 0):
        enqueue_senders(run)
    elif not tally.get((State.HELD.value, ""), 0):
        jobs.enqueue("delivery.finish_run", run_id=run.pk)


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
