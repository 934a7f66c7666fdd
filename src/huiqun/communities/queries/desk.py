"""What staff see of groups: lists, a group's page, its members, its posts, and what waits to be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from huiqun.communities.models import Case, Comment, Group, Membership, Picture, Placement, Report, TeamMember
from huiqun.communities.models.groups import DUTY_LABELS
from huiqun.communities.queries.doors import visible_group
from huiqun.communities.queries.feed import Item, items_of
from huiqun.communities.queries.metrics import Answering, answering, week_of
from huiqun.communities.rules.health import GroupWeek, parts, score
from huiqun.communities.rules.kinds import Duty, State
from huiqun.communities.rules.refusals import CaseNotFound, PostNotFound
from huiqun.compliance.queries.communities import Stretch, stretches
from huiqun.foundation.models import Staff
from huiqun.foundation.roles import Role


def group_rows(*, staff: Staff, asked: Mapping[str, str]) -> QuerySet[Group]:
    rows = Group.objects.visible_to(staff).select_related("branch", "tally")
    if asked.get("words"):
        rows = rows.filter(Q(name__icontains=asked["words"]) | Q(purpose__icontains=asked["words"]))
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    if asked.get("state") in ("open", "closed"):
        rows = rows.filter(closed_at__isnull=asked["state"] == "open")
    return rows


@dataclass(frozen=True, kw_only=True)
class Duties:
    staff: Staff
    duties: Sequence[str]
    shift: str


@dataclass(frozen=True, kw_only=True)
class GroupPage:
    group: Group
    team: Sequence[Duties]
    week: GroupWeek
    score: int
    parts: Mapping[str, int]
    answering: Answering
    waiting: int
    is_team: bool


def group_page(*, group_id: int, staff: Staff, now: datetime) -> GroupPage:
    group = visible_group(group_id=group_id, staff=staff)
    week = week_of(group_id=group_id, now=now)
    team = team_lines(group)
    return GroupPage(
        group=group,
        team=team,
        week=week,
        score=score(week),
        parts=parts(week),
        answering=answering(group_id=group_id, now=now),
        waiting=Case.objects.filter(group=group, decided_at=None).count(),
        is_team=staff.has_role(Role.OPERATOR) or any(line.staff.pk == staff.pk for line in team),
    )


def team_lines(group: Group) -> list[Duties]:
    by_staff: dict[int, list[TeamMember]] = {}
    for row in TeamMember.objects.filter(group=group).select_related("staff").order_by("id"):
        by_staff.setdefault(row.staff_id, []).append(row)
    return [
        Duties(
            staff=rows[0].staff,
            duties=[str(DUTY_LABELS[Duty(row.duty)]) for row in rows],
            shift=f"{rows[0].starts:%H:%M}–{rows[0].ends:%H:%M}",
        )
        for rows in by_staff.values()
    ]


def people_of(staff: Staff) -> list[tuple[int, str]]:
    """Who may be on a team: staff of the person's branches who meet customers."""
    roles = (Role.OPERATOR, Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK)
    rows = Staff.objects.visible_to(staff).filter(is_active=True, roles__role__in=roles).distinct()
    return [
        (row.pk, f"{row.full_name} · {row.branch.name if row.branch else ''}")
        for row in rows.select_related("branch")[:500]
    ]


def groups_to_speak_in(staff: Staff) -> list[tuple[int, str]]:
    """Open groups where the person is on the team; community operators are on every one of their branches."""
    rows = Group.objects.visible_to(staff).filter(closed_at__isnull=True)
    if not staff.has_role(Role.OPERATOR):
        rows = rows.filter(pk__in=TeamMember.objects.filter(staff=staff).values("group_id"))
    return list(rows.order_by("name").values_list("pk", "name")[:1000])


def member_rows(*, group_id: int, staff: Staff, state: str = "") -> QuerySet[Membership]:
    visible_group(group_id=group_id, staff=staff)
    rows = Membership.objects.filter(group=group_id)
    return rows.filter(state=state) if state else rows


