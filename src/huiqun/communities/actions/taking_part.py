"""Reactions, polls and riddles: each person once, counted by one statement."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from huiqun.communities.actions.commenting import shown_placement
from huiqun.communities.actions.pacing import spend
from huiqun.communities.actions.posting import seat
from huiqun.communities.actions.texts import check_may_write
from huiqun.communities.events import PollAnswered, RiddleSolved
from huiqun.communities.live.telling import tell_placement
from huiqun.communities.models import Placement, PollCount, Reaction
from huiqun.communities.rules.checks import riddle_digest
from huiqun.communities.rules.kinds import PostKind, ReactionKind
from huiqun.communities.rules.pace import is_new
from huiqun.communities.rules.refusals import AnsweredAlready, NoSuchOption, WrongAnswer
from huiqun.foundation import facts

COLUMNS = {ReactionKind.LIKE: "likes", ReactionKind.USEFUL: "useful", ReactionKind.THANKS: "thanks"}

_REACT = """
INSERT INTO communities_reaction (placement_id, customer_id, kind) VALUES (%s, %s, %s)
ON CONFLICT (placement_id, customer_id) DO NOTHING RETURNING id
"""


@transaction.atomic
def react(*, placement_id: int, customer_id: int, kind: str, now: datetime) -> str:
    """One reaction of one person: the same again takes it back, another one replaces it; what stands now.

    :raises PostNotFound, NotAMember, TooFast, NoSuchOption
    """
    if kind not in set(ReactionKind):
        raise NoSuchOption()
    placement = shown_placement(placement_id)
    seat(group_id=placement.group_id, customer_id=customer_id)
    spend(customer_id=customer_id, what="react", now=now)
    with connection.cursor() as cursor:
        cursor.execute(_REACT, [placement_id, customer_id, kind])
        is_first = cursor.fetchone() is not None
    if is_first:
        _count(placement_id, kind, 1)
    else:
        kind = _change(placement_id, customer_id, kind)
    tell_placement(group_id=placement.group_id, placement_id=placement_id)
    return kind


def _change(placement_id: int, customer_id: int, kind: str) -> str:
    """Under the reaction's own lock. The seat's lock keeps one person's taps in line."""
    former = Reaction.objects.select_for_update().get(placement=placement_id, customer=customer_id)
    _count(placement_id, former.kind, -1)
    if former.kind == kind:
        former.delete()
        return ""
    former.kind = kind
    former.save(update_fields=("kind",))
    _count(placement_id, kind, 1)
    return kind


def _count(placement_id: int, kind: str, by: int) -> None:
    column = COLUMNS[ReactionKind(kind)]
    Placement.objects.filter(pk=placement_id).update(**{column: F(column) + by})


@transaction.atomic
def answer_poll(*, placement_id: int, customer_id: int, option: int, now: datetime) -> None:
    """One vote of one person, in whatever group they see the poll.

    :raises PostNotFound, NotAMember, Muted, NoSuchOption, AnsweredAlready
    """
    placement = shown_placement(placement_id)
    if placement.post.kind != PostKind.POLL:
        raise NoSuchOption()
    member = seat(group_id=placement.group_id, customer_id=customer_id)
    check_may_write(member, now)
    if not 0 <= option < len(placement.post.data["options"]):
        raise NoSuchOption()
    _answer(placement, customer_id, option, now)
    PollCount.objects.filter(post=placement.post_id, option=option).update(votes=F("votes") + 1)
    event = PollAnswered(post_id=placement.post_id, group_id=placement.group_id, customer_id=customer_id)
    facts.record(event, at=now, branch_id=member.group.branch_id)
    tell_placement(group_id=placement.group_id, placement_id=placement_id)


def guess_riddle(*, placement_id: int, customer_id: int, guess: str, now: datetime) -> None:
    """A guess at a riddle; the first right one of each person is a fact, from which benefits may follow.

    :raises PostNotFound, NotAMember, Muted, TooFast, WrongAnswer, AnsweredAlready
    """
    _count_guess(placement_id, customer_id, now)  # committed first: a wrong guess costs one as well
    _solve(placement_id, customer_id, guess, now)


@transaction.atomic
def _count_guess(placement_id: int, customer_id: int, now: datetime) -> None:
    placement = shown_placement(placement_id)
    if placement.post.kind != PostKind.RIDDLE:
        raise NoSuchOption()
    member = seat(group_id=placement.group_id, customer_id=customer_id)
    check_may_write(member, now)
    spend(customer_id=customer_id, what="guess", new=is_new(member.joined_at, now), now=now)


@transaction.atomic
def _solve(placement_id: int, customer_id: int, guess: str, now: datetime) -> None:
    placement = shown_placement(placement_id)
    data = placement.post.data
    if (
        not any(each.isalnum() for each in guess)
        or riddle_digest(guess[:100], data["salt"]) != data["answer"]
    ):
        raise WrongAnswer()
    _answer(placement, customer_id, None, now)
    event = RiddleSolved(post_id=placement.post_id, group_id=placement.group_id, customer_id=customer_id)
    facts.record(event, at=now, branch_id=placement.group.branch_id)


def _answer(placement: Placement, customer_id: int, option: int | None, now: datetime) -> None:
    """:raises AnsweredAlready"""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO communities_answer (post_id, customer_id, option, at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (post_id, customer_id) DO NOTHING RETURNING id",
            [placement.post_id, customer_id, option, now],
        )
        if cursor.fetchone() is None:
            raise AnsweredAlready()
