"""Counting how often a person does something; one statement counts or refuses."""

from datetime import datetime, timedelta

from django.db import connection

from huiqun.communities.models import Pace
from huiqun.communities.rules.pace import windows
from huiqun.communities.rules.refusals import TooFast

KEPT = timedelta(days=2)

_SPEND = """
INSERT INTO communities_pace (customer_id, what, begins_at, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (customer_id, what, begins_at) DO UPDATE SET count = communities_pace.count + 1
WHERE communities_pace.count < %s RETURNING count
"""


def spend(*, customer_id: int, what: str, new: bool = False, now: datetime) -> None:
    """Count one; of two at once the later one waits and counts after the other. :raises TooFast"""
    with connection.cursor() as cursor:
        for name, begins_at, most in windows(what, new=new, now=now):
            cursor.execute(_SPEND, [customer_id, name, begins_at, most])
            if cursor.fetchone() is None:
                raise TooFast()


def forget_paces(*, now: datetime) -> int:
    return int(Pace.objects.filter(begins_at__lt=now - KEPT).delete()[0])
