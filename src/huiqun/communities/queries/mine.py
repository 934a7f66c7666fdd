"""What a customer has in groups: seats, invitations, notes, own words and what was decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from huiqun.communities.models import (
    Case,
    Comment,
    Group,
    Invitation,
    Membership,
    Note,
    Post,
    TeamMember,
    TopicFollow,
)
from huiqun.communities.queries.doors import open_to
from huiqun.communities.queries.feed import Item, news
from huiqun.communities.queries.unread import unread_notes, unread_of
from huiqun.communities.rules.checks import check_appeal
from huiqun.communities.rules.kinds import Joining, MemberState
from huiqun.communities.rules.refusals import CannotAppeal, NoWayIn, PostNotFound
from huiqun.customers import queries as customers
from huiqun.lib.channels import Channel, Purpose

MOST = 50


@dataclass(frozen=True, kw_only=True)
class Seat:
    group: Group
    unread: int


@dataclass(frozen=True, kw_only=True)
class Topic:
    name: str
    followed: bool


@dataclass(frozen=True, kw_only=True)
class Home:
    seats: Sequence[Seat]
    unread: int
    notes: int
    invitations: Sequence[Group]
    found: Sequence[Group]
    topics: Sequence[Topic]
    news: Sequence[Item]


def home_of(*, customer_id: int) -> Home:
    rows = Membership.objects.filter(customer=customer_id, state=MemberState.ACTIVE)
    groups = [row.group for row in rows.select_related("group__tally").order_by("-joined_at")]
    counted = unread_of(customer_id=customer_id)
    mine = {group.pk for group in groups}
    asked = Invitation.objects.filter(customer=customer_id, answered_at=None, group__closed_at=None)
    followed = set(TopicFollow.objects.filter(customer=customer_id).values_list("topic", flat=True))
    names = sorted({topic for group in groups for topic in group.topics})
    return Home(
        seats=[Seat(group=group, unread=counted.by_group.get(group.pk, 0)) for group in groups],
        unread=counted.total,
        notes=unread_notes(customer_id=customer_id),
        invitations=[
            row.group for row in asked.select_related("group__tally")[:10] if row.group_id not in mine
        ],
        found=list(open_to(customer_id).exclude(pk__in=mine).select_related("tally").order_by("-id")[:10]),
        topics=[Topic(name=name, followed=name in followed) for name in names],
        news=news(customer_id=customer_id, topics=followed & set(names), most=5) if groups else [],
    )


def topics_of(*, customer_id: int) -> set[str]:
    """Of all one's groups."""
    rows = Membership.objects.filter(customer=customer_id, state=MemberState.ACTIVE)
    return {topic for topics in rows.values_list("group__topics", flat=True) for topic in topics}


@dataclass(frozen=True, kw_only=True)
class JoinPage:
    group: Group
    team: Sequence[str]
    consent: Any
    is_member: bool
    invited: bool
    nickname: str


def join_page(*, token: str, customer_id: int) -> JoinPage:
    """What one reads before joining. :raises NoWayIn"""
    group = Group.objects.select_related("branch", "tally").filter(token=token, closed_at=None).first()
    if group is None:
        raise NoWayIn()
    invited = Invitation.objects.filter(group=group, customer=customer_id, answered_at=None).exists()
    if group.joining == Joining.INVITED and not invited and not _is_member(group, customer_id):
        raise NoWayIn()
    consent = customers.consent_choice(
        customer_id=customer_id, channel=Channel.COMMUNITY, purpose=Purpose.TAKING_PART
    )
    return JoinPage(
        group=group,
        team=team_of(group),
        consent=consent,
        is_member=_is_member(group, customer_id),
        invited=invited,
        nickname=f"汇友{customer_id * 7919 % 10_000:04d}",
    )


def _is_member(group: Group, customer_id: int) -> bool:
    seats = Membership.objects.filter(group=group, customer=customer_id, state=MemberState.ACTIVE)
    return seats.exists()


def team_of(group: Group) -> list[str]:
    """Who runs it, each once, by the names of the bank's staff."""
    rows = TeamMember.objects.filter(group=group).select_related("staff").order_by("id")
    return list(dict.fromkeys(str(row.staff) for row in rows))


def about(*, member: Membership, now: datetime) -> dict[str, Any]:
    return {"member": member, "group": member.group, "team": team_of(member.group)}


def notes_of(*, customer_id: int) -> list[Note]:
    return list(Note.objects.filter(customer=customer_id).select_related("group").order_by("-id")[:MOST])


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    words: Post | Comment
    case: Case | None
    may_appeal: bool = False


def words_of(*, customer_id: int, now: datetime) -> dict[str, Any]:
    """What one wrote, newest first, with what was decided about it."""
    posts = list(
        Post.objects.filter(customer=customer_id)
        .select_related("home")
        .defer("grams", "sealed")
        .order_by("-id")[:MOST]
    )
    comments = list(
        Comment.objects.filter(customer=customer_id)
        .select_related("placement__group")
        .defer("sealed")
        .order_by("-id")[:MOST]
    )
    cases = Case.objects.filter(customer=customer_id).order_by("id")
    of_posts = {case.post_id: case for case in cases if case.comment_id is None}
    of_comments = {case.comment_id: case for case in cases if case.comment_id is not None}
    own = [OwnWords(words=post, case=of_posts.get(post.pk)) for post in posts]
    own += [OwnWords(words=comment, case=of_comments.get(comment.pk)) for comment in comments]
    own.sort(key=lambda each: each.words.created_at, reverse=True)
    return {"own": [replace(each, may_appeal=_may_appeal(each.case, now)) for each in own[:MOST]]}


def _may_appeal(case: Case | None, now: datetime) -> bool:
    if case is None:
        return False
    try:
        check_appeal(decided_at=case.decided_at, appeal=case.appeal, adverse=is_adverse(case), now=now)
    except CannotAppeal:
        return False
    return True


def is_adverse(case: Case) -> bool:
    """Whether its author may want to object."""
    return case.decided_by_id is not None and (case.decision != "publish" or bool(case.measure))


def own_comment_place(*, comment_id: int, customer_id: int) -> int:
    """:raises PostNotFound"""
    found = (
        Comment.objects.filter(pk=comment_id, customer=customer_id)
        .values_list("placement_id", flat=True)
        .first()
    )
    if found is None:
        raise PostNotFound()
    return int(found)
