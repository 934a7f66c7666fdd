"""Reading cases and judgements."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q

from huiqun.foundation.models import Staff
from huiqun.risk.models import Case, Judgement
from huiqun.risk.rules.refusals import CaseNotFound, NothingToAppeal
from huiqun.risk.rules.scorecards import AS_DELIVERED, score
from huiqun.risk.rules.signals import SIGNALS

APPEAL_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class SignalLine:
    """``label`` is a msgid."""

    name: str
    label: str
    value: int | float
    points: int


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How well the clocks were kept: decided cases of the last thirty days, and those decided in time."""

    open: int
    overdue: int
    decided: int
    in_time: int


def case_rows(*, staff: Staff, kind: str = "", state: str = "open", now: datetime) -> Any:
    rows = Case.objects.visible_to(staff).select_related("branch", "judgement")
    if kind:
        rows = rows.filter(kind=kind)
    if state == "overdue":
        return rows.filter(state="open", due_at__lt=now)
    return rows.filter(state=state) if state else rows


def visible_case(case_id: int, staff: Staff) -> Case:
    """:raises CaseNotFound"""
    rows = Case.objects.visible_to(staff).select_related("branch", "judgement", "decided_by")
    found: Case | None = rows.filter(pk=case_id).first()
    if found is None:
        raise CaseNotFound()
    return found


def visible_judgement(judgement_id: int, staff: Staff) -> Judgement:
    """:raises CaseNotFound"""
    rows = Judgement.objects.visible_to(staff).select_related("branch", "scorecard")
    found: Judgement | None = rows.filter(pk=judgement_id).first()
    if found is None:
        raise CaseNotFound()
    return found


def judgement_rows(*, staff: Staff, outcome: str = "", subject: str = "", device_of: int = 0) -> Any:
    """Stopped and held claims, or all of one outcome; ``device_of`` narrows to the device of one judgement."""
    rows = Judgement.objects.visible_to(staff).select_related("branch")
    rows = rows.filter(outcome=outcome) if outcome else rows.exclude(outcome="allow")
    if subject:
        rows = rows.filter(subject=subject)
    if device_of:
        device = (
            Judgement.objects.visible_to(staff).filter(pk=device_of).values_list("device", flat=True).first()
        )
        rows = rows.filter(device=device) if device else rows.none()
    return rows


def signal_lines(judgement: Judgement) -> list[SignalLine]:
    """What was scored, with the points that the version gave, most first."""
    card = judgement.scorecard.values if judgement.scorecard else AS_DELIVERED
    points = dict(score(card, judgement.signals).parts)
    lines = [
        SignalLine(name=name, label=signal.label, value=judgement.signals[name], points=points.get(name, 0))
        for name, signal in SIGNALS.items()
        if name in judgement.signals
    ]
    return sorted(lines, key=lambda line: -line.points)


def people_on_device(judgement: Judgement) -> int:
    if not judgement.device:
        return 0
    lately = Judgement.objects.filter(device=judgement.device, at__gt=judgement.at - timedelta(days=7))
    return len(lately.values_list("customer_id", flat=True).distinct()[:100])


def keeping(*, staff: Staff, now: datetime) -> Keeping:
    rows = Case.objects.visible_to(staff).filter(Q(state="open") | Q(decided_at__gt=now - timedelta(days=30)))
    counted = rows.aggregate(
        open=Count("id", filter=Q(state="open")),
        overdue=Count("id", filter=Q(state="open", due_at__lt=now)),
        decided=Count("id", filter=~Q(state="open")),
        in_time=Count("id", filter=~Q(state="open") & Q(decided_at__lte=F("due_at"))),
    )
    return Keeping(**counted)


@dataclass(frozen=True, kw_only=True)
class Mine:
    """A stopped claim as its customer sees it."""

    judgement: Judgement
    held: Case | None
    appeal: Case | None
    may_appeal: bool


def mine(customer_id: int, *, now: datetime) -> list[Mine]:
    """What was stopped or held of a customer's claims within sixty days, newest first."""
    rows = (
        Judgement.objects.filter(customer_id=customer_id, at__gt=now - timedelta(days=APPEAL_DAYS))
        .exclude(outcome="allow")
        .order_by("-at")[:30]
    )
    cases = Case.objects.filter(judgement__in=[row.pk for row in rows])
    held = {case.judgement_id: case for case in cases if case.kind == "hold"}
    appeals = {case.judgement_id: case for case in cases if case.kind == "appeal"}
    return [_mine(row, held.get(row.pk), appeals.get(row.pk)) for row in rows]


def my_judgement(judgement_id: int, customer_id: int, *, now: datetime) -> Mine:
    """:raises NothingToAppeal"""
    row = Judgement.objects.filter(pk=judgement_id, customer_id=customer_id).exclude(outcome="allow").first()
    if row is None or row.at <= now - timedelta(days=APPEAL_DAYS):
        raise NothingToAppeal()
    cases = {case.kind: case for case in Case.objects.filter(judgement_id=row.pk)}
    return _mine(row, cases.get("hold"), cases.get("appeal"))


def _mine(row: Judgement, held: Case | None, appeal: Case | None) -> Mine:
    refused = row.outcome != "hold" or (held is not None and held.state == "refused")
    return Mine(judgement=row, held=held, appeal=appeal, may_appeal=refused and appeal is None)


def open_cases_of(customer_id: int) -> int:
    return int(Case.objects.filter(customer_id=customer_id, state="open").count())
