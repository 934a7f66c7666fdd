"""Dossiers, steps and inboxes, as doors and neighbours see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from huiqun.compliance.models import Dossier, Permit, ReviewStep
from huiqun.compliance.models.permits import EVERYTHING
from huiqun.compliance.models.reviews import StepState
from huiqun.compliance.rules.differences import PartDifference, compare
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date, start_of_day
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One step as it stands. ``role`` is a foundation role's code."""

    step_id: int
    position: int
    name: str
    role: str
    state: str
    decided_by: str
    decided_at: datetime | None
    due_at: datetime | None
    comment: str


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Where a subject's latest version stands: in_review, returned, approved, voided or withdrawn."""

    dossier_id: int
    version: int
    digest: str
    state: str
    steps: tuple[StepView, ...]
    stopped: bool = False
    outdated: bool = False
    """Approved, but today's rulebook forbids it."""
    reason: str = ""


def approval_of(subject: str) -> Approval | None:
    """Of the latest submitted version; None when the subject was never submitted."""
    dossier = Dossier.objects.latest_of(subject)
    if dossier is None:
        return None
    stopped = Permit.objects.filter(subject__in=(EVERYTHING, subject), stopped=True).exists()
    return Approval(
        dossier_id=dossier.pk,
        version=dossier.version,
        digest=dossier.digest,
        state=dossier.state,
        steps=steps_of(dossier),
        stopped=stopped,
        outdated=Permit.objects.filter(dossier=dossier, approved=True, outdated=True).exists(),
        reason=dossier.closing_reason,
    )


def steps_of(dossier: Dossier) -> tuple[StepView, ...]:
    return tuple(_step_view(each) for each in dossier.steps.select_related("decided_by").order_by("position"))


def _step_view(step: ReviewStep) -> StepView:
    return StepView(
        step_id=step.pk,
        position=step.position,
        name=step.name,
        role=step.role,
        state=step.state,
        decided_by=str(step.decided_by) if step.decided_by else "",
        decided_at=step.decided_at,
        due_at=step.due_at,
        comment=step.comment,
    )


def visible_dossier(dossier_id: int, staff: Staff, *, now: datetime) -> Dossier:
    """By branch scope, or because the person holds a step of it as someone's deputy. :raises NotFound"""
    found: Dossier | None = (
        Dossier.objects.filter(pk=dossier_id).select_related("branch", "submitted_by").first()
    )
    if found is None:
        raise NotFound()
    if staff.branch is not None and staff.branch.covers(found.branch):
        return found
    if not ReviewStep.objects.filter(dossier=found).held_by(staff, on=local_date(now)).exists():
        raise NotFound()
    return found


def decidable_step(dossier: Dossier, staff: Staff, *, now: datetime) -> ReviewStep | None:
    """The open step, when this person is one to decide it."""
    mine = ReviewStep.objects.decidable_by(staff, on=local_date(now))
    step: ReviewStep | None = mine.filter(dossier=dossier).first()
    return step


def pending_count(staff: Staff, *, now: datetime) -> int:
    return int(ReviewStep.objects.decidable_by(staff, on=local_date(now)).count())


def overdue_count(staff: Staff, *, now: datetime) -> int:
    mine = ReviewStep.objects.decidable_by(staff, on=local_date(now))
    return int(mine.filter(due_at__lt=now).count())


def inbox(staff: Staff, now: datetime, query: Mapping[str, str] | None = None) -> QuerySet[Any]:
    """Steps for the inbox, one row per dossier and step: ``box`` mine (default), done, or all in scope.

    Further keys of ``query``: text, role, state, overdue, since, until (days of submission).
    """
    query = query or {}
    box = query.get("box") or "mine"
    steps = _box(box, staff, now).select_related("dossier__branch", "dossier__submitted_by", "decided_by")
    if text := (query.get("text") or "").strip():
        steps = steps.filter(Q(dossier__title__icontains=text) | Q(dossier__subject=text))
    if role := query.get("role"):
        steps = steps.filter(role=role)
    if state := query.get("state"):
        steps = steps.filter(dossier__state=state)
    if query.get("overdue"):
        steps = steps.filter(state=StepState.OPEN, due_at__lt=now)
    found: QuerySet[Any] = _between(steps, query)
    return found


def _box(box: str, staff: Staff, now: datetime) -> Any:
    today = local_date(now)
    if box == "done":
        return ReviewStep.objects.filter(decided_by=staff)
    if box == "all":
        held = Q(pk__in=ReviewStep.objects.held_by(staff, on=today).values("pk"))
        scope = Q(pk__in=ReviewStep.objects.visible_to(staff).values("pk"))
        return ReviewStep.objects.filter(held | scope, pk=_standing_step())
    return ReviewStep.objects.decidable_by(staff, on=today)


def _standing_step() -> Subquery:
    """The step at which a dossier stands: one row per dossier."""
    ranks = {StepState.OPEN: 0, StepState.RETURNED: 1, StepState.CANCELLED: 2}
    rank = Case(*(When(state=state, then=place) for state, place in ranks.items()), default=3)
    steps = ReviewStep.objects.filter(dossier=OuterRef("dossier"))
    return Subquery(steps.order_by(rank, "-position").values("pk")[:1])


def _between(steps: Any, query: Mapping[str, str]) -> Any:
    for key, lookup, days in (("since", "gte", 0), ("until", "lt", 1)):
        try:
            day = date.fromisoformat(query.get(key) or "")
        except ValueError:
            continue
        moment = start_of_day(day + timedelta(days=days))
        steps = steps.filter(**{f"dossier__submitted_at__{lookup}": moment})
    return steps


def titles_of(subjects: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The latest dossier's id and title of each subject."""
    rows = Dossier.objects.filter(subject__in=subjects).order_by("version")
    return {subject: (key, title) for subject, key, title in rows.values_list("subject", "pk", "title")}


def facts_about(noun: str, subject_id: int) -> Any:
    """The last facts about one thing, for its timeline."""
    return facts.about(noun, subject_id)[:50]


def last_approved(dossier: Dossier) -> Dossier | None:
    """The version that was last approved before this one."""
    earlier = Dossier.objects.filter(subject=dossier.subject, version__lt=dossier.version)
    approved: Dossier | None = (
        earlier.exclude(steps__isnull=True)
        .exclude(pk__in=ReviewStep.objects.exclude(state=StepState.APPROVED).values("dossier_id"))
        .order_by("-version")
        .first()
    )
    return approved


def differences(dossier: Dossier) -> tuple[PartDifference, ...]:
    """Every part of the dossier against what was last approved."""
    before = last_approved(dossier)
    return compare(before.body if before else None, dossier.body)
