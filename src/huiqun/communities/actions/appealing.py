"""A customer objects to a decision, once; another person of the bank judges it."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from huiqun.communities.actions.deciding import carry_out, locked_case, named, words_of
from huiqun.communities.actions.noting import note
from huiqun.communities.actions.pacing import spend
from huiqun.communities.events import AppealDecided, DecisionAppealed, MemberReadmitted
from huiqun.communities.models import Case, Comment, Membership, Post
from huiqun.communities.rules.checks import check_appeal
from huiqun.communities.rules.cleaning import clean, masked
from huiqun.communities.rules.kinds import AppealState, Decision, Measure, MemberState, NoteKind, State
from huiqun.communities.rules.refusals import AppealTakesTwo, CaseDecided, CaseNotFound, ReasonNeeded
from huiqun.communities.rules.search import kept_grams
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


@transaction.atomic
def appeal(*, case_id: int, customer_id: int, words: str, now: datetime) -> None:
    """:raises CaseNotFound, CannotAppeal, ReasonNeeded, TooFast"""
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("group", "comment__placement")
        .filter(pk=case_id, customer=customer_id)
        .first()
    )
    if case is None:
        raise CaseNotFound()
    adverse = case.decided_by_id is not None and (case.decision != Decision.PUBLISH or bool(case.measure))
    check_appeal(decided_at=case.decided_at, appeal=case.appeal, adverse=adverse, now=now)
    said = masked(clean(words))[:300]
    if not said:
        raise ReasonNeeded()
    spend(customer_id=customer_id, what="appeal", now=now)
    case.appeal, case.appeal_words, case.appealed_at = AppealState.ASKED, said, now
    case.save(update_fields=("appeal", "appeal_words", "appealed_at"))
    event = DecisionAppealed(**named(case), customer_id=customer_id)
    facts.record(event, at=now, branch_id=case.group.branch_id)


@transaction.atomic
def decide_appeal(*, case_id: int, overturn: bool, why: str, by: Staff, now: datetime) -> None:
    """Let a decision stand, or take it back with all that came of it.

    :raises CaseNotFound, CaseDecided, AppealTakesTwo, ReasonNeeded
    """
    case = locked_case(case_id, by)
    if case.appeal != AppealState.ASKED:
        raise CaseDecided()
    if case.decided_by_id == by.pk:
        raise AppealTakesTwo()
    reason = clean(why)[:300]
    if not reason:
        raise ReasonNeeded()
    case.appeal = AppealState.OVERTURNED if overturn else AppealState.UPHELD
    case.appeal_decided_at, case.appeal_decided_by, case.appeal_why = now, by, reason
    case.save(update_fields=("appeal", "appeal_decided_at", "appeal_decided_by", "appeal_why"))
    if overturn:
        _take_back(case, by, now)
    event = AppealDecided(**named(case), overturned=overturn)
    facts.record(event, at=now, by=by, branch_id=case.group.branch_id)
    kind = NoteKind.APPEAL_OVERTURNED if overturn else NoteKind.APPEAL_UPHELD
    note(
        customer_id=case.customer_id,
        kind=kind,
        group_id=case.group_id,
        case_id=case.pk,
        words=reason,
        now=now,
    )


def _take_back(case: Case, by: Staff, now: datetime) -> None:
    _unseal(words_of(case))
    carry_out(case, Decision.PUBLISH, now=now, by=by)
    if case.customer_id is None:
        return
    seats = Membership.objects.filter(group=case.group_id, customer=case.customer_id)
    if case.measure == Measure.WARN:
        seats.filter(warnings__gt=0).update(warnings=F("warnings") - 1)
    elif case.measure == Measure.MUTE:
        seats.update(muted_until=None)
    elif case.measure == Measure.EXPEL and seats.filter(state=MemberState.REMOVED).update(
        state=MemberState.LEFT
    ):
        event = MemberReadmitted(group_id=case.group_id, customer_id=case.customer_id, case_id=case.pk)
        facts.record(event, at=now, by=by, branch_id=case.group.branch_id)


def _unseal(words: Post | Comment) -> None:
    """Words that were taken away or masked by that decision are there again; people's numbers stay masked."""
    if words.sealed is None or words.state == State.WITHDRAWN:
        return
    body = masked(words.sealed)
    words.body = body
    fields = ["body"]
    if isinstance(words, Post):
        words.grams = kept_grams(words.targets, words.title, body)
        fields.append("grams")
    words.save(update_fields=fields)
