"""Taking a dossier through its review."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from huiqun.compliance.actions.opinions import want_opinions
from huiqun.compliance.events import (
    ApprovalVoided,
    DossierApproved,
    DossierReturned,
    DossierSubmitted,
    DossierWithdrawn,
    StepApproved,
    StepReturned,
)
from huiqun.compliance.models import ChainStep, Deputy, Dossier, DossierFinding, Permit, ReviewStep
from huiqun.compliance.models.reviews import DossierState, StepState, reviewing_roles
from huiqun.compliance.queries.copy import rulebook_version
from huiqun.compliance.queries.dossier_findings import PLAN, Judged, judge_body, open_findings, rows_of
from huiqun.compliance.rules.chain import ChainLine, steps_for
from huiqun.compliance.rules.reviews import (
    AlreadyApproved,
    AlreadyInReview,
    BlockingFindings,
    ChecklistOpen,
    CommentNeeded,
    Hand,
    NothingToReview,
    NotYourDossier,
    NotYourStep,
    ReasonNeeded,
    ReviewOver,
    blocking,
    check_hand,
    check_page,
    due_time,
)
from huiqun.compliance.rules.waivers import check_read
from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.scope import paths_above
from huiqun.lib.canonical import canonical_json, digest
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

LIVE = (DossierState.IN_REVIEW, DossierState.APPROVED)


@transaction.atomic
def submit_dossier(
    *,
    subject: str,
    branch_id: int,
    title: str,
    body: dict[str, Any],
    authors: Iterable[Staff | int],
    by: Staff,
    now: datetime,
) -> int:
    """Freeze ``body`` as the subject's next version and open its first step; the dossier's id.

    Whoever submits is an author too. A live approval of another content is voided.
    :raises NothingToReview, BlockingFindings, AlreadyInReview, AlreadyApproved, ChainBelowLeast
    """
    judged = check_body(body, on=local_date(now))
    permit = Permit.objects.locked(subject)
    _make_room(permit, digest(body), by=by, now=now)
    last = Dossier.objects.latest_of(subject)
    author_ids = sorted({each.pk if isinstance(each, Staff) else each for each in authors} | {by.pk})
    dossier = Dossier.objects.create(
        subject=subject,
        version=last.version + 1 if last else 1,
        branch_id=branch_id,
        title=title,
        frozen=canonical_json(body).decode(),
        digest=digest(body),
        submitted_by=by,
        submitted_at=now,
        author_ids=author_ids,
        judged_on=local_date(now),
        rulebook_version=rulebook_version(),
    )
    DossierFinding.objects.bulk_create(rows_of(dossier, judged))
    steps = _make_steps(dossier, budget_fen=int(body.get("budget_fen") or 0))
    _open(steps[0], now=now)
    event = DossierSubmitted(
        reviewed=subject,
        dossier_id=dossier.pk,
        version=dossier.version,
        digest=dossier.digest,
        author_ids=tuple(author_ids),
        roles=tuple(step.role for step in steps),
    )
    facts.record(event, at=now, by=by, branch_id=branch_id)
    want_opinions(dossier)
    return int(dossier.pk)


def check_body(body: dict[str, Any], *, on: date) -> Judged:
    """What the caller found is believed when it blocks; forbidden words and plans are looked for again, so that
    nobody reaches the reviewers by leaving findings out. :raises NothingToReview, BlockingFindings"""
    if not body.get("variants") and not body.get("page"):
        raise NothingToReview()
    judged = judge_body(body, on=on)
    if count := blocking(body.get("findings") or ()) or _forbidden(judged):
        raise BlockingFindings(count=count)
    return judged


def _forbidden(judged: Judged) -> int:
    return sum(
        each.blocks and (each.start is not None or part == PLAN)
        for part, found in judged.items()
        for each in found
    )


def _make_room(permit: Permit, new_digest: str, *, by: Staff, now: datetime) -> None:
    live = Dossier.objects.filter(subject=permit.subject, state__in=LIVE).first()
    if live is None:
        return
    if live.state == DossierState.IN_REVIEW:
        raise AlreadyInReview(version=live.version)
    if live.digest == new_digest:
        raise AlreadyApproved()
    _void(permit, live, reason="superseded", by=by, now=now)


def _make_steps(dossier: Dossier, *, budget_fen: int) -> list[ReviewStep]:
    paths = paths_above(Branch.objects.get(pk=dossier.branch_id).path)
    above = set(Branch.objects.filter(path__in=paths).values_list("pk", flat=True))
    configured = [each.line() for each in ChainStep.objects.all()]
    lines = steps_for(configured, branch_ids=above, budget_fen=budget_fen)
    return [_make_step(dossier, position, line) for position, line in enumerate(lines, start=1)]


def _make_step(dossier: Dossier, position: int, line: ChainLine) -> ReviewStep:
    step: ReviewStep = ReviewStep.objects.create(
        dossier=dossier,
        position=position,
        name=line.name,
        role=line.role,
        working_days=line.working_days,
        checklist=list(line.checklist),
    )
    return step


def _open(step: ReviewStep, *, now: datetime) -> None:
    step.state = StepState.OPEN
    step.version += 1
    step.opened_at = now
    step.due_at = due_time(now, step.working_days)
    step.save()


@transaction.atomic
def approve_step(
    *,
    step_id: int,
    expected_digest: str,
    by: Staff,
    now: datetime,
    comment: str = "",
    expected_version: int | None = None,
    checked: Sequence[str] | None = None,
    findings_read: int | None = None,
) -> None:
    """Approve one step and open the next; after the last one the subject may be sent.

    ``checked`` are the points of the checklist that were ticked, ``findings_read`` how many open findings
    were said to be read; None when no page showed them.
    :raises NotFound, NotYourStep, StalePage, ReviewOver, StepNotOpen, StepDecided, AuthorCannotReview,
        OnePersonOneStep, ChecklistOpen, FindingsUnread
    """
    permit, step, hand = take_step(step_id, expected_digest, expected_version, by=by, now=now)
    if checked is not None and set(step.checklist) - set(checked):
        raise ChecklistOpen()
    if findings_read is not None:
        check_read(open_findings(step.dossier), read=findings_read)
    _decide(step, StepState.APPROVED, hand, comment=comment, now=now)
    event = StepApproved(**_decision(step, hand, comment), findings_read=findings_read or 0)
    facts.record(event, at=now, by=by, branch_id=step.dossier.branch_id)
    following = step.dossier.steps.filter(state=StepState.WAITING).order_by("position").first()
    if following is not None:
        _open(following, now=now)
    else:
        _approve(permit, step.dossier, by=by, now=now)


@transaction.atomic
def return_step(
    *,
    step_id: int,
    expected_digest: str,
    comment: str,
    by: Staff,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Return the dossier to its authors with a comment; this version's review is over.

    :raises CommentNeeded and as approve_step
    """
    _permit, step, hand = take_step(step_id, expected_digest, expected_version, by=by, now=now)
    if not comment.strip():
        raise CommentNeeded()
    dossier = step.dossier
    _decide(step, StepState.RETURNED, hand, comment=comment, now=now)
    _close(dossier, DossierState.RETURNED, reason=comment, now=now)
    facts.record(StepReturned(**_decision(step, hand, comment)), at=now, by=by, branch_id=dossier.branch_id)
    event = DossierReturned(
        reviewed=dossier.subject, dossier_id=dossier.pk, version=dossier.version, digest=dossier.digest
    )
    facts.record(event, at=now, by=by, branch_id=dossier.branch_id)


