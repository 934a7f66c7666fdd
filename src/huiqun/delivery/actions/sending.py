"""From queued to sent: mark in one transaction, hand over outside of any, store what came of it."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from huiqun.delivery.actions import outcomes, rates
from huiqun.delivery.actions.handover import Handed, hand_over
from huiqun.delivery.actions.marking import Marked, mark_batch
from huiqun.delivery.actions.opening import open_account
from huiqun.delivery.actions.runs import pause_run
from huiqun.delivery.channels.base import Sender, Verdict
from huiqun.delivery.models import Run
from huiqun.delivery.queries.messages import approved_words
from huiqun.delivery.rules.orders import ChannelPlan
from huiqun.delivery.rules.refusals import AccountUnfit
from huiqun.delivery.rules.states import RunState
from huiqun.lib.refusal import Refusal

BATCH = 100
Next = Literal["more", "wait", "none"]


@dataclass(frozen=True)
class Progress:
    """What one round did. ``wait``: the account's rate is used up for the moment."""

    marked: int
    dropped: int
    accepted: int
    next: Next


NOTHING = Progress(0, 0, 0, "none")


def send_run(
    *, run_id: int, channel: str, clock: Callable[[], datetime], seconds: float = 20.0, lane: int = 0
) -> bool:
    """Send for a while; whether there may be more to do. Any number of processes may do so at once.

    ``clock`` is asked before each batch, because sending takes longer than one instant.
    """
    run = Run.objects.get(pk=run_id)
    plan = next((plan for plan in run.plans if plan.channel == channel), None)
    if plan is None or run.state != RunState.SENDING:
        return False
    try:
        sender = open_account(plan.account_id)
    except AccountUnfit as refusal:
        pause_run(run_id=run_id, by=None, now=clock(), because=refusal.code)
        return False
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            done = send_batch(run_id=run_id, channel=channel, now=clock(), sender=sender)
            if done.next == "none":
                return False
            if done.next == "wait":
                time.sleep(rates.PAUSE_SECONDS)
        return True
    finally:
        sender.close()


def send_batch(
    *, run_id: int, channel: str, now: datetime, sender: Sender | None = None, size: int = BATCH
) -> Progress:
    """One batch from queue to outcome. A refusal of compliance pauses the run."""
    run = Run.objects.select_related("branch").get(pk=run_id)
    plan = next(plan for plan in run.plans if plan.channel == channel)
    own = sender is None
    sender = sender or open_account(plan.account_id)
    try:
        return _round(run, plan, sender, now, size)
    except Refusal as refusal:
        pause_run(run_id=run_id, by=None, now=now, because=refusal.code)
        return NOTHING
    finally:
        if own:
            sender.close()


def _round(run: Run, plan: ChannelPlan, sender: Sender, now: datetime, size: int) -> Progress:
    words = approved_words(run, plan)
    granted = rates.take(plan.account_id, size)
    if not granted:
        return Progress(0, 0, 0, "wait")
    worker = uuid.uuid4()
    marked = Marked()
    try:
        marked = mark_batch(run_id=run.pk, channel=plan.channel, worker=worker, size=granted, now=now)
    finally:
        rates.give_back(plan.account_id, granted - len(marked.people))
    if not marked.people:
        return Progress(0, marked.dropped, 0, "more" if marked.dropped else "none")
    coming = hand_over(run, plan.channel, marked, words, sender, worker=worker, now=now)
    results: list[Handed] = []
    for some in [list(coming)] if sender.idempotent else ([each] for each in coming):
        # Where nothing can be asked again, each outcome is stored at once: only one is ever in doubt.
        outcomes.store(some, idempotent=sender.idempotent, worker=worker, now=now)
        results += some
    _stop_if_account_refused(run, results, now)
    accepted = sum(result.outcome.verdict == Verdict.ACCEPTED for result in results)
    return Progress(len(marked.people), marked.dropped, accepted, "more")


def _stop_if_account_refused(run: Run, results: list[Handed], now: datetime) -> None:
    for result in results:
        if result.outcome.verdict == Verdict.ACCOUNT:
            pause_run(run_id=run.pk, by=None, now=now, because=f"channel:{result.outcome.code}")
            return
