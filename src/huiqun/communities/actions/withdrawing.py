"""Authors take back what they wrote."""

from datetime import datetime

from django.db import transaction

from huiqun.communities.actions.commenting import uncount
from huiqun.communities.actions.deciding import seal
from huiqun.communities.actions.placing import take_off
from huiqun.communities.events import WordsWithdrawn
from huiqun.communities.models import Case, Comment, Post
from huiqun.communities.queries.doors import require_team
from huiqun.communities.rules.kinds import Decision, State
from huiqun.communities.rules.refusals import PostNotFound, WithdrawnAlready
from huiqun.foundation import facts
from huiqun.foundation.models import Staff

_LIVE = (State.PENDING, State.SHOWN)


@transaction.atomic
def withdraw_post(*, post_id: int, customer_id: int, now: datetime) -> None:
    """:raises PostNotFound, WithdrawnAlready"""
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("home")
        .filter(pk=post_id, customer=customer_id)
        .first()
    )
    _withdraw_post(post, None, now)


@transaction.atomic
def withdraw_bank_post(*, post_id: int, by: Staff, now: datetime) -> None:
    """Take a post of the bank out of all its groups with one action. :raises PostNotFound, NotTeam, WithdrawnAlready"""
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("home__branch")
        .filter(pk=post_id, staff__isnull=False)
        .first()
    )
    if post is None or by.branch is None or not by.branch.covers(post.home.branch):
        raise PostNotFound()
    require_team(group=post.home, staff=by)
    _withdraw_post(post, by, now)


def _withdraw_post(post: Post | None, by: Staff | None, now: datetime) -> None:
    if post is None:
        raise PostNotFound()
    if post.state not in _LIVE:
        raise WithdrawnAlready()
    take_off(post, state=State.WITHDRAWN)
    if post.customer_id is not None:
        seal(post, now)
    _close_case(post=post, now=now)
    event = WordsWithdrawn(post_id=post.pk, comment_id=0, group_id=post.home_id, customer_id=post.customer_id)
    facts.record(event, at=now, by=by, branch_id=post.home.branch_id)


@transaction.atomic
def withdraw_comment(*, comment_id: int, customer_id: int, now: datetime) -> None:
    """:raises PostNotFound, WithdrawnAlready"""
    comment = (
        Comment.objects.select_for_update(of=("self",))
        .select_related("placement__group")
        .filter(pk=comment_id, customer=customer_id)
        .first()
    )
    if comment is None:
        raise PostNotFound()
    if comment.state not in _LIVE:
        raise WithdrawnAlready()
    uncount(comment, state=State.WITHDRAWN)
    seal(comment, now)
    _close_case(comment=comment, now=now)
    group = comment.placement.group
    event = WordsWithdrawn(
        post_id=comment.placement.post_id, comment_id=comment_id, group_id=group.pk, customer_id=customer_id
    )
    facts.record(event, at=now, branch_id=group.branch_id)


def _close_case(*, post: Post | None = None, comment: Comment | None = None, now: datetime) -> None:
    """Nobody has to decide about what is not there; the case stays, for who looks back."""
    Case.objects.filter(post=post, comment=comment, decided_at=None).update(
        decided_at=now, decision=Decision.HIDE, why="—"
    )
