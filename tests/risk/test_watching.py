"""Minutes are counted once, and told when they are unlike the same minutes of other days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiqun.customers import actions as customers
from huiqun.foundation import lake
from huiqun.foundation.models import Fact, Notice
from huiqun.risk import actions
from huiqun.risk.models import Case, Judgement, Traffic
from huiqun.risk.queries.traffic import news_mark, watched
from tests.makers.customers import make_customer
from tests.makers.risk import make_judgement, make_refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 19)


def usual_days(branch: Any, now: datetime, *, days: int = 7, claims: int = 4) -> None:
    Traffic.objects.bulk_create(
        Traffic(
            subject="campaign:1",
            branch=branch,
            minute=now - timedelta(days=back, minutes=minute),
            claims=claims,
        )
        for back in range(1, days + 1)
        for minute in range(1, 6)
    )


def burst(branch: Any, now: datetime, size: int) -> None:
    customer = make_customer(branch=branch)
    rows = (
        Judgement(
            at=now - timedelta(seconds=90),
            customer=customer,
            branch=branch,
            subject="campaign:1",
            benefit_id=1,
            outcome="allow",
            value_fen=10,
        )
        for _ in range(size)
    )
    Judgement.objects.bulk_create(rows)


def test_minutes_are_counted_once_however_often_it_is_done(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north)
    make_judgement(customer=customer, at=now - timedelta(seconds=70), value_fen=500)
    make_refused(customer=customer, at=now - timedelta(seconds=65), times=3)
    make_judgement(customer=customer, at=now + timedelta(seconds=10))
    for _ in range(3):
        actions.count_traffic(now=now)
    row = Traffic.objects.get()
    assert (row.claims, row.refused, row.people, row.value_fen) == (4, 3, 1, 500)


def test_a_claim_that_committed_late_is_counted_too(north: Any, now: datetime) -> None:
    customer = make_customer(branch=north)
    make_judgement(customer=customer, at=now - timedelta(seconds=50))
    actions.count_traffic(now=now + timedelta(minutes=1))
    make_judgement(customer=customer, at=now - timedelta(seconds=40))
    actions.count_traffic(now=now + timedelta(minutes=2))
    assert Traffic.objects.get().claims == 2


def test_unusual_traffic_is_told_once_an_hour(north: Any, risk_officer: Any, now: datetime) -> None:
    usual_days(north, now)
    burst(north, now, 200)
    actions.count_traffic(now=now)
    assert (actions.tell_unusual_traffic(now=now), actions.tell_unusual_traffic(now=now)) == (1, 0)
    fact = Fact.objects.get(kind="risk.TrafficUnusual")
    assert fact.body == {"watched": "campaign:1", "seen": 200, "expected": 20, "days": 7}
    assert Notice.objects.get(staff=risk_officer).values == {
        "subject": "campaign:1", "seen": 200, "expected": 20,
    }  # fmt: skip


def test_the_usual_is_not_told(north: Any, now: datetime) -> None:
    usual_days(north, now, claims=40)
    burst(north, now, 210)
    actions.count_traffic(now=now)
    assert actions.tell_unusual_traffic(now=now) == 0
    assert [each.anomaly.expected for each in watched(now=now)] == [200.0]


def test_a_new_campaign_has_nothing_to_compare_with(north: Any, now: datetime) -> None:
    burst(north, now, 200)
    actions.count_traffic(now=now)
    assert actions.tell_unusual_traffic(now=now) == 0
    (seen,) = watched(now=now)
    assert (seen.anomaly.seen, seen.anomaly.days, seen.minutes[-2]) == (200, 0, 200)


def test_branches_see_their_own_traffic(north: Any, stranger: Any, marketer: Any, now: datetime) -> None:
    burst(north, now, 5)
    actions.count_traffic(now=now)
    assert [each.subject for each in watched(now=now, staff=marketer)] == ["campaign:1"]
    assert watched(now=now, staff=stranger) == []


def test_polling_asks_little_and_changes_with_the_news(north: Any, risk_officer: Any, now: datetime) -> None:
    before = news_mark(risk_officer)
    with CaptureQueriesContext(connection) as asked:
        assert news_mark(risk_officer) == before
    assert len(asked) <= 4
    make_judgement(customer=make_customer(branch=north))
    assert news_mark(risk_officer) != before


def transactions(rows: list[tuple[int, str, int, date]]) -> pa.Table:
    schema = lake.DATASETS["transactions"].schema
    return pa.Table.from_pylist(
        [
            {
                "event_id": f"t{number}",
                "at": datetime(day.year, day.month, day.day, 2, tzinfo=UTC),
                "dt": day,
                "customer_id": who,
                "kind": kind,
                "amount_fen": amount,
                "source": "delivered",
            }
            for number, (who, kind, amount, day) in enumerate(rows)
        ],
        schema=schema,
    )


def deliver(rows: list[tuple[int, str, int, date]], now: datetime) -> None:
    customers.export_profiles(now=now)
    lake.stage("transactions", transactions(rows), partition="2026-11")
    lake.publish(now=now)


def test_large_transfers_of_a_day_raise_a_case_once(north: Any, now: datetime) -> None:
    large, small, salary = (make_customer(branch=north).pk for _ in range(3))
    rows = [
        (large, "transfer_out", 30_000_000, DAY),
        (large, "transfer_in", 25_000_000, DAY),
        (small, "transfer_out", 49_999_999, DAY),
        (salary, "salary", 90_000_000, DAY),
    ]
    deliver(rows, now)
    assert (actions.raise_cases(now=now), actions.raise_cases(now=now)) == (1, 0)
    case = Case.objects.get()
    assert (case.kind, case.customer_id, case.branch) == ("large_transfer", large, north)
    assert case.seen == {"day": "2026-11-19", "amount_fen": 55_000_000, "largest_fen": 30_000_000, "count": 2}
    assert Fact.objects.get(kind="risk.CaseRaised").body["case_kind"] == "large_transfer"


def test_many_openings_at_one_branch_raise_a_case_once(north: Any, south: Any, now: datetime) -> None:
    crowd = [make_customer(branch=north).pk for _ in range(40)]
    usual = [make_customer(branch=south).pk for _ in range(3)]
    rows = [(who, "account_opened", 0, DAY) for who in (*crowd, *usual)]
    deliver(rows, now)
    assert (actions.raise_cases(now=now), actions.raise_cases(now=now)) == (1, 0)
    case = Case.objects.get()
    assert (case.kind, case.branch, case.seen["count"], case.seen["days"]) == ("openings", north, 40, 60)


def test_what_is_old_is_forgotten_unless_a_case_needs_it(north: Any, now: datetime) -> None:
    customer, old = make_customer(branch=north), now - timedelta(days=401)
    make_judgement(customer=customer, at=old)
    kept = make_refused(customer=customer, at=old)
    actions.appeal(judgement_id=kept.pk, customer_id=customer.pk, words="请复核", now=old)
    recent = make_judgement(customer=customer, at=now - timedelta(days=399))
    assert actions.forget_judgements(now=now) == 1
    assert set(Judgement.objects.values_list("pk", flat=True)) == {kept.pk, recent.pk}
