"""How much a person has not seen: a difference of numbers, exact without a row for each member and post.

Of the group's posts after the last-read number, those that are gone and one's own are not counted; nor is a post
that stands in several of a person's groups and was seen in another. The sum counts such a post once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from huiqun.communities.models import Note

_UNREAD = """
WITH mine AS (
  SELECT m.group_id, m.read, m.since, t.head
  FROM communities_membership m JOIN communities_tally t ON t.group_id = m.group_id
  WHERE m.customer_id = %(customer)s AND m.state = 'active'),
twice AS (
  SELECT p.group_id, row_number() OVER (PARTITION BY p.post_id ORDER BY p.group_id) AS nth,
    EXISTS (SELECT FROM communities_placement o JOIN mine x ON x.group_id = o.group_id
            WHERE o.post_id = p.post_id AND o.number > x.since AND o.number <= x.read) AS known
  FROM mine JOIN communities_placement p ON p.group_id = mine.group_id AND p.number > mine.read
  WHERE p.shared AND NOT p.gone),
heard AS (
  SELECT group_id, count(*) FILTER (WHERE known) AS known, count(*) FILTER (WHERE NOT known AND nth > 1) AS again
  FROM twice GROUP BY group_id)
SELECT mine.group_id,
  mine.head - mine.read
  - (SELECT count(*) FROM communities_placement p
     WHERE p.group_id = mine.group_id AND p.gone AND p.number > mine.read)
  - (SELECT count(*) FROM communities_placement p
     WHERE p.customer_id = %(customer)s AND p.group_id = mine.group_id AND p.number > mine.read AND NOT p.gone)
  - COALESCE(heard.known, 0),
  COALESCE(heard.again, 0)
FROM mine LEFT JOIN heard ON heard.group_id = mine.group_id
"""


@dataclass(frozen=True)
class Unread:
    """``total`` counts what stands in several groups once."""

    by_group: dict[int, int]
    total: int


def unread_of(*, customer_id: int) -> Unread:
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, {"customer": customer_id})
        rows: Iterable[tuple[int, int, int]] = cursor.fetchall()
    by_group = {group: count for group, count, _again in rows}
    return Unread(by_group, sum(by_group.values()) - sum(again for _group, _count, again in rows))


def unread_notes(*, customer_id: int) -> int:
    return int(Note.objects.filter(customer_id=customer_id, read_at__isnull=True).count())
