"""Watching live traffic: minutes counted once, compared with the same minutes of earlier days."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min
from django.urls import reverse

from huiqun.foundation import facts, notices
from huiqun.foundation.models import Branch, Fact
from huiqun.risk.actions.cases import officers_over
from huiqun.risk.events import TrafficUnusual
from huiqun.risk.models import Judgement, Traffic
from huiqun.risk.queries.traffic import Watched, watched

MINUTE = timedelta(minutes=1)
CATCH_UP = timedelta(hours=6)
QUIET_AFTER = timedelta(hours=1)
LOCK = 7_310_312
COUNT = """
INSERT INTO risk_traffic (subject, minute, branch_id, claims, challenged, held, refused, people, value_fen)
SELECT subject, date_trunc('minute', at), branch_id, sum(times),
       coalesce(sum(times) FILTER (WHERE outcome = 'challenge'), 0),
       coalesce(sum(times) FILTER (WHERE outcome = 'hold'), 0),
       coalesce(sum(times) FILTER (WHERE outcome = 'refuse'), 0),
       count(DISTINCT customer_id),
       coalesce(sum(value_fen) FILTER (WHERE outcome = 'allow'), 0)
  FROM risk_judgement WHERE at >= %(first)s AND at < %(until)s
 GROUP BY 1, 2, 3
ON CONFLICT (subject, branch_id, minute) DO UPDATE SET
    claims = excluded.claims, challenged = excluded.challenged, held = excluded.held,
    refused = excluded.refused, people = excluded.people, value_fen = excluded.value_fen
"""


@transaction.atomic
def count_traffic(*, now: datetime) -> int:
    """Count the minutes that are over since the last time, the last two once more (claims commit late); how many
    rows. While nothing happens this is one look at an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        until = now.replace(second=0, microsecond=0)
        newest = Traffic.objects.aggregate(last=Max("minute"))["last"]
        first = max(newest - MINUTE, until - CATCH_UP) if newest else _first_claim(until)
        if first is None or not Judgement.objects.filter(at__gte=first, at__lt=until).exists():
            return 0
        cursor.execute(COUNT, {"first": first, "until": until})
        return int(cursor.rowcount)


def _first_claim(until: datetime) -> datetime | None:
    first: datetime | None = Judgement.objects.aggregate(first=Min("at"))["first"]
    return max(first, until - CATCH_UP) if first else None


@transaction.atomic
def tell_unusual_traffic(*, now: datetime) -> int:
    """Tell the officers of campaigns with unusual traffic, once an hour each; how many were new."""
    told = Fact.objects.filter(kind=TrafficUnusual.kind(), at__gt=now - QUIET_AFTER)
    known = {body["watched"] for body in told.values_list("body", flat=True)}
    unusual = [each for each in watched(now=now) if each.anomaly.is_unusual and each.subject not in known]
    for each in unusual:
        _tell(each, now)
    return len(unusual)


def _tell(each: Watched, now: datetime) -> None:
    event = TrafficUnusual(
        watched=each.subject,
        seen=each.anomaly.seen,
        expected=round(each.anomaly.expected),
        days=each.anomaly.days,
    )
    fact_id = facts.record(event, at=now, branch_id=each.branch_id)
    notices.tell(
        TrafficUnusual.kind(),
        fact_id,
        to=officers_over(Branch.objects.get(pk=each.branch_id)),
        values={"subject": each.subject, "seen": event.seen, "expected": event.expected},
        link=reverse("risk:watch_board"),
        at=now,
    )
