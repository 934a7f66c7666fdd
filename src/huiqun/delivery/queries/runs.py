"""Runs and how far they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Min, Sum

from huiqun.delivery.models import Lease, Recipient, Run, RunPace
from huiqun.delivery.rules.states import OPEN, Failure, RunState, State
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound

RATE_WINDOW = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class RunLine:
    run_id: int
    subject: str
    step: str
    digest: str
    state: str
    source: str
    audience: int
    opened_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class RunProgress:
    """How far a run is. ``sent`` counts delivered ones too; audience = sent + dropped + failed + open.

    ``reasons`` counts both arms, as the gate judges both; ``per_second`` is of the last minute and
    ``seconds_left`` what that leaves, None when nothing moves. ``pace`` is the speed that somebody has set.
    """

    run_id: int
    subject: str
    step: str
    state: str
    paused_because: str
    audience: int
    states: Mapping[str, int]
    reasons: Mapping[str, int]
    failures: Mapping[str, int]
    arms: Mapping[str, int] = field(default_factory=dict)
    per_second: float = 0.0
    seconds_left: int | None = None
    pace: int | None = None

    @property
    def uncertain(self) -> int:
        """Messages of unknown outcome that wait for somebody's decision."""
        return self.failures.get(Failure.UNKNOWN, 0)

    @property
    def delivered(self) -> int:
        return self.states.get(State.DELIVERED, 0)

    @property
    def sent(self) -> int:
        return self.states.get(State.SENT, 0) + self.delivered

    @property
    def dropped(self) -> int:
        return self.states.get(State.DROPPED, 0)

    @property
    def failed(self) -> int:
        return self.states.get(State.FAILED, 0)

    @property
    def open(self) -> int:
        return sum(self.states.get(state, 0) for state in OPEN)

    @property
    def settled(self) -> int:
        return self.sent + self.dropped + self.failed

    @property
    def is_finished(self) -> bool:
        return self.state == RunState.FINISHED


def run_progress(run_id: int, *, now: datetime | None = None) -> RunProgress:
    """:raises NotFound"""
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound
    states: dict[str, int] = {}
    reasons: dict[str, int] = {}
    failures: dict[str, int] = {}
    arms: dict[str, int] = {}
    rows = Recipient.objects.filter(run=run).order_by().values_list("state", "reason", "failure", "arm")
    for state, reason, failure, arm, count in rows.annotate(n=Count("id")):
        for tally, key in ((states, state), (reasons, reason), (failures, failure), (arms, arm)):
            if key:
                tally[key] = tally.get(key, 0) + count
    rate = _rate(run_id, now) if now and run.state == RunState.SENDING else 0.0
    waiting = sum(states.get(state, 0) for state in (State.QUEUED, State.SENDING))
    if run.state == RunState.GATING:
        states[State.LISTED] = run.audience  # they become recipients when the gate has judged them
    return RunProgress(
        run_id=run.pk,
        subject=run.subject,
        step=run.step,
        state=run.state,
        paused_because=run.paused_because,
        audience=run.audience,
        states=states,
        reasons=reasons,
        failures=failures,
        arms=arms,
        per_second=rate,
        seconds_left=round(waiting / rate) if rate and waiting else None,
        pace=RunPace.objects.filter(pk=run.pk).values_list("per_second", flat=True).first(),
    )


def _rate(run_id: int, now: datetime) -> float:
    """Of the batches of the last minute: what was accepted by the time it took."""
    lately = Lease.objects.filter(run_id=run_id, done_at__gt=now - RATE_WINDOW)
    seen = lately.aggregate(accepted=Sum("accepted"), first=Min("began_at"))
    if not seen["accepted"]:
        return 0.0
    first = max(seen["first"], now - RATE_WINDOW)
    seconds: float = (now - first).total_seconds()
    return float(seen["accepted"]) / max(1.0, seconds)


def runs_of(subject: str) -> list[RunLine]:
    """The runs ordered for a subject, newest first, imported ones too."""
    return [line(run) for run in Run.objects.filter(subject=subject).order_by("-id")]


def line(run: Run) -> RunLine:
    return RunLine(
        run_id=run.pk,
        subject=run.subject,
        step=run.step,
        digest=run.digest,
        state=run.state,
        source=run.source,
        audience=run.audience,
        opened_at=run.opened_at,
        finished_at=run.finished_at,
    )


def visible_run(run_id: int, staff: Staff) -> Run:
    """:raises NotFound when there is none, or it belongs to a branch the person does not see"""
    run: Run | None = (
        Run.objects.visible_to(staff).select_related("branch", "opened_by").filter(pk=run_id).first()
    )
    if run is None:
        raise NotFound
    return run
