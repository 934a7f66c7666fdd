"""Searching one's own groups. What is frequent is found among the newest; what is rare, by the index."""

from django.db import connection

from huiqun.communities.models import Placement
from huiqun.communities.queries.feed import Item, items_of
from huiqun.communities.rules.search import SHARED, asked_grams

MOST = 20
NEWEST = 400
"""Of each group, looked through before the index is asked."""

_NEW = """
SELECT p.id, p.post_id FROM communities_membership m
CROSS JOIN LATERAL (SELECT id, post_id, placed_at FROM communities_placement
   WHERE group_id = m.group_id AND NOT gone ORDER BY number DESC LIMIT %(newest)s) p
JOIN communities_post q ON q.id = p.post_id AND q.grams @> %(grams)s::varchar[]
WHERE m.customer_id = %(customer)s AND m.state = 'active'
ORDER BY p.placed_at DESC, p.id DESC LIMIT %(most)s
"""
_ALL = """
WITH places AS (
  SELECT '@' || group_id AS place FROM communities_membership WHERE customer_id = %(customer)s AND state = 'active'
  UNION ALL SELECT %(shared)s),
fitting AS MATERIALIZED (
  SELECT q.id FROM places CROSS JOIN LATERAL (
    SELECT id FROM communities_post WHERE grams @> (%(grams)s::varchar[] || place::varchar) AND state = 'shown'
    LIMIT %(enough)s) q)
SELECT p.id, p.post_id FROM fitting q
JOIN communities_placement p ON p.post_id = q.id AND NOT p.gone
JOIN communities_membership m ON m.group_id = p.group_id AND m.customer_id = %(customer)s AND m.state = 'active'
ORDER BY p.placed_at DESC, p.id DESC LIMIT %(most)s
"""
ENOUGH = 20_000


def search(*, customer_id: int, words: str) -> list[Item]:
    """The newest posts of one's groups that have all that was typed; each once. :raises SearchTooShort"""
    asked = {
        "customer": customer_id,
        "grams": asked_grams(words),
        "newest": NEWEST,
        "most": MOST * 2,
        "enough": ENOUGH,
        "shared": SHARED,
    }
    found = _once(_NEW, asked)
    if len(found) < MOST:
        found |= {post: place for post, place in _once(_ALL, asked).items() if post not in found}
    places = list(found.values())[:MOST]
    rows = {
        row.pk: row
        for row in Placement.objects.filter(pk__in=places)
        .select_related("post", "group")
        .defer("post__grams")
    }
    return items_of([rows[pk] for pk in places if pk in rows], customer_id)


def _once(sql: str, asked: dict[str, object]) -> dict[int, int]:
    """Placement by post, the newest first."""
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)  # type: ignore[arg-type]
        for place, post in cursor.fetchall():
            found.setdefault(post, place)
    return found
