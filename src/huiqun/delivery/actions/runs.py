"""Runs: opened with everything they need, paused, resumed, cancelled."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection, transaction
from pyarrow import csv

from huiqun.compliance import queries as compliance
from huiqun.delivery.events import RunCancelled, RunOpened, RunPaused, RunResumed
from huiqun.delivery.models import ChannelAccount, Recipient, Run
from huiqun.delivery.models.runs import LIVE
from huiqun.delivery.rules.orders import RunOrder, check_order
from huiqun.delivery.rules.refusals import AccountUnfit, RunNotPaused, RunOver
from huiqun.delivery.rules.states import Failure, Reason, RunState, State
from huiqun.foundation import facts, jobs
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound

ASKED = "asked"


@transaction.atomic
def open_run(*, order: RunOrder, by: Staff | None, now: datetime) -> int:
    """Copy the members in and have them gated; the run's id. The same order again gives the same run.

    :raises OrderInvalid, AccountUnfit, and what compliance refuses (not approved, stopped, licence expired)
    """
    check_order(order)
    _check_accounts(order)
    compliance.send_permit(subject=order.subject, digest=order.digest, now=now)
    run, is_new = Run.objects.get_or_create(
        source=LIVE,
        subject=order.subject,
        digest=order.digest,
        step=order.step,
        defaults=_terms(order, by, now),
    )
    if not is_new:
        return int(run.pk)
    run.audience = copy_members(run.pk, order.members)
    run.save(update_fields=["audience"])
    opened = RunOpened(run_id=run.pk, ordered_by=order.subject, digest=order.digest, audience=run.audience)
    facts.record(opened, at=now, by=by, branch_id=order.branch_id)
    jobs.enqueue("delivery.gate_run", run_id=run.pk)
    return int(run.pk)


def _check_accounts(order: RunOrder) -> None:
    for plan in order.channels:
        account = ChannelAccount.objects.filter(pk=plan.account_id).first()
        if account is None or not account.enabled or account.channel != plan.channel:
            raise AccountUnfit(account=account or plan.account_id)


def _terms(order: RunOrder, by: Staff | None, now: datetime) -> dict[str, Any]:
    start, end = order.quiet_hours or (None, None)
    return {
        "branch_id": order.branch_id,
        "purpose": order.purpose,
        "product_kind": order.product_kind,
        "product_risk": order.product_risk,
        "channels": [asdict(plan) for plan in order.channels],
        "caps": asdict(order.caps),
        "quiet_start": start,
        "quiet_end": end,
        "deadline_at": order.deadline_at,
        "values": dict(order.values),
        "link_base": order.link_base,
        "opened_by": by,
        "opened_at": now,
    }


def copy_members(run_id: int, batches: Iterable[pa.RecordBatch]) -> int:
    """Arrow batches into recipients by COPY, without a Python object per row; how many came."""
    count = 0
    sql = "COPY delivery_recipient (run_id, customer_id, arm, bucket) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for batch in batches:
            if batch.num_rows:
                copy.write(_as_csv(run_id, batch))
                count += batch.num_rows
    return count


def _as_csv(run_id: int, batch: pa.RecordBatch) -> pa.Buffer:
    rows = pa.table(
        {
            "run_id": pa.repeat(run_id, batch.num_rows),
            "customer_id": batch.column("customer_id").cast(pa.int64()),
            "arm": batch.column("arm").cast(pa.string()),
            "bucket": batch.column("bucket").cast(pa.int32()),
        }
    )
    sink = pa.BufferOutputStream()
    csv.write_csv(rows, sink, csv.WriteOptions(include_header=False, quoting_style="none"))
    return sink.getvalue()


@transaction.atomic
def pause_run(*, run_id: int, by: Staff | None, now: datetime, because: str = ASKED) -> None:
    """Mark nobody more until resumed; those already marked are finished. Pausing twice changes nothing.

    :raises RunOver, NotFound
    """
    run = locked_run(run_id)
    if run.is_over:
        raise RunOver
    if run.state == RunState.PAUSED:
        return
    run.state, run.paused_because = RunState.PAUSED, because
    run.save(update_fields=["state", "paused_because"])
    paused = RunPaused(run_id=run_id, ordered_by=run.subject, because=because)
    facts.record(paused, at=now, by=by, branch_id=run.branch_id)


@transaction.atomic
def resume_run(*, run_id: int, by: Staff | None, now: datetime) -> None:
    """Go on with whoever is left. :raises RunOver, RunNotPaused, NotFound, and what compliance refuses"""
    run = locked_run(run_id)
    if run.is_over:
        raise RunOver
    if run.state != RunState.PAUSED:
        raise RunNotPaused
    compliance.send_permit(subject=run.subject, digest=run.digest, now=now)
    run.state = RunState.SENDING if run.gated_at else RunState.GATING
    run.paused_because = ""
    run.save(update_fields=["state", "paused_because"])
    facts.record(RunResumed(run_id=run_id, ordered_by=run.subject), at=now, by=by, branch_id=run.branch_id)
    if run.gated_at:
        enqueue_senders(run)
    else:
        jobs.enqueue("delivery.gate_run", run_id=run_id)


@transaction.atomic
def cancel_run(*, run_id: int, by: Staff | None, now: datetime) -> None:
    """Drop everybody whose turn has not come. Those already marked are finished, then the run is.

    :raises RunOver, NotFound
    """
    run = locked_run(run_id)
    if run.is_over:
        raise RunOver
    waiting = Recipient.objects.filter(run=run, state__in=[State.LISTED, State.HELD, State.QUEUED])
    waiting.filter(is_uncertain=True).update(state=State.FAILED, failure=Failure.UNKNOWN)
    dropped = waiting.filter(is_uncertain=False).update(state=State.DROPPED, reason=Reason.CANCELLED)
    run.state, run.paused_because = RunState.SENDING, ""
    run.gated_at = run.gated_at or now
    run.deadline_at = min(now, run.deadline_at or now)
    run.save(update_fields=["state", "paused_because", "deadline_at", "gated_at"])
    cancelled = RunCancelled(run_id=run_id, ordered_by=run.subject, dropped=dropped)
    facts.record(cancelled, at=now, by=by, branch_id=run.branch_id)
    jobs.enqueue("delivery.finish_run", run_id=run_id)


def locked_run(run_id: int) -> Run:
    """The run, locked against those who are marking: they hold it FOR SHARE. :raises NotFound"""
    run: Run | None = Run.objects.select_for_update().filter(pk=run_id, source=LIVE).first()
    if run is None:
        raise NotFound
    return run


LANES = 2
"""How many jobs send for one run and channel at a time; more processes than this help other runs."""


def enqueue_senders(run: Run) -> None:
    for plan in run.plans:
        for lane in range(LANES):
            name = f"delivery.send:{run.pk}:{plan.channel}:{lane}"
            jobs.enqueue(
                "delivery.send", lock=name, unique=name, run_id=run.pk, channel=plan.channel, lane=lane
            )
