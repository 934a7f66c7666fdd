"""What the service desk does with a case. The case's row is locked first, always."""

from datetime import datetime

from django.db import transaction

from huiqun.feedback.actions.requests import request_answers
from huiqun.feedback.actions.wording import findings_in
from huiqun.feedback.events import (
    CaseAnswered,
    CaseClosedByStaff,
    CaseExtended,
    CaseHandedOver,
    CaseTakenOn,
)
from huiqun.feedback.models import Article, Case, CaseEntry
from huiqun.feedback.queries.cases import colleagues
from huiqun.feedback.rules.cases import (
    CaseState,
    Clock,
    EntryKind,
    check_close,
    check_extend,
    check_open,
    checked_words,
)
from huiqun.feedback.rules.refusals import (
    CaseNotFound,
    CaseTaken,
    HeadOfficeDecides,
    NoSuchColleague,
    ReasonMissing,
)
from huiqun.feedback.rules.surveys import Placement
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest
from huiqun.lib.days import local_date


@transaction.atomic
def take_case(*, case_id: int, by: Staff, now: datetime) -> None:
    """Work on a case; taking one's own again changes nothing. :raises CaseNotFound, CaseClosed, CaseTaken"""
    case = _locked(case_id, by)
    check_open(case.state)
    if case.assigned_to_id == by.pk:
        return
    if case.assigned_to_id is not None:
        raise CaseTaken
    _assign(case, by.pk)
    facts.record(CaseTakenOn(case_id=case.pk, staff_id=by.pk), at=now, by=by, branch_id=case.branch_id)


@transaction.atomic
def hand_over_case(*, case_id: int, to_id: int, why: str, by: Staff, now: datetime) -> None:
    """:raises CaseNotFound, CaseClosed, NoSuchColleague, ReasonMissing"""
    case = _locked(case_id, by)
    check_open(case.state)
    why = _reason(why)
    if to_id not in {each.pk for each in colleagues(case)}:
        raise NoSuchColleague
    _assign(case, to_id)
    _note(case, EntryKind.HANDED_OVER, why, by=by, now=now)
    facts.record(CaseHandedOver(case_id=case.pk, staff_id=to_id), at=now, by=by, branch_id=case.branch_id)


@transaction.atomic
def note_case(*, case_id: int, words: str, by: Staff, now: datetime) -> None:
    """Something for colleagues, that the customer does not see. :raises CaseNotFound, CaseEmpty, CaseTooLong"""
    case = _locked(case_id, by)
    _note(case, EntryKind.NOTE, checked_words(words), by=by, now=now)


@transaction.atomic
def answer_case(*, case_id: int, words: str, by: Staff, now: datetime, article_id: int | None = None) -> None:
    """Tell the customer. Whoever answers an untaken case has taken it.

    :raises CaseNotFound, CaseClosed, CaseEmpty, CaseTooLong, WordsUnlawful
    """
    case = _locked(case_id, by)
    check_open(case.state)
    words = checked_words(words)
    findings_in(words, now=now)
    article = Article.objects.published(path=case.branch.path, now=now).filter(pk=article_id or 0).first()
    CaseEntry.objects.create(
        case=case,
        customer_id=case.customer_id,
        kind=EntryKind.ANSWER,
        words=words,
        article=article,
        by=by,
        at=now,
    )
    in_time = now <= case.answer_due_at or case.answered_at is not None
    case.assigned_to_id = case.assigned_to_id or by.pk
    case.state = CaseState.ANSWERED
    case.answered_at = case.answered_at or now
    case.answers += 1
    case.late_answers += not in_time
    case.save()
    fact = CaseAnswered(
        case_id=case.pk,
        customer_id=case.customer_id,
        in_time=in_time,
        article_id=article.pk if article else 0,
        digest=digest({"case": case.pk, "words": words}),
    )
    facts.record(fact, at=now, by=by, branch_id=case.branch_id)


@transaction.atomic
def extend_case(*, case_id: int, why: str, by: Staff, now: datetime) -> None:
    """Give a complaint the regulator's longer time: the head office decides, and the customer is told why.

    :raises CaseNotFound, HeadOfficeDecides, NotExtendable, ReasonMissing, WordsUnlawful
    """
    case = _locked(case_id, by)
    if by.branch is None or by.branch.level != 0:
        raise HeadOfficeDecides
    why = _reason(why)
    findings_in(why, now=now)
    case.decide_due_date = check_extend(
        kind=case.kind,
        state=case.state,
        received_at=case.received_at,
        due=case.decide_due_date,
        today=local_date(now),
    )
    case.save(update_fields=("decide_due_date",))
    _note(case, EntryKind.EXTENDED, why, by=by, now=now)
    fact = CaseExtended(case_id=case.pk, decide_due_date=case.decide_due_date.isoformat())
    facts.record(fact, at=now, by=by, branch_id=case.branch_id)


@transaction.atomic
def close_case(*, case_id: int, by: Staff, now: datetime) -> None:
    """Only when the customer's last words were answered; then the customer is asked how it was.

    :raises CaseNotFound, CaseClosed, AnswerMissing
    """
    case = _locked(case_id, by)
    check_close(state=case.state, answered_at=case.answered_at)
    case.state, case.closed_at = CaseState.CLOSED, now
    case.save(update_fields=("state", "closed_at"))
    decided = case.clock_of_decision(local_date(now))
    fact = CaseClosedByStaff(
        case_id=case.pk,
        customer_id=case.customer_id,
        of=case.kind,
        in_time=decided in (None, Clock.MET) and not case.late_answers,
    )
    facts.record(fact, at=now, by=by, branch_id=case.branch_id)
    request_answers(
        customer_id=case.customer_id, placement=Placement.COMPLAINT, source=f"case:{case.pk}", now=now
    )


def _locked(case_id: int, by: Staff) -> Case:
    case: Case | None = (
        Case.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("branch")
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        raise CaseNotFound
    return case


def _assign(case: Case, staff_id: int) -> None:
    case.assigned_to_id = staff_id
    if case.state == CaseState.NEW:
        case.state = CaseState.WORKING
    case.save(update_fields=("assigned_to", "state"))


def _note(case: Case, kind: EntryKind, words: str, *, by: Staff, now: datetime) -> None:
    CaseEntry.objects.create(case=case, customer_id=case.customer_id, kind=kind, words=words, by=by, at=now)


def _reason(why: str) -> str:
    why = why.strip()[:300]
    if not why:
        raise ReasonMissing
    return why
