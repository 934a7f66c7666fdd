"""What the clock does: health, what lapsed, what is kept no longer."""

from datetime import datetime
from typing import Any

from django.db import transaction

from huiqun.communities.actions.noting import forget_notes
from huiqun.communities.actions.pacing import forget_paces
from huiqun.communities.actions.placing import take_off
from huiqun.communities.events import MaterialRecalled, SealedWordsPurged
from huiqun.communities.models import Comment, Group, Post
from huiqun.communities.queries.metrics import week_of
from huiqun.communities.rules.health import parts, score
from huiqun.communities.rules.kinds import State
from huiqun.compliance import queries as compliance
from huiqun.foundation import facts
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal

BATCH = 500


def recall_material(*, subject: str, now: datetime) -> int:
    """Hide what is said in words that may no longer be sent; how many posts. Safe to repeat."""
    posts = Post.objects.filter(material=subject, state=State.SHOWN).values_list("pk", flat=True)
    return sum(_recall(post_id, now) for post_id in posts)


@transaction.atomic
def _recall(post_id: int, now: datetime) -> bool:
    post = Post.objects.select_for_update(of=("self",)).select_related("home").get(pk=post_id)
    if post.state != State.SHOWN or _may_be_said(post, now):
        return False
    take_off(post, state=State.HIDDEN)
    event = MaterialRecalled(post_id=post_id, group_id=post.home_id, material=post.material)
    facts.record(event, at=now, branch_id=post.home.branch_id)
    return True


def _may_be_said(post: Post, now: datetime) -> bool:
    try:
        compliance.send_permit(subject=post.material, digest=post.material_digest, now=now)
    except Refusal:
        return False
    return True


def recall_lapsed(*, now: datetime) -> int:
    """The same for all that stands anywhere: licences expire without a word."""
    subjects = Post.objects.filter(state=State.SHOWN).exclude(material="").values_list("material", flat=True)
    return sum(recall_material(subject=subject, now=now) for subject in sorted(set(subjects)))


def look_at_health(*, now: datetime) -> int:
    """Each open group's points over the last seven days; how many groups."""
    groups = list(Group.objects.filter(closed_at__isnull=True).values_list("pk", flat=True))
    for group_id in groups:
        week = week_of(group_id=group_id, now=now)
        health: dict[str, Any] = {"score": score(week), "parts": parts(week), "at": now.isoformat()}
        Group.objects.filter(pk=group_id).update(health=health)
    return len(groups)


@transaction.atomic
def purge_sealed(*, now: datetime) -> int:
    """Delete what was taken away and whose time is over; how many texts."""
    today = local_date(now)
    counts = []
    models: tuple[Any, ...] = (Post, Comment)
    for model in models:
        ids = model.objects.filter(sealed__isnull=False, sealed_until__lt=today).values("pk")[:BATCH]
        counts.append(model.objects.filter(pk__in=ids).update(sealed=None, sealed_until=None))
    if any(counts):
        facts.record(SealedWordsPurged(posts=counts[0], comments=counts[1]), at=now)
    return sum(counts)


def forget(*, now: datetime) -> int:
    return forget_paces(now=now) + forget_notes(now=now)
