"""What members write into their group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from huiqun.communities.actions.cases import open_case
from huiqun.communities.actions.pacing import spend
from huiqun.communities.actions.placing import place
from huiqun.communities.actions.texts import prepared
from huiqun.communities.events import PostPublished, PostSubmitted
from huiqun.communities.models import Membership, Picture, Post
from huiqun.communities.rules.cleaning import MOST_CHARACTERS, written
from huiqun.communities.rules.kinds import OF_CUSTOMERS, MemberState, PostKind, State
from huiqun.communities.rules.pace import is_new
from huiqun.communities.rules.pictures import MOST_PICTURES, Painted, paint
from huiqun.communities.rules.refusals import GroupClosed, NotAMember, TooManyPictures
from huiqun.communities.rules.search import kept_grams
from huiqun.foundation import facts


@dataclass(frozen=True, kw_only=True)
class Written:
    """``held``: it waits for a person of the bank, who looks at it before others read it."""

    post_id: int
    placement_id: int | None
    held: bool


def write_post(
    *,
    group_id: int,
    customer_id: int,
    kind: str = PostKind.TEXT,
    body: str,
    topic: str = "",
    pictures: Sequence[bytes] = (),
    now: datetime,
) -> Written:
    """A member's post or question.

    :raises NotAMember, GroupClosed, Muted, NothingSaid, TooLong, TooFast, NotYet, LinkRefused, TooManyLinks,
        NotAPicture, PictureTooLarge, TooManyPictures
    """
    kind = kind if kind in OF_CUSTOMERS else PostKind.TEXT
    words = written(body, most=MOST_CHARACTERS[kind])
    if len(pictures) > MOST_PICTURES:
        raise TooManyPictures(most=MOST_PICTURES)
    painted = [paint(content) for content in pictures]  # before any lock is held
    return _write(group_id, customer_id, kind, words, topic, painted, now)


@transaction.atomic
def _write(
    group_id: int,
    customer_id: int,
    kind: str,
    words: str,
    topic: str,
    painted: Sequence[Painted],
    now: datetime,
) -> Written:
    member = seat(group_id=group_id, customer_id=customer_id)
    group = member.group
    ready = prepared(body=words, member=member, mode=group.moderation, with_picture=bool(painted), now=now)
    spend(customer_id=customer_id, what="post", new=is_new(member.joined_at, now), now=now)
    post = Post.objects.create(
        customer_id=customer_id,
        name=member.nickname or "",
        kind=kind,
        topic=topic if topic in group.topics else "",
        state=State.PENDING,
        home=group,
        targets=[group_id],
        grams=kept_grams([group_id], ready.fields["body"]),
        created_at=now,
        **ready.fields,
    )
    _keep(painted, post)
    told: dict[str, Any] = {
        "post_id": post.pk,
        "group_id": group_id,
        "customer_id": customer_id,
        "post_kind": kind,
    }
    submitted = PostSubmitted(
        **told, digest=ready.fields["digest"], held=ready.verdict.held, rules=ready.rules
    )
    facts.record(submitted, at=now, branch_id=group.branch_id)
    placement_id = None
    if not ready.verdict.held:
        placement_id = place(post, [group_id], now=now)[0]
        published = PostPublished(**told, groups=1, material="", material_digest="")
        facts.record(published, at=now, branch_id=group.branch_id)
    if ready.verdict.opens_case:
        open_case(
            group_id=group_id,
            post=post,
            findings=ready.findings,
            reasons=ready.verdict.reasons,
            grave=ready.verdict.grave,
            now=now,
        )
    return Written(post_id=post.pk, placement_id=placement_id, held=ready.verdict.held)


def seat(*, group_id: int, customer_id: int) -> Membership:
    """The member's seat, held until the commit: a mute that has committed is seen, one that comes later waits.

    :raises NotAMember, GroupClosed
    """
    member: Membership | None = (
        Membership.objects.select_related("group")
        .select_for_update(of=("self",), no_key=True)
        .filter(group=group_id, customer=customer_id, state=MemberState.ACTIVE)
        .first()
    )
    if member is None:
        raise NotAMember()
    if not member.group.is_open:
        raise GroupClosed()
    return member


def _keep(painted: Sequence[Painted], post: Post) -> None:
    Picture.objects.bulk_create(
        Picture(
            post=post,
            customer_id=post.customer_id,
            place=place,
            content=each.content,
            width=each.width,
            height=each.height,
        )
        for place, each in enumerate(painted)
    )
