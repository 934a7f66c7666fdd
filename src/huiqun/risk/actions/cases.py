"""Cases: opened by a claim, an appeal or unusual data; decided by a person; the answer told in words."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from huiqun.foundation import facts, notices
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.roles import Role
from huiqun.lib.event import Event
from huiqun.lib.refusal import NotYours
from huiqun.risk.events import (
    AppealAccepted,
    AppealMade,
    AppealRejected,
    CaseClosed,
    CaseOverdue,
    HeldClaimRefused,
    HeldClaimReleased,
    RestrictionAnswered,
    RestrictionAsked,
)
from huiqun.risk.models import Case, Judgement
from huiqun.risk.rules.clocks import APPEAL_HOURS, due_after
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.refusals import (
    AppealedAlready,
    AppealTooLong,
    CaseNotFound,
    NothingToAppeal,
    NothingToRestrict,
    OtherPersonDecides,
    ReasonMissing,
)
from huiqun.risk.rules.refusals import (
    CaseClosed as CaseIsClosed,
)
from huiqun.risk.rules.states import CaseKind, CaseState

LONGEST_APPEAL = 1_000
APPEAL_DAYS = 60


def open_case(*, kind: CaseKind, key: str, branch_id: int, hours: int, now: datetime, **values: Any) -> Case:
    """Part of the caller's transaction, which records the fact."""
    case: Case = Case.objects.create(
        kind=kind,
        key=key,
        branch_id=branch_id,
        opened_at=now,
        due_at=due_after(now, hours=hours),
        **values,
    )
    return case


@transaction.atomic
def decide_case(*, case_id: int, release: bool, told: str, by: Staff, now: datetime) -> None:
    """Release or refuse a held claim, accept or reject an appeal, close what data raised; ``told`` is what the
    customer reads (or, for data, what was found).

    :raises CaseNotFound, CaseClosed, ReasonMissing, OtherPersonDecides, NotYours
    """
    case = _locked(case_id, by)
    if not told.strip():
        raise ReasonMissing()
    if case.state != CaseState.OPEN:
        raise CaseIsClosed()
    _check_other_person(case, by)
    case.state = _state_after(CaseKind(case.kind), release=release)
    case.told, case.decided_by, case.decided_at = told.strip(), by, now
    case.save(update_fields=["state", "told", "decided_by", "decided_at"])
    facts.record(_event_of(case, release=release), at=now, by=by, branch_id=case.branch_id)


def _state_after(kind: CaseKind, *, release: bool) -> CaseState:
    if kind in (CaseKind.LARGE_TRANSFER, CaseKind.OPENINGS):
        return CaseState.CLOSED
    return CaseState.RELEASED if release else CaseState.REFUSED


def _check_other_person(case: Case, by: Staff) -> None:
    """An appeal against a person's decision is decided by another person. :raises OtherPersonDecides"""
    if case.kind == CaseKind.APPEAL and case.reference:
        first = Case.objects.filter(key=f"hold:{case.reference}").values_list("decided_by", flat=True).first()
        if first == by.pk:
            raise OtherPersonDecides()


def _event_of(case: Case, *, release: bool) -> Event:
    if case.kind == CaseKind.HOLD:
        held = HeldClaimReleased if release else HeldClaimRefused
        who = case.customer_id or 0
        return held(case_id=case.pk, customer_id=who, reference=case.reference, reason=case.told)
    if case.kind == CaseKind.APPEAL:
        appeal = AppealAccepted if release else AppealRejected
        return appeal(
            case_id=case.pk,
            judgement_id=case.judgement_id or 0,
            customer_id=case.customer_id or 0,
            benefit_id=case.benefit_id or 0,
            reference=case.reference,
            reason=case.told,
        )
    return CaseClosed(case_id=case.pk, case_kind=case.kind, reason=case.told)


