"""Telling of a change after its commit. A telling that is lost costs only time: pages ask again by themselves.

The notification is a transaction of its own: PostgreSQL lets commits that notify go one at a time, and posting shall
not wait in that line.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import DatabaseError, connection, transaction

CHANNEL = "huiqun_communities"
MOST_GROUPS = 400
"""Of one notification; PostgreSQL takes less than 8,000 bytes."""

_log = logging.getLogger(__name__)


def tell_groups(groups: Iterable[int]) -> None:
    """That these groups have something new."""
    ids = sorted(set(groups))
    for start in range(0, len(ids), MOST_GROUPS):
        transaction.on_commit(partial(_notify, {"g": ids[start : start + MOST_GROUPS]}))


def tell_placement(*, group_id: int, placement_id: int) -> None:
    """That the numbers under one post have changed."""
    transaction.on_commit(partial(_notify, {"g": [group_id], "p": placement_id}))


def _notify(body: dict[str, int | Sequence[int]]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(body, separators=(",", ":"))])
    except DatabaseError:
        _log.warning("a live change could not be told")
