"""Putting a post into its groups, taking it off, and putting it back: one row for each group, none for a member."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from huiqun.communities.live.telling import tell_groups
from huiqun.communities.models import Placement, Post
from huiqun.communities.rules.kinds import State

_LOCK = """
SELECT t.group_id FROM communities_tally t JOIN communities_group g ON g.id = t.group_id
WHERE t.group_id = ANY(%s) AND g.closed_at IS NULL ORDER BY t.group_id FOR UPDATE OF t
"""
_PLACE = """
WITH numbered AS (
  UPDATE communities_tally SET head = head + 1 WHERE group_id = ANY(%(groups)s) RETURNING group_id, head)
INSERT INTO communities_placement
  (group_id, post_id, number, customer_id, topic, shared, gone, placed_at, comments, likes, useful, thanks)
SELECT group_id, %(post)s, head, %(customer)s, %(topic)s, %(shared)s, false, %(now)s, 0, 0, 0, 0
FROM numbered ORDER BY group_id RETURNING id
"""


def place(post: Post, groups: Sequence[int], *, now: datetime) -> list[int]:
    """Publish the post in these groups, as far as they are open, under their locks in key order; the placements.

    Placed once: what was published before is not placed again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(set(groups))])
        open_groups = [row[0] for row in cursor.fetchall()]
        values: dict[str, Any] = {
            "groups": open_groups,
            "post": post.pk,
            "customer": post.customer_id,
            "topic": post.topic,
            "shared": len(open_groups) > 1,
            "now": now,
        }
        cursor.execute(_PLACE, values)
        placed = [row[0] for row in cursor.fetchall()]
    post.state, post.published_at, post.targets = State.SHOWN, now, open_groups
    post.save(update_fields=("state", "published_at", "targets"))
    tell_groups(open_groups)
    return placed


def take_off(post: Post, *, state: str) -> list[int]:
    """Nobody reads it from now on, and nobody's unread count has it; the groups it stood in."""
    rows = Placement.objects.filter(post=post, gone=False)
    groups = list(rows.values_list("group_id", flat=True))
    rows.update(gone=True, pinned_at=None)
    post.state = state
    post.save(update_fields=("state",))
    tell_groups(groups)
    return groups


def put_back(post: Post, *, now: datetime) -> None:
    """Show it again where it stood, or for the first time where it was meant to stand."""
    rows = Placement.objects.filter(post=post)
    if not rows.exists():
        place(post, post.targets, now=now)
        return
    rows.update(gone=False)
    post.state = State.SHOWN
    post.save(update_fields=("state",))
    tell_groups(post.targets)