def take_step(
    step_id: int, expected_digest: str, expected_version: int | None, *, by: Staff, now: datetime
) -> tuple[Permit, ReviewStep, Hand]:
    """The subject's permit and the step, locked in this order, once ``by`` is found to be the one to decide."""
    found = ReviewStep.objects.filter(pk=step_id).select_related("dossier").first()
    if found is None:
        raise NotFound()
    hand = _hand(found, by, now=now)
    permit = Permit.objects.locked(found.dossier.subject)
    step = ReviewStep.objects.select_for_update().select_related("dossier").get(pk=step_id)
    dossier = step.dossier.facts()
    check_page(
        dossier=dossier, step=step.facts(), expected_digest=expected_digest, expected_version=expected_version
    )
    check_hand(dossier=dossier, hand=hand)
    return permit, step, hand


def _hand(step: ReviewStep, by: Staff, *, now: datetime) -> Hand:
    """Whether ``by`` decides by an own role or in whose place. :raises NotFound, NotYourStep"""
    person = Staff.objects.get_queryset().filter(pk=by.pk, is_active=True).select_related("branch").first()
    if person is None or person.branch is None:
        raise NotFound()
    if _holds(person, step):
        return Hand(staff_id=person.pk)
    standing = Deputy.objects.standing(on=local_date(now)).filter(deputy=person, role=step.role)
    for each in standing.select_related("principal__branch").order_by("pk"):
        if reviewing_roles(person) and _holds(each.principal, step):
            return Hand(staff_id=person.pk, acting_for_id=each.principal_id)
    if person.branch.covers(step.dossier.branch):
        raise NotYourStep()
    raise NotFound()


