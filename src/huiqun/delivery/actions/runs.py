"""Runs: opened with everything they need, paused, resumed, cancelled."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from huiqun.compliance import queries as compliance
from huiqun.delivery.actions import run_locks
from huiqun.delivery.actions.members import drop_members, keep_members
from huiqun.delivery.events import RunCancelled, RunOpened, RunPaused, RunResumed
from huiqun.delivery.models import ChannelAccount, Recipient, Run
from huiqun.delivery.models.runs import LIVE
from huiqun.delivery.queries.sms import check_registered
from huiqun.delivery.rules.orders import Closed, RunOrder, check_order
from huiqun.delivery.rules.refusals import AccountUnfit, RunNotPaused, RunOver
from huiqun.delivery.rules.states import Failure, Reason, RunState, State
from huiqun.foundation import facts, jobs
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date
from huiqun.lib.holidays import require_year
from huiqun.lib.refusal import NotFound

ASKED = "asked"


@transaction.atomic
def open_run(*, order: RunOrder, by: Staff | None, now: datetime) -> int:
    """Keep the members and have them gated; the run's id. The same order again gives the same run.

    :raises OrderInvalid, AccountUnfit, SmsNotRegistered, HolidaysUnknown, and what compliance refuses (not
    approved, stopped, licence expired)
    """
    check_order(order)
    _check_accounts(order)
    _check_calendar(order, now)
    compliance.send_permit(subject=order.subject, digest=order.digest, now=now)
    check_registered(order, on=local_date(now))
    run, is_new = Run.objects.get_or_create(
        source=LIVE,
        subject=order.subject,
        digest=order.digest,
        step=order.step,
        defaults=_terms(order, by, now),
    )
    if not is_new:
        return int(run.pk)
    run.audience = keep_members(run.pk, order.members)
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


def _check_calendar(order: RunOrder, now: datetime) -> None:
    """Who keeps to holidays must know them for as long as it sends. :raises HolidaysUnknown"""
    if order.on_holidays != Closed.SEND:
        last = order.deadline_at or now
        for year in range(local_date(now).year, local_date(last).year + 1):
            require_year(year)


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
        "topic": order.topic,
        "priority": order.priority,
        "on_quiet": order.on_quiet.value,
        "on_holidays": order.on_holidays.value,
        "deadline_at": order.deadline_at,
        "values": dict(order.values),
        "link_base": order.link_base,
        "opened_by": by,
        "opened_at": now,
    }


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
    never_judged = 0 if run.gated_at else drop_members(run_id, Reason.CANCELLED)
    waiting = Recipient.objects.filter(run=run, state__in=[State.LISTED, State.HELD, State.QUEUED])
    waiting.filter(is_uncertain=True).update(state=State.FAILED, failure=Failure.UNKNOWN)
    dropped = waiting.filter(is_uncertain=False).update(state=State.DROPPED, reason=Reason.CANCELLED)
    run.state, run.paused_because = RunState.SENDING, ""
    run.gated_at = run.gated_at or now
    run.deadline_at = min(now, run.deadline_at or now)
    run.save(update_fields=["state", "paused_because", "deadline_at", "gated_at"])
    cancelled = RunCancelled(run_id=run_id, ordered_by=run.subject, dropped=dropped + never_judged)
    facts.record(cancelled, at=now, by=by, branch_id=run.branch_id)
    jobs.enqueue("delivery.finish_run", run_id=run_id)


def locked_run(run_id: int) -> Run:
    """The run, locked against those who are marking: they hold it FOR SHARE. :raises NotFound"""
    run_locks.take(run_id)
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
