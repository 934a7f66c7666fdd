"""A group's posts as one of its members sees them, twenty at a time, by their numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from huiqun.communities.models import (
    Answer,
    Comment,
    Membership,
    Picture,
    Placement,
    PollCount,
    Post,
    Reaction,
)
from huiqun.communities.models.posts import POST_LABELS
from huiqun.communities.queries.doors import membership
from huiqun.communities.rules.kinds import MemberState, PostKind, State
from huiqun.communities.rules.links import Piece, pieces
from huiqun.communities.rules.refusals import PostNotFound

PAGE = 20
MOST_PINNED = 3
MOST_COMMENTS = 50


@dataclass(frozen=True)
class Option:
    place: int
    text: str
    votes: int
    share: int


@dataclass(frozen=True, kw_only=True)
class Item:
    """A post in one group, ready to be shown. ``options`` have votes once the person has voted."""

    placement: Placement
    post: Post
    pictures: Sequence[int] = ()
    reaction: str = ""
    answered: bool = False
    chosen: int | None = None
    options: Sequence[Option] = field(default_factory=tuple)

    @property
    def pieces(self) -> list[Piece]:
        return list(pieces(self.post.body, hosts=settings.HUIQUN_LINK_HOSTS))

    @property
    def label(self) -> str:
        return str(POST_LABELS[PostKind(self.post.kind)])


@dataclass(frozen=True, kw_only=True)
class Feed:
    """``older`` is the number below which the next page begins, 0 at the end; ``newest`` is what was seen."""

    pinned: Sequence[Item]
    items: Sequence[Item]
    older: int
    newest: int


def feed(*, member: Membership, customer_id: int, before: int = 0, topic: str = "", kind: str = "") -> Feed:
    rows = _shown(Placement.objects.filter(group=member.group_id))
    if before:
        rows = rows.filter(number__lt=before)
    if topic:
        rows = rows.filter(topic=topic)
    if kind:
        rows = rows.filter(post__kind=kind)
    found = list(rows.order_by("-number")[: PAGE + 1])
    pinned = [] if before or topic or kind else _pinned(member.group_id)
    items = items_of([*pinned, *found[:PAGE]], customer_id)
    older = found[PAGE - 1].number if len(found) > PAGE else 0
    newest = max((row.number for row in found), default=0)
    return Feed(pinned=items[: len(pinned)], items=items[len(pinned) :], older=older, newest=newest)


def _shown(rows: QuerySet[Placement]) -> QuerySet[Placement]:
    return (
        rows.filter(gone=False).select_related("post").defer("post__grams", "post__sealed", "post__targets")
    )


def _pinned(group_id: int) -> list[Placement]:
    rows = _shown(Placement.objects.filter(group=group_id, pinned_at__isnull=False))
    return list(rows.order_by("-number")[:MOST_PINNED])


def items_of(placements: Sequence[Placement], customer_id: int) -> list[Item]:
    """With pictures, polls and the person's own reactions, in a fixed number of questions."""
    posts = [row.post_id for row in placements]
    pictures: dict[int, list[int]] = {}
    for pk, post_id in (
        Picture.objects.filter(post__in=posts).order_by("post", "place").values_list("pk", "post")
    ):
        pictures.setdefault(post_id, []).append(pk)
    mine = Reaction.objects.filter(placement__in=[row.pk for row in placements], customer=customer_id)
    reactions = dict(mine.values_list("placement_id", "kind"))
    asking = [row.post_id for row in placements if row.post.kind in (PostKind.POLL, PostKind.RIDDLE)]
    answers: dict[int, int | None] = {}
    counts: dict[int, dict[int, int]] = {}
    if asking:
        own = Answer.objects.filter(post__in=asking, customer=customer_id)
        answers = dict(own.values_list("post_id", "option"))
        for post_id, option, votes in PollCount.objects.filter(post__in=asking).values_list(
            "post", "option", "votes"
        ):
            counts.setdefault(post_id, {})[option] = votes
    return [
        Item(
            placement=row,
            post=row.post,
            pictures=pictures.get(row.post_id, ()),
            reaction=reactions.get(row.pk, ""),
            answered=row.post_id in answers,
            chosen=answers.get(row.post_id),
            options=_options(row.post, counts.get(row.post_id, {})),
        )
        for row in placements
    ]


def _options(post: Post, votes: dict[int, int]) -> list[Option]:
    total = sum(votes.values())
    return [
        Option(place, text, votes.get(place, 0), round(100 * votes.get(place, 0) / total) if total else 0)
        for place, text in enumerate(post.data.get("options", ()))
    ]


@dataclass(frozen=True, kw_only=True)
class PostPage:
    member: Membership
    item: Item
    comments: Sequence[Comment]
    older: int


def post_page(*, placement_id: int, customer_id: int, before: int = 0) -> PostPage:
    """A post with its latest comments in order. :raises PostNotFound for those who are not in its group"""
    placement = member_placement(placement_id=placement_id, customer_id=customer_id)
    member = membership(group_id=placement.group_id, customer_id=customer_id)
    rows = Comment.objects.filter(placement=placement, state=State.SHOWN).defer("sealed").order_by("-id")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: MOST_COMMENTS + 1])
    older = found[MOST_COMMENTS - 1].pk if len(found) > MOST_COMMENTS else 0
    item = items_of([placement], customer_id)[0]
    return PostPage(member=member, item=item, comments=found[:MOST_COMMENTS][::-1], older=older)


def member_placement(*, placement_id: int, customer_id: int) -> Placement:
    """:raises PostNotFound"""
    seats = Membership.objects.filter(customer=customer_id, state=MemberState.ACTIVE).values("group_id")
    found = _shown(Placement.objects.filter(pk=placement_id, group__in=seats)).first()
    if found is None:
        raise PostNotFound()
    return found


def picture_of(*, picture_id: int, customer_id: int) -> bytes:
    """One's own, or of a post that stands in one of one's groups. :raises PostNotFound"""
    picture = Picture.objects.select_related("post").filter(pk=picture_id).first()
    if picture is None:
        raise PostNotFound()
    seats = Membership.objects.filter(customer=customer_id, state=MemberState.ACTIVE).values("group_id")
    shown = Placement.objects.filter(post=picture.post_id, gone=False, group__in=seats).exists()
    if not shown and picture.customer_id != customer_id:
        raise PostNotFound()
    return bytes(picture.content)


_NEWS = """
SELECT p.id FROM communities_membership m, LATERAL (
  SELECT id, post_id, placed_at FROM communities_placement
  WHERE group_id = m.group_id AND NOT gone ORDER BY number DESC LIMIT %(most)s) p
WHERE m.customer_id = %(customer)s AND m.state = 'active'
ORDER BY p.placed_at DESC, p.id DESC LIMIT %(many)s
"""


def news(*, customer_id: int, topics: Iterable[str] = (), most: int = 10) -> list[Item]:
    """The latest of all a person's groups; what stands in several is heard once."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, {"customer": customer_id, "most": most * 2, "many": most * 6})
        ids = [row[0] for row in cursor.fetchall()]
    rows = {row.pk: row for row in _shown(Placement.objects.filter(pk__in=ids)).select_related("group")}
    wanted = set(topics)
    heard: set[int] = set()
    kept: list[Any] = []
    for pk in ids:
        row = rows.get(pk)
        if row is None or row.post_id in heard or (wanted and row.topic not in wanted):
            continue
        heard.add(row.post_id)
        kept.append(row)
    return items_of(kept[:most], customer_id)
