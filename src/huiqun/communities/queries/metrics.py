"""A group in numbers, from facts and from what stands in it."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from huiqun.communities.rules.health import GroupWeek

ANSWER_HOURS = 24

_WEEK = """
SELECT
 (SELECT members FROM communities_tally WHERE group_id = %(g)s),
 (SELECT count(*) FROM communities_membership m JOIN communities_tally t USING (group_id)
   WHERE m.group_id = %(g)s AND m.state = 'active' AND m.read > m.since
   AND m.read > COALESCE((SELECT min(number) - 1 FROM communities_placement WHERE group_id = %(g)s AND placed_at >= %(from)s), t.head)),
 (SELECT count(DISTINCT c) FROM (
   SELECT customer_id c FROM communities_placement WHERE group_id = %(g)s AND placed_at >= %(from)s AND NOT gone
   UNION ALL SELECT k.customer_id FROM communities_comment k JOIN communities_placement p ON p.id = k.placement_id
   WHERE p.group_id = %(g)s AND k.created_at >= %(from)s AND k.state = 'shown') w WHERE c IS NOT NULL),
 (SELECT count(*) FROM communities_placement WHERE group_id = %(g)s AND placed_at >= %(from)s AND NOT gone),
 (SELECT count(*) FROM communities_comment k JOIN communities_placement p ON p.id = k.placement_id
   WHERE p.group_id = %(g)s AND k.created_at >= %(from)s AND k.state = 'shown'),
 (SELECT count(*) FROM communities_placement p JOIN communities_post q ON q.id = p.post_id
   WHERE p.group_id = %(g)s AND p.placed_at >= %(from)s AND NOT p.gone AND q.kind = 'question'),
 (SELECT count(*) FROM communities_placement p JOIN communities_post q ON q.id = p.post_id
   WHERE p.group_id = %(g)s AND p.placed_at >= %(from)s AND NOT p.gone AND q.kind = 'question'
   AND p.answered_at <= p.placed_at + %(within)s),
 (SELECT count(*) FROM communities_membership WHERE group_id = %(g)s AND joined_at >= %(from)s),
 (SELECT count(*) FROM communities_membership WHERE group_id = %(g)s AND left_at >= %(from)s),
 (SELECT count(*) FROM communities_case WHERE group_id = %(g)s AND decided_at >= %(from)s
   AND decision IN ('hide', 'remove') AND appeal <> 'overturned' AND decided_by_id IS NOT NULL)
"""


def week_of(*, group_id: int, now: datetime, days: int = 7) -> GroupWeek:
    """The last days, seven unless told."""
    values: dict[str, Any] = {
        "g": group_id,
        "from": now - timedelta(days=days),
        "within": timedelta(hours=ANSWER_HOURS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WEEK, values)
        row = cursor.fetchone()
    names = [field.name for field in fields(GroupWeek)]
    return GroupWeek(**dict(zip(names, (int(each or 0) for each in row), strict=True)))


@dataclass(frozen=True, kw_only=True)
class Answering:
    """Questions of the last thirty days, and how fast the bank answered: half of them within ``median_minutes``."""

    questions: int
    answered: int
    waiting: int
    median_minutes: int | None


def answering(*, group_id: int, now: datetime) -> Answering:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(p.answered_at), percentile_disc(0.5) WITHIN GROUP"
            " (ORDER BY EXTRACT(EPOCH FROM p.answered_at - p.placed_at)) FILTER (WHERE p.answered_at IS NOT NULL)"
            " FROM communities_placement p JOIN communities_post q ON q.id = p.post_id"
            " WHERE p.group_id = %s AND q.kind = 'question' AND NOT p.gone AND p.placed_at >= %s",
            [group_id, now - timedelta(days=30)],
        )
        asked, answered, median = cursor.fetchone()
    return Answering(
        questions=asked,
        answered=answered,
        waiting=asked - answered,
        median_minutes=None if median is None else round(float(median) / 60),
    )