def placement_rows(*, group_id: int, staff: Staff, asked: Mapping[str, str]) -> QuerySet[Placement]:
    visible_group(group_id=group_id, staff=staff)
    rows = (
        Placement.objects.filter(group=group_id).select_related("post").defer("post__grams", "post__sealed")
    )
    if asked.get("kind"):
        rows = rows.filter(post__kind=asked["kind"])
    if asked.get("open") == "question":
        rows = rows.filter(post__kind="question", answered_at=None, gone=False)
    return rows


@dataclass(frozen=True, kw_only=True)
class StaffPost:
    item: Item
    group: Group
    comments: Sequence[Comment]


def staff_post(*, placement_id: int, staff: Staff) -> StaffPost:
    """:raises PostNotFound"""
    rows = Placement.objects.visible_to(staff).select_related("post", "group")
    placement = rows.filter(pk=placement_id).first()
    if placement is None:
        raise PostNotFound()
    comments = Comment.objects.filter(placement=placement).defer("sealed").order_by("-id")[:100]
    return StaffPost(item=items_of([placement], 0)[0], group=placement.group, comments=list(comments)[::-1])


def staff_picture(*, picture_id: int, staff: Staff) -> bytes:
    """:raises PostNotFound"""
    picture = Picture.objects.select_related("post__home__branch").filter(pk=picture_id).first()
    if picture is None or staff.branch is None or not staff.branch.covers(picture.post.home.branch):
        raise PostNotFound()
    return bytes(picture.content)


def case_rows(*, staff: Staff, state: str = "open") -> QuerySet[Case]:
    rows = Case.objects.visible_to(staff).select_related("group", "post", "comment")
    if state == "appeal":
        return rows.filter(appeal="asked")
    if state == "decided":
        return rows.filter(decided_at__isnull=False)
    return rows.filter(decided_at__isnull=True)


def waiting_count(staff: Staff) -> int:
    return int(case_rows(staff=staff).count() + case_rows(staff=staff, state="appeal").count())


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """``context`` is what was said around it; ``text`` has the findings on it."""

    case: Case
    words: Any
    text: Sequence[Stretch]
    context: Sequence[Any]
    reports: Sequence[Report]
    pictures: Sequence[int]
    seat: Membership | None
    earlier: int


def case_page(*, case_id: int, staff: Staff) -> CasePage:
    """:raises CaseNotFound"""
    rows = Case.objects.visible_to(staff).select_related(
        "group", "post", "comment__placement__post", "decided_by", "appeal_decided_by"
    )
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound()
    words = case.comment or case.post
    title = getattr(words, "title", "")
    shown = f"{title}\n{words.body}" if title else words.body
    return CasePage(
        case=case,
        words=words,
        text=stretches(shown, case.findings),
        context=_around(case),
        reports=list(case.told.order_by("id")),
        pictures=list(Picture.objects.filter(post=case.post_id).values_list("pk", flat=True))
        if case.post_id
        else [],
        seat=Membership.objects.filter(group=case.group_id, customer=case.customer_id).first(),
        earlier=Case.objects.filter(customer=case.customer_id, decision__in=("hide", "remove", "mask"))
        .exclude(appeal="overturned")
        .exclude(pk=case.pk)
        .count()
        if case.customer_id
        else 0,
    )


def _around(case: Case) -> list[Any]:
    """The post above a comment, with the comments before it; of a post, what was last said in the group."""
    if case.comment is not None:
        before = Comment.objects.filter(
            placement=case.comment.placement_id, pk__lt=case.comment_id, state=State.SHOWN
        )
        return [case.comment.placement.post, *reversed(before.order_by("-id")[:5])]
    latest = Placement.objects.filter(group=case.group_id, gone=False).exclude(post=case.post_id)
    return [row.post for row in reversed(latest.select_related("post").order_by("-number")[:3])]
