"""A person of the bank decides about a post or comment, and about its author."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from huiqun.communities.actions.commenting import count_shown, uncount
from huiqun.communities.actions.noting import note
from huiqun.communities.actions.placing import place, put_back, take_off
from huiqun.communities.actions.texts import sealed_until
from huiqun.communities.events import (
    MemberExpelled,
    MemberMuted,
    MemberWarned,
    PostPublished,
    WordsDecided,
)
from huiqun.communities.models import Case, Comment, Membership, Post, Tally
from huiqun.communities.rules.checks import MUTE_DAYS
from huiqun.communities.rules.cleaning import blotted, clean
from huiqun.communities.rules.kinds import Decision, Measure, MemberState, NoteKind, State
from huiqun.communities.rules.refusals import CaseDecided, CaseNotFound, NothingToMask, ReasonNeeded
from huiqun.communities.rules.search import kept_grams
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date

TOLD = {
    Decision.PUBLISH: NoteKind.PUBLISHED,
    Decision.MASK: NoteKind.MASKED,
    Decision.HIDE: NoteKind.HIDDEN,
    Decision.REMOVE: NoteKind.REMOVED,
}


@transaction.atomic
def decide_case(
    *,
    case_id: int,
    decision: str,
    measure: str = Measure.NONE,
    why: str = "",
    rules: Collection[str] = (),
    by: Staff,
    now: datetime,
) -> None:
    """Show, mask, hide or remove, and warn, mute or expel; once, with a reason that the author reads.

    :raises CaseNotFound, CaseDecided, ReasonNeeded, NothingToMask
    """
    case = locked_case(case_id, by)
    if case.decided_at is not None:
        raise CaseDecided()
    decision = Decision(decision)
    reason = clean(why)[:300]
    if not reason and (decision != Decision.PUBLISH or measure):
        raise ReasonNeeded()
    known = {finding["rule"] for finding in case.findings}
    case.decided_at, case.decided_by, case.decision = now, by, decision
    case.measure, case.why = measure, reason
    case.rules_cited = (
        sorted(known & set(rules)) if rules else sorted(known if decision != Decision.PUBLISH else ())
    )
    case.save()
    _about_author(case, measure, by, now)
    changed = carry_out(case, decision, now=now, by=by)
    event = WordsDecided(
        **named(case),
        decision=decision,
        measure=measure,
        rules=tuple(case.rules_cited),
        digest=words_of(case).digest,
    )
    facts.record(event, at=now, by=by, branch_id=case.group.branch_id)
    if changed:
        _tell_author(case, TOLD[decision], reason, now)


def locked_case(case_id: int, by: Staff) -> Case:
    """:raises CaseNotFound"""
    case: Case | None = (
        Case.objects.visible_to(by)
        .select_related("group", "post", "comment__placement__group", "comment__placement__post")
        .select_for_update(of=("self",))
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        raise CaseNotFound()
    return case


def words_of(case: Case) -> Post | Comment:
    words: Post | Comment | None = case.comment or case.post
    assert words is not None
    return words


def named(case: Case) -> dict[str, Any]:
    """What facts call it."""
    post_id = case.comment.placement.post_id if case.comment else case.post_id
    return {
        "post_id": post_id,
        "comment_id": case.comment_id or 0,
        "group_id": case.group_id,
        "case_id": case.pk,
    }


def carry_out(case: Case, decision: str, *, now: datetime, by: Staff | None) -> bool:
    """Whether anything is different from before for those who read."""
    words = words_of(case)
    if words.state == State.WITHDRAWN:
        return False
    if decision == Decision.PUBLISH:
        return _show(words, now, by)
    if decision == Decision.MASK:
        _blot(words, _spans(case), now)
        _show(words, now, by)
        return True
    _away(words, State.HIDDEN if decision == Decision.HIDE else State.REMOVED, now)
    return True


def _show(words: Post | Comment, now: datetime, by: Staff | None) -> bool:
    if words.state == State.SHOWN:
        return False
    if isinstance(words, Comment):
        words.state, words.published_at = State.SHOWN, now
        words.save(update_fields=("state", "published_at"))
        count_shown(words, words.placement, now=now, by=by)
        return True
    is_first = words.published_at is None
    if is_first:
        groups = len(place(words, words.targets, now=now))
        _tell_published(words, groups, by, now)
    else:
        put_back(words, now=now)
    return True


def _tell_published(post: Post, groups: int, by: Staff | None, now: datetime) -> None:
    event = PostPublished(
        post_id=post.pk,
        group_id=post.home_id,
        customer_id=post.customer_id,
        post_kind=post.kind,
        groups=groups,
        material=post.material,
        material_digest=post.material_digest,
    )
    facts.record(event, at=now, by=by, branch_id=post.home.branch_id)


def _spans(case: Case) -> Sequence[tuple[int, int]]:
    """:raises NothingToMask"""
    placed = [(each["start"], each["end"]) for each in case.findings if each.get("start") is not None]
    if not placed:
        raise NothingToMask()
    return placed


def _blot(words: Post | Comment, spans: Sequence[tuple[int, int]], now: datetime) -> None:
    """What was written is kept sealed; what is read has signs in its place."""
    title = words.title if isinstance(words, Post) else ""
    head = len(title) + 1 if title else 0
    if words.sealed is None:
        words.sealed, words.sealed_until = words.body, sealed_until(local_date(now))
    words.body = blotted(words.body, [(start - head, end - head) for start, end in spans])
    fields = ["body", "sealed", "sealed_until"]
    if isinstance(words, Post):
        words.grams = kept_grams(words.targets, title, words.body)
        fields.append("grams")
    words.save(update_fields=fields)


def _away(words: Post | Comment, state: str, now: datetime) -> None:
    if isinstance(words, Comment):
        uncount(words, state=state)
    else:
        take_off(words, state=state)
    if state == State.REMOVED:
        seal(words, now)


def seal(words: Post | Comment, now: datetime) -> None:
    """Removed words are in no table in the clear."""
    fields: dict[str, Any] = {"body": "", "sealed_until": sealed_until(local_date(now))}
    if words.sealed is None:
        fields["sealed"] = words.body
    if isinstance(words, Post):
        fields["grams"] = []
    for name, value in fields.items():
        setattr(words, name, value)
    words.save(update_fields=list(fields))


def _about_author(case: Case, measure: str, by: Staff, now: datetime) -> None:
    if case.customer_id is None or not measure:
        return
    seats = Membership.objects.select_for_update().filter(group=case.group_id, customer=case.customer_id)
    seat = seats.first()
    if seat is None:
        return
    told = {"group_id": case.group_id, "customer_id": case.customer_id, "case_id": case.pk}
    branch = case.group.branch_id
    if measure == Measure.WARN:
        seats.update(warnings=F("warnings") + 1)
        facts.record(MemberWarned(**told), at=now, by=by, branch_id=branch)
        _tell_author(case, NoteKind.WARNED, case.why, now)
    elif measure == Measure.MUTE:
        until = now + timedelta(days=MUTE_DAYS)
        seats.update(muted_until=until)
        facts.record(MemberMuted(**told, until=until.isoformat()), at=now, by=by, branch_id=branch)
        _tell_author(case, NoteKind.MUTED, case.why, now)
    elif measure == Measure.EXPEL:
        if seat.state == MemberState.ACTIVE:
            Tally.objects.filter(pk=case.group_id).update(members=F("members") - 1)
        seats.update(state=MemberState.REMOVED, left_at=now)
        facts.record(MemberExpelled(**told), at=now, by=by, branch_id=branch)
        _tell_author(case, NoteKind.EXPELLED, case.why, now)


def _tell_author(case: Case, kind: str, words: str, now: datetime) -> None:
    note(
        customer_id=case.customer_id, kind=kind, group_id=case.group_id, case_id=case.pk, words=words, now=now
    )