@transaction.atomic
def appeal(*, judgement_id: int, customer_id: int, words: str, now: datetime) -> int:
    """A customer asks for a person to look at a refusal; the case's id.

    :raises NothingToAppeal, AppealedAlready, ReasonMissing, AppealTooLong
    """
    judgement = Judgement.objects.filter(
        pk=judgement_id, customer_id=customer_id, at__gt=now - timedelta(days=APPEAL_DAYS)
    ).first()
    held = Case.objects.filter(judgement_id=judgement_id, kind=CaseKind.HOLD).first() if judgement else None
    if judgement is None or not _was_refused(judgement, held):
        raise NothingToAppeal()
    if not words.strip():
        raise ReasonMissing()
    if len(words.strip()) > LONGEST_APPEAL:
        raise AppealTooLong(most=LONGEST_APPEAL)
    try:
        with transaction.atomic():
            case = open_case(
                kind=CaseKind.APPEAL,
                key=f"appeal:{judgement_id}",
                branch_id=judgement.branch_id,
                hours=APPEAL_HOURS,
                now=now,
                customer_id=customer_id,
                judgement_id=judgement_id,
                subject=judgement.subject,
                benefit_id=judgement.benefit_id,
                reference=held.reference if held else "",
                words=words.strip(),
            )
    except IntegrityError:
        raise AppealedAlready() from None
    event = AppealMade(
        case_id=case.pk,
        judgement_id=judgement_id,
        customer_id=customer_id,
        due_at=case.due_at.isoformat(),
    )
    facts.record(event, at=now, branch_id=case.branch_id)
    return int(case.pk)


def _was_refused(judgement: Judgement, held: Case | None) -> bool:
    if judgement.outcome in (Outcome.REFUSE, Outcome.CHALLENGE):
        return True
    return held is not None and held.state == CaseState.REFUSED


@transaction.atomic
def ask_restriction(*, case_id: int, reason: str, by: Staff, now: datetime) -> None:
    """Ask the bank to restrict what a case is about. A request: the bank decides, nothing is restricted here.

    :raises CaseNotFound, ReasonMissing, NothingToRestrict, NotYours
    """
    case = _locked(case_id, by)
    if not reason.strip():
        raise ReasonMissing()
    if case.state != CaseState.OPEN or case.restriction_asked_at:
        raise NothingToRestrict()
    case.restriction_asked_at, case.restriction_reason = now, reason.strip()
    case.save(update_fields=["restriction_asked_at", "restriction_reason"])
    event = RestrictionAsked(case_id=case.pk, reason=reason.strip())
    facts.record(event, at=now, by=by, branch_id=case.branch_id)


@transaction.atomic
def answer_restriction(*, case_id: int, granted: bool, reason: str, by: Staff, now: datetime) -> None:
    """Put down what the bank decided. :raises CaseNotFound, ReasonMissing, NothingToRestrict, NotYours"""
    case = _locked(case_id, by)
    if not reason.strip():
        raise ReasonMissing()
    if not case.restriction_asked_at or case.restriction_answered_at:
        raise NothingToRestrict()
    case.restriction_answered_at, case.restriction_granted = now, granted
    case.save(update_fields=["restriction_answered_at", "restriction_granted"])
    event = RestrictionAnswered(case_id=case.pk, granted=granted, reason=reason.strip())
    facts.record(event, at=now, by=by, branch_id=case.branch_id)


@transaction.atomic
def tell_overdue(*, now: datetime) -> int:
    """Tell the officers of cases whose clock has run out, once each; how many."""
    late = Case.objects.filter(state=CaseState.OPEN, due_at__lt=now, overdue_told=False)
    rows = list(late.select_for_update(skip_locked=True).select_related("branch").order_by("due_at")[:200])
    for case in rows:
        event = CaseOverdue(case_id=case.pk, case_kind=case.kind)
        fact_id = facts.record(event, at=now, branch_id=case.branch_id)
        notices.tell(
            CaseOverdue.kind(),
            fact_id,
            to=officers_over(case.branch),
            values={"number": case.pk},
            link=reverse("risk:case_page", args=[case.pk]),
            at=now,
        )
    Case.objects.filter(pk__in=[case.pk for case in rows]).update(overdue_told=True)
    return len(rows)


def officers_over(branch: Branch) -> list[Staff]:
    """Risk officers who see what belongs to this branch."""
    everybody = Staff.objects.with_role(Role.RISK_OFFICER).select_related("branch")
    return [each for each in everybody if each.branch is not None and each.branch.covers(branch)]


def _locked(case_id: int, by: Staff) -> Case:
    """:raises CaseNotFound, NotYours"""
    check_officer(by)
    case: Case | None = Case.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound()
    return case


def check_officer(by: Staff) -> None:
    """Only risk officers decide; nobody else, no superuser. :raises NotYours"""
    if not by.is_active or not by.has_role(Role.RISK_OFFICER):
        raise NotYours()
