"""Comments under a post, by members and by the bank."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from huiqun.communities.actions.cases import open_case
from huiqun.communities.actions.noting import note
from huiqun.communities.actions.pacing import spend
from huiqun.communities.actions.posting import seat
from huiqun.communities.actions.speaking import bank_words
from huiqun.communities.actions.texts import prepared
from huiqun.communities.events import CommentPublished, CommentSubmitted, QuestionAnswered
from huiqun.communities.live.telling import tell_placement
from huiqun.communities.models import Comment, Placement
from huiqun.communities.queries.doors import require_team
from huiqun.communities.rules.cleaning import MOST_CHARACTERS, written
from huiqun.communities.rules.kinds import NoteKind, PostKind, State
from huiqun.communities.rules.pace import is_new
from huiqun.communities.rules.refusals import GroupClosed, PostNotFound
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


@dataclass(frozen=True, kw_only=True)
class Commented:
    comment_id: int
    held: bool


@transaction.atomic
def write_comment(*, placement_id: int, customer_id: int, body: str, now: datetime) -> Commented:
    """A member's comment; a heart or a thumb alone is enough of one, a row of signs is not.

    :raises PostNotFound, NotAMember, GroupClosed, Muted, NothingSaid, TooLong, TooFast, NotYet, LinkRefused
    """
    placement = shown_placement(placement_id)
    member = seat(group_id=placement.group_id, customer_id=customer_id)
    words = written(body, most=MOST_CHARACTERS["comment"], least=1)
    ready = prepared(body=words, member=member, mode=member.group.moderation, now=now)
    spend(customer_id=customer_id, what="comment", new=is_new(member.joined_at, now), now=now)
    comment = Comment.objects.create(
        placement=placement,
        customer_id=customer_id,
        name=member.nickname or "",
        state=State.PENDING if ready.verdict.held else State.SHOWN,
        published_at=None if ready.verdict.held else now,
        created_at=now,
        **ready.fields,
    )
    submitted = CommentSubmitted(
        post_id=placement.post_id,
        comment_id=comment.pk,
        group_id=placement.group_id,
        customer_id=customer_id,
        digest=comment.digest,
        held=ready.verdict.held,
        rules=ready.rules,
    )
    facts.record(submitted, at=now, branch_id=member.group.branch_id)
    if ready.verdict.opens_case:
        open_case(
            group_id=placement.group_id,
            comment=comment,
            placement=placement,
            findings=ready.findings,
            reasons=ready.verdict.reasons,
            grave=ready.verdict.grave,
            now=now,
        )
    if not ready.verdict.held:
        count_shown(comment, placement, now=now)
    return Commented(comment_id=comment.pk, held=ready.verdict.held)


@transaction.atomic
def reply_as_bank(*, placement_id: int, body: str, by: Staff, now: datetime) -> int:
    """A comment by staff, in their own words within limits; the first under a question answers it.

    :raises PostNotFound, NotTeam, GroupClosed, WordsForbidden, ProductTalk, NothingSaid, TooLong
    """
    placement = shown_placement(placement_id, staff=by)
    group = placement.group
    require_team(group=group, staff=by)
    if not group.is_open:
        raise GroupClosed()
    fields = bank_words(title="", body=body, most=MOST_CHARACTERS["question"], by=by, now=now)
    comment = Comment.objects.create(
        placement=placement,
        staff=by,
        name=str(by)[:30],
        state=State.SHOWN,
        published_at=now,
        created_at=now,
        **fields,
    )
    told = {"post_id": placement.post_id, "comment_id": comment.pk, "group_id": placement.group_id}
    submitted = CommentSubmitted(**told, customer_id=None, digest=comment.digest, held=False, rules=())
    facts.record(submitted, at=now, by=by, branch_id=group.branch_id)
    count_shown(comment, placement, now=now, by=by)
    if placement.post.kind == PostKind.QUESTION:
        _answered(placement, by, now)
    return int(comment.pk)


def _answered(placement: Placement, by: Staff, now: datetime) -> None:
    """The first answer counts, by one statement."""
    if not Placement.objects.filter(pk=placement.pk, answered_at=None).update(answered_at=now):
        return
    seconds = int((now - placement.placed_at).total_seconds())
    event = QuestionAnswered(post_id=placement.post_id, group_id=placement.group_id, seconds=seconds)
    facts.record(event, at=now, by=by, branch_id=placement.group.branch_id)


def count_shown(comment: Comment, placement: Placement, *, now: datetime, by: Staff | None = None) -> None:
    """The comment is read from now on: the number under the post, the fact, and the post's author is told."""
    Placement.objects.filter(pk=placement.pk).update(comments=F("comments") + 1)
    event = CommentPublished(
        post_id=placement.post_id,
        comment_id=comment.pk,
        group_id=placement.group_id,
        customer_id=comment.customer_id,
    )
    facts.record(event, at=now, by=by, branch_id=placement.group.branch_id)
    if placement.customer_id != comment.customer_id:
        kind = NoteKind.ANSWERED if comment.is_of_bank else NoteKind.COMMENTED
        note(
            customer_id=placement.customer_id,
            kind=kind,
            group_id=placement.group_id,
            placement_id=placement.pk,
            now=now,
        )
    tell_placement(group_id=placement.group_id, placement_id=placement.pk)


def uncount(comment: Comment, *, state: str) -> None:
    """Nobody reads the comment from now on."""
    if comment.state == State.SHOWN:
        Placement.objects.filter(pk=comment.placement_id).update(comments=F("comments") - 1)
        tell_placement(group_id=comment.placement.group_id, placement_id=comment.placement_id)
    comment.state = state
    comment.save(update_fields=("state",))


def shown_placement(placement_id: int, *, staff: Staff | None = None) -> Placement:
    """:raises PostNotFound"""
    rows = Placement.objects.select_related("group", "post")
    if staff is not None:
        rows = rows.visible_to(staff)
    found: Placement | None = rows.filter(pk=placement_id, gone=False).first()
    if found is None:
        raise PostNotFound()
    return found
