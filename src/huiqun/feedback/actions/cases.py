"""What customers do: come with something, come back, say how it was."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from huiqun.customers import queries as customers
from huiqun.delivery import actions as delivery
from huiqun.delivery import queries as delivery_queries
from huiqun.feedback.events import CaseOpened, CaseRated, CaseReopened, ComplaintMade
from huiqun.feedback.models import Case, CaseEntry
from huiqun.feedback.rules.cases import (
    CaseState,
    Category,
    EntryKind,
    Kind,
    check_rating,
    checked_words,
    clocks_for,
    may_come_back,
)
from huiqun.feedback.rules.refusals import CaseClosed, CaseNotFound, CaseUnclear, TooManyCases
from huiqun.foundation import facts
from huiqun.foundation.models import Staff

LOCK = 0x48510801
MOST_A_DAY = 10
SAME_WITHIN = timedelta(minutes=10)
COMPLAINED = "complained"


@transaction.atomic
def open_case(
    *,
    customer_id: int,
    kind: str,
    category: str,
    words: str,
    now: datetime,
    source: str = "app",
    recipient_id: int | None = None,
    by: Staff | None = None,
) -> int:
    """Take in what a customer says; the case's id. Sent twice within minutes it is one case.

    Whoever complains about our messages gets no more of them: on the channel of the message it is about, else on all.
    :raises CaseEmpty, CaseTooLong, CaseUnclear, TooManyCases
    """
    words = checked_words(words)
    if kind not in set(Kind) or category not in set(Category):
        raise CaseUnclear
    _one_at_a_time(customer_id)
    if same := _same(customer_id, kind, words, now):
        return same
    _check_pace(customer_id, now)
    regards, channel = _message(recipient_id, customer_id)
    clocks = clocks_for(Kind(kind), at=now)
    case = Case.objects.create(
        kind=kind,
        category=category,
        customer_id=customer_id,
        branch_id=_branch_of(customer_id),
        words=words,
        source=source,
        regards=regards,
        received_at=now,
        began_at=now,
        answer_due_at=clocks.answer_due_at,
        decide_due_date=clocks.decide_due_date,
    )
    _tell(case, by=by, now=now)
    if kind == Kind.COMPLAINT and category == Category.MESSAGES:
        delivery.suppress(customer_id=customer_id, channel=channel, reason=COMPLAINED, now=now, by=by)
    return case.pk


def _branch_of(customer_id: int) -> int:
    """:raises CaseNotFound for nobody"""
    branch_id = customers.branch_of(customer_id)
    if branch_id is None:
        raise CaseNotFound
    return branch_id


def _tell(case: Case, *, by: Staff | None, now: datetime) -> None:
    fact = CaseOpened(
        case_id=case.pk,
        customer_id=case.customer_id,
        of=case.kind,
        category=case.category,
        source=case.source,
        regards=case.regards,
        answer_due_at=case.answer_due_at.isoformat(),
        decide_due_date=case.decide_due_date.isoformat() if case.decide_due_date else "",
    )
    facts.record(fact, at=now, by=by, branch_id=case.branch_id)
    if case.kind == Kind.COMPLAINT:
        made = ComplaintMade(
            case_id=case.pk, customer_id=case.customer_id, category=case.category, regards=case.regards
        )
        facts.record(made, at=now, by=by, branch_id=case.branch_id)


def _one_at_a_time(customer_id: int) -> None:
    """Two taps of one person wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, str(customer_id)])


def _same(customer_id: int, kind: str, words: str, now: datetime) -> int | None:
    recent = Case.objects.filter(customer_id=customer_id, kind=kind, received_at__gt=now - SAME_WITHIN)
    return next((case.pk for case in recent.order_by("-id")[:MOST_A_DAY] if case.words == words), None)


def _check_pace(customer_id: int, now: datetime) -> None:
    """:raises TooManyCases"""
    recent = Case.objects.filter(customer_id=customer_id, received_at__gt=now - timedelta(days=1))
    if recent.count() >= MOST_A_DAY:
        raise TooManyCases


def _message(recipient_id: int | None, customer_id: int) -> tuple[str, str]:
    """What one of the customer's own messages was about, and its channel; nothing of anybody else's."""
    reached = delivery_queries.reached_by(recipient_id=recipient_id) if recipient_id else None
    mine = reached and any(
        each.recipient_id == reached.recipient_id for each in delivery_queries.touches_of(customer_id)
    )
    return (reached.subject, reached.channel) if reached and mine else ("", "")


@transaction.atomic
def come_back(*, case_id: int, customer_id: int, words: str, now: datetime) -> None:
    """The customer has more to say; a closed case opens again, and the clock of the answer runs anew.

    :raises CaseNotFound, CaseEmpty, CaseTooLong, CaseClosed after thirty days, TooManyCases
    """
    case = _own(case_id, customer_id)
    words = checked_words(words)
    if not may_come_back(state=case.state, closed_at=case.closed_at, now=now):
        raise CaseClosed
    recent = CaseEntry.objects.filter(case=case, kind=EntryKind.CUSTOMER, at__gt=now - timedelta(days=1))
    said = list(recent.order_by("-id"))
    if said and said[0].words == words and now - said[0].at < SAME_WITHIN:
        return
    if len(said) >= MOST_A_DAY:
        raise TooManyCases
    CaseEntry.objects.create(case=case, customer_id=customer_id, kind=EntryKind.CUSTOMER, words=words, at=now)
    if case.answered_at is not None:
        _begin_anew(case, now)
    facts.record(CaseReopened(case_id=case.pk, customer_id=customer_id), at=now, branch_id=case.branch_id)


def _begin_anew(case: Case, now: datetime) -> None:
    """The regulator's clock goes on where the complaint is still open; a closed one begins again."""
    clocks = clocks_for(Kind(case.kind), at=now)
    if case.state == CaseState.CLOSED:
        case.decide_due_date = clocks.decide_due_date
    case.state = CaseState.WORKING if case.assigned_to_id else CaseState.NEW
    case.began_at, case.answer_due_at = now, clocks.answer_due_at
    case.answered_at = case.closed_at = case.rating = None
    case.level = 0
    case.save()


@transaction.atomic
def rate_case(*, case_id: int, customer_id: int, rating: int, now: datetime) -> None:
    """How it was, from 1 to 5, once it is closed; the first word counts. :raises CaseNotFound, CaseNotClosed"""
    case = _own(case_id, customer_id)
    check_rating(state=case.state, rating=rating)
    if case.rating is not None:
        return
    case.rating = rating
    case.save(update_fields=("rating",))
    fact = CaseRated(case_id=case.pk, customer_id=customer_id, rating=rating)
    facts.record(fact, at=now, branch_id=case.branch_id)


def _own(case_id: int, customer_id: int) -> Case:
    case: Case | None = Case.objects.select_for_update().filter(pk=case_id, customer_id=customer_id).first()
    if case is None:
        raise CaseNotFound
    return case
