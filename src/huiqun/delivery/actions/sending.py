"""From queued to sent: mark in one transaction, hand over outside of any, store what came of it."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from huiqun.delivery.actions import breakers, leases, outcomes, rates
from huiqun.delivery.actions.handover import Handed, Pulse, hand_over
from huiqun.delivery.actions.marking import Marked, mark_batch
from huiqun.delivery.actions.opening import open_account
from huiqun.delivery.actions.runs import pause_run
from huiqun.delivery.channels.base import Sender, Verdict
from huiqun.delivery.models import ChannelAccount, Run
from huiqun.delivery.queries.messages import approved_words
from huiqun.delivery.queries.wording import Wording, wording
from huiqun.delivery.rules.doubt import OnDoubt
from huiqun.delivery.rules.orders import ChannelPlan
from huiqun.delivery.rules.refusals import AccountUnfit
from huiqun.delivery.rules.states import RunState
from huiqun.delivery.rules.timing import BEAT_SECONDS
from huiqun.lib.refusal import Refusal

BATCH = 100
LARGEST, SMALLEST = 1_000, 10
QUICK, SLOW = 1.0, 2.5
"""Seconds: a batch handed over sooner lets the next one be twice as large, a slower one half. A batch must be
begun within five seconds, or its rest has been marked for nothing."""
Next = Literal["more", "wait", "none", "rest"]


@dataclass(frozen=True)
class Progress:
    """What one round did. ``wait``: the rate is used up for the moment; ``rest``: the account does not answer
    and is left alone. ``last_id``: where the next batch begins to look."""

    marked: int
    dropped: int
    accepted: int
    next: Next
    last_id: int = 0


NOTHING = Progress(0, 0, 0, "none")


@dataclass
class Job:
    """What a worker keeps from batch to batch: an open way to the account, the words, its place and its stride."""

    plan: ChannelPlan
    sender: Sender
    rather_twice: bool
    size: int = BATCH
    last_id: int = 0
    words: dict[str, Wording] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: ChannelPlan, *, sender: Sender | None = None, size: int = BATCH) -> "Job":
        """:raises AccountUnfit"""
        on_doubt = ChannelAccount.objects.values_list("on_doubt", flat=True).get(pk=plan.account_id)
        return cls(plan, sender or open_account(plan.account_id), on_doubt == OnDoubt.REPEAT, size)

    def wording(self, run: Run) -> dict[str, Wording]:
        if not self.words:
            found = approved_words(run, self.plan)
            self.words = {key: wording(run, self.plan.channel, words) for key, words in found.items()}
        return self.words

    def learn(self, done: Progress, seconds: float) -> None:
        self.last_id = done.last_id
        if seconds > SLOW:
            self.size = max(SMALLEST, self.size // 2)
        elif seconds < QUICK and done.marked == self.size:
            self.size = min(LARGEST, self.size * 2)


def send_run(
    *, run_id: int, channel: str, clock: Callable[[], datetime], seconds: float = 20.0, lane: int = 0
) -> bool:
    """Send for a while; whether there may be more to do. Any number of processes may do so at once.

    ``clock`` is asked before each batch, because sending takes longer than one instant.
    """
    run = Run.objects.select_related("branch").get(pk=run_id)
    plan = next((plan for plan in run.plans if plan.channel == channel), None)
    if plan is None or run.state != RunState.SENDING:
        return False
    try:
        job = Job.of(plan)
    except AccountUnfit as refusal:
        pause_run(run_id=run_id, by=None, now=clock(), because=refusal.code)
        return False
    until = time.monotonic() + seconds
    try:
        while (began := time.monotonic()) < until:
            done = _guarded(run, job, clock())
            if done.next in ("none", "rest"):
                return False
            if done.next == "wait":
                time.sleep(rates.PAUSE_SECONDS)
            else:
                job.learn(done, time.monotonic() - began)
        return True
    finally:
        job.sender.close()


def send_batch(
    *, run_id: int, channel: str, now: datetime, sender: Sender | None = None, size: int = BATCH
) -> Progress:
    """One batch from queue to outcome. A refusal of compliance pauses the run."""
    run = Run.objects.select_related("branch").get(pk=run_id)
    plan = next(plan for plan in run.plans if plan.channel == channel)
    job = Job.of(plan, sender=sender, size=size)
    try:
        return _guarded(run, job, now)
    finally:
        if sender is None:
            job.sender.close()


def _guarded(run: Run, job: Job, now: datetime) -> Progress:
    try:
        return _round(run, job, now)
    except Refusal as refusal:
        pause_run(run_id=run.pk, by=None, now=now, because=refusal.code)
        return NOTHING


def _round(run: Run, job: Job, now: datetime) -> Progress:
    words, account_id = job.wording(run), job.plan.account_id
    wanted = breakers.allowed(account_id, job.size, now=now)
    if not wanted:
        return Progress(0, 0, 0, "rest")
    granted = _granted(run.pk, account_id, wanted)
    if not granted:
        return Progress(0, 0, 0, "wait")
    worker, marked = uuid.uuid4(), Marked()
    try:
        marked = mark_batch(
            run_id=run.pk,
            channel=job.plan.channel,
            worker=worker,
            size=granted,
            now=now,
            after=job.last_id,
        )
    finally:
        unused = granted - len(marked.people)
        rates.give_back(account_id, unused)
        rates.give_back_to_run(run.pk, unused)
    if not marked.people:
        return Progress(0, marked.dropped, 0, "more" if marked.dropped else "none", marked.last_id)
    accepted = _send(run, job, marked, words, worker, now)
    return Progress(len(marked.people), marked.dropped, accepted, "more", marked.last_id)


def _granted(run_id: int, account_id: int, wanted: int) -> int:
    """The smaller of what the account and the run may send now."""
    granted = rates.take(account_id, wanted)
    for_run = rates.take_for_run(run_id, granted)
    rates.give_back(account_id, granted - for_run)
    return for_run


def _send(
    run: Run, job: Job, marked: Marked, words: dict[str, Wording], worker: uuid.UUID, now: datetime
) -> int:
    """Hand over and store; how many were accepted. The lease is renewed meanwhile."""
    began, pulse = time.monotonic(), Pulse()
    next_beat = began + BEAT_SECONDS
    coming = hand_over(run.key, job.plan.channel, marked, words, job.sender, pulse, worker=worker, now=now)
    results: list[Handed] = []
    may_repeat, at_once = job.sender.idempotent or job.rather_twice, not job.sender.idempotent
    for handed in coming:
        results.append(handed)
        if at_once:  # Where nothing can be asked again, each outcome is stored: only one is ever in doubt.
            outcomes.store([handed], run_id=run.pk, may_repeat=may_repeat, worker=worker, now=now)
        if time.monotonic() > next_beat:
            next_beat = time.monotonic() + BEAT_SECONDS
            leases.renew(worker, now=now + timedelta(seconds=time.monotonic() - began))
    if not at_once:
        outcomes.store(results, run_id=run.pk, may_repeat=may_repeat, worker=worker, now=now)
    accepted = sum(handed.outcome.verdict == Verdict.ACCEPTED for handed in results)
    ended_at = now + timedelta(seconds=time.monotonic() - began)
    leases.end(worker, accepted=accepted, now=ended_at)
    breakers.note(job.plan.account_id, pulse.health(), now=ended_at)
    _stop_if_account_refused(run, results, now)
    return accepted


def _stop_if_account_refused(run: Run, results: list[Handed], now: datetime) -> None:
    for result in results:
        if result.outcome.verdict == Verdict.ACCOUNT:
            pause_run(run_id=run.pk, by=None, now=now, because=f"channel:{result.outcome.code}")
            return