def _holds(person: Staff, step: ReviewStep) -> bool:
    covers = person.branch is not None and person.branch.covers(step.dossier.branch)
    return covers and step.role in reviewing_roles(person)


def _decide(step: ReviewStep, state: StepState, hand: Hand, *, comment: str, now: datetime) -> None:
    step.state = state
    step.version += 1
    step.decided_by_id = hand.staff_id
    step.acting_for_id = hand.acting_for_id
    step.decided_at = now
    step.comment = comment.strip()
    step.save()


def _decision(step: ReviewStep, hand: Hand, comment: str) -> dict[str, Any]:
    """What both decisions tell; a comment may name people, so only its digest is told."""
    return {
        "reviewed": step.dossier.subject,
        "dossier_id": step.dossier_id,
        "step_id": step.pk,
        "role": step.role,
        "digest": step.dossier.digest,
        "acting_for_id": hand.acting_for_id,
        "comment_digest": digest(comment.strip()),
    }


def _approve(permit: Permit, dossier: Dossier, *, by: Staff, now: datetime) -> None:
    _close(dossier, DossierState.APPROVED, reason="", now=now)
    permit.dossier = dossier
    permit.digest = dossier.digest
    permit.approved = True
    permit.outdated = False
    permit.licence_ids = _licence_ids(dossier.body.get("licences") or ())
    permit.save()
    event = DossierApproved(
        reviewed=dossier.subject, dossier_id=dossier.pk, version=dossier.version, digest=dossier.digest
    )
    facts.record(event, at=now, by=by, branch_id=dossier.branch_id)


def _licence_ids(licences: Sequence[Any]) -> list[int]:
    """A body names its licences by id, or as objects that carry one."""
    ids = (each.get("licence_id") or each.get("id") if isinstance(each, dict) else each for each in licences)
    return sorted({int(each) for each in ids if each is not None})


def _close(dossier: Dossier, state: DossierState, *, reason: str, now: datetime) -> None:
    dossier.state = state
    dossier.closed_at = now
    dossier.closing_reason = reason
    dossier.save(update_fields=("state", "closed_at", "closing_reason"))
    for step in dossier.steps.filter(state__in=(StepState.WAITING, StepState.OPEN)):
        step.state = StepState.CANCELLED
        step.version += 1
        step.save(update_fields=("state", "version"))


@transaction.atomic
def void_approval(*, subject: str, reason: str, by: Staff | None, now: datetime) -> bool:
    """End the subject's approval or review because what was submitted is no longer what is planned.

    Safe to repeat; whether there was anything to end. Waits for senders that hold the permit.
    """
    permit = Permit.objects.locked(subject)
    live = Dossier.objects.filter(subject=subject, state__in=LIVE).first()
    if live is None:
        return False
    _void(permit, live, reason=reason, by=by, now=now)
    return True


def _void(permit: Permit, dossier: Dossier, *, reason: str, by: Staff | None, now: datetime) -> None:
    before = dossier.state
    _end_permit(permit)
    _close(dossier, DossierState.VOIDED, reason=reason, now=now)
    event = ApprovalVoided(
        reviewed=dossier.subject,
        dossier_id=dossier.pk,
        digest=dossier.digest,
        state_before=before,
        reason=reason,
    )
    facts.record(event, at=now, by=by, branch_id=dossier.branch_id)


def _end_permit(permit: Permit) -> None:
    permit.approved = False
    permit.outdated = False
    permit.digest = ""
    permit.save()


@transaction.atomic
def withdraw_dossier(*, dossier_id: int, reason: str, by: Staff, now: datetime) -> None:
    """Its authors take a dossier back, under review or approved.
    :raises NotFound, NotYourDossier, ReasonNeeded, ReviewOver"""
    found = Dossier.objects.visible_to(by).filter(pk=dossier_id).first()
    if found is None:
        raise NotFound()
    if by.pk not in found.author_ids:
        raise NotYourDossier()
    if not reason.strip():
        raise ReasonNeeded()
    permit = Permit.objects.locked(found.subject)
    dossier = Dossier.objects.select_for_update().get(pk=dossier_id)
    if dossier.state not in LIVE:
        raise ReviewOver()
    _end_permit(permit)
    _close(dossier, DossierState.WITHDRAWN, reason=reason, now=now)
    event = DossierWithdrawn(
        reviewed=dossier.subject, dossier_id=dossier.pk, digest=dossier.digest, reason=reason
    )
    facts.record(event, at=now, by=by, branch_id=dossier.branch_id)
