"""Nights of earning: each rule, day by day, from what the bank's systems have delivered."""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import F
from pyarrow import csv

from huiqun.benefits.actions.points_posting import Posted, post_given
from huiqun.benefits.events import PointsEarned
from huiqun.benefits.models import EarningDay, EarningRule
from huiqun.benefits.queries.earning_lake import Due, days_with_rows, due_on
from huiqun.benefits.rules.earning import EarningState, days_to_run
from huiqun.benefits.rules.points import MOST_POINTS, MovementKind, expiry_of
from huiqun.foundation import facts
from huiqun.foundation.models import Branch
from huiqun.lib.days import local_date

BATCH = 20_000
STAGE = "CREATE TEMPORARY TABLE benefits_due (place bigint PRIMARY KEY, customer_id bigint, points bigint)"
LOCK = "SELECT pg_advisory_xact_lock(hashtext('benefits.earning'), %s)"
# What was given for the day before is taken off, and no month goes beyond its cap: whoever runs the day again gives the
# difference, which is nothing when no transaction came late. The source names the sum that a customer has then, so that
# even two runs that saw the same would meet there.
FRESH = """
SELECT customer_id, points, %(mark)s || customer_id || ':' || before + points AS source, '' AS title,
       %(expires_on)s::date AS expires_on, %(rule_id)s::bigint AS rule_id, %(for_day)s::date AS for_day
FROM (
    SELECT due.customer_id, coalesce(had.of_day, 0) AS before,
           least(due.points - coalesce(had.of_day, 0), %(cap_month)s - coalesce(had.of_month, 0))::bigint AS points
    FROM benefits_due due LEFT JOIN (
        SELECT customer_id, sum(points) FILTER (WHERE for_day = %(for_day)s) AS of_day, sum(points) AS of_month
        FROM benefits_pointsmovement
        WHERE rule_id = %(rule_id)s AND for_day BETWEEN %(month_first)s AND %(month_last)s
          AND customer_id BETWEEN %(least)s AND %(most)s
        GROUP BY customer_id
    ) had USING (customer_id)
    WHERE due.place >= %(from)s AND due.place < %(until)s
) fresh WHERE points > 0
"""


def earn_points(*, clock: Callable[[], datetime], batch: int = BATCH) -> int:
    """Run every rule in force over the days that are over and not yet run, or run before something came late; how many
    points were given. It may die at any moment: what was booked is not booked again."""
    rules = EarningRule.objects.filter(state__in=(EarningState.IN_FORCE, EarningState.ENDED)).order_by("id")
    return sum(earn_by(rule=rule, clock=clock, batch=batch) for rule in rules)


def earn_by(*, rule: EarningRule, clock: Callable[[], datetime], batch: int = BATCH) -> int:
    terms, branch_ids = rule.as_terms, _branch_ids(rule)
    last = min(terms.last_date, rule.ended_on or terms.last_date)
    days = days_to_run(first=terms.first_date, last=last, today=local_date(clock()))
    if not days:
        return 0
    given = 0
    for day in sorted(days_with_rows(terms=terms, first=days[0], last=days[-1])):
        due = due_on(terms=terms, day=day, branch_ids=branch_ids)
        if not EarningDay.objects.filter(rule=rule, day=day, digest=due.digest).exists():
            given += _earn_day(rule=rule, day=day, due=due, clock=clock, batch=batch)
    return given


def _earn_day(*, rule: EarningRule, day: date, due: Due, clock: Callable[[], datetime], batch: int) -> int:
    """In batches of a transaction each; the digest is kept when all are done."""
    EarningDay.objects.get_or_create(
        rule=rule, day=day, defaults={"lake_version": due.lake_version, "run_at": clock()}
    )
    stage_due(due.rows)
    ids = due.rows.column("customer_id").to_pylist()
    bounds = [*range(0, len(ids), batch), len(ids)]
    posted = [_post_batch(rule=rule, day=day, span=span, ids=ids, now=clock()) for span in pairwise(bounds)]
    customers, points = sum(each.movements for each in posted), sum(each.points for each in posted)
    _close_day(rule=rule, day=day, due=due, customers=customers, points=points, now=clock())
    return points


def stage_due(rows: pa.Table) -> None:
    """Lay out who has earned what for the statements that follow on this connection."""
    numbered = rows.append_column("place", pa.array(range(rows.num_rows), pa.int64()))
    file = io.BytesIO()
    csv.write_csv(
        numbered.select(["place", "customer_id", "points"]), file, csv.WriteOptions(include_header=False)
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.benefits_due")
        cursor.execute(STAGE)
        with cursor.copy("COPY benefits_due FROM STDIN (FORMAT csv)") as copy:
            copy.write(file.getbuffer())
        cursor.execute("ANALYZE benefits_due")


@transaction.atomic
def _post_batch(
    *, rule: EarningRule, day: date, span: tuple[int, int], ids: Sequence[int], now: datetime
) -> Posted:
    """Runs of one rule at once wait for each other here, and see what the other has given."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [rule.pk])
    month_first, month_last = _month(day)
    posted = post_given(
        given=FRESH,
        kind=MovementKind.EARN,
        now=now,
        rule_id=rule.pk,
        for_day=day,
        mark=f"earn:{rule.pk}:{day.isoformat()}:",
        expires_on=expiry_of(local_date(now), months=rule.keeps_months),
        cap_month=rule.cap_month or 31 * MOST_POINTS,
        month_first=month_first,
        month_last=month_last,
        least=ids[span[0]],
        most=ids[span[1] - 1],
        **{"from": span[0], "until": span[1]},
    )
    EarningDay.objects.filter(rule=rule, day=day).update(
        points=F("points") + posted.points, customers=F("customers") + posted.movements
    )
    return posted


@transaction.atomic
def _close_day(*, rule: EarningRule, day: date, due: Due, customers: int, points: int, now: datetime) -> None:
    EarningDay.objects.filter(rule=rule, day=day).update(
        digest=due.digest, lake_version=due.lake_version, run_at=now
    )
    if points:
        event = PointsEarned(
            rule_id=rule.pk,
            day=day.isoformat(),
            customers=customers,
            points=points,
            lake_version=due.lake_version,
            digest=due.digest,
        )
        facts.record(event, at=now, branch_id=rule.branch_id)


def _branch_ids(rule: EarningRule) -> list[int] | None:
    """A rule of the head office is for all customers."""
    path = Branch.objects.get(pk=rule.branch_id).path
    if path.count(".") == 1:
        return None
    return list(Branch.objects.filter(path__startswith=path).values_list("pk", flat=True))


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
