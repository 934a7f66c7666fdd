"""What nights do: points expire, days are closed, the ledger is proved; and adjustments by two people."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from huiqun.benefits import actions
from huiqun.benefits.models import PointsAdjustment, PointsCheck, PointsDay, PointsLot, PointsMovement
from huiqun.benefits.queries.points_verify import prove_ledger
from huiqun.benefits.rules.points_refusals import (
    AdjustmentDecided,
    AdjustmentNotFound,
    AdjustmentOwn,
    AdjustmentReasonMissing,
    AmountWrong,
    NotEnoughPoints,
)
from huiqun.customers import actions as customers
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from huiqun.lib.refusal import NotFound
from tests.benefits.test_points import JUNE, accounts, lots_of
from tests.makers.customers import make_customer
from tests.settling import wait_until_settled

TODAY = date(2026, 11, 20)


def last_fact(kind: str) -> dict[str, Any]:
    body: dict[str, Any] = Fact.objects.filter(kind=f"benefits.{kind}").latest("id").body
    return body


@pytest.mark.django_db
class TestExpiring:
    def test_points_go_the_night_after_their_last_day(self, north: Any, now: datetime) -> None:
        people = [make_customer(branch=north) for _ in range(5)]
        for person in people:
            actions.give_points(
                customer_id=person.pk, points=10, source=f"a{person.pk}", now=now, expires_on=TODAY
            )
            actions.give_points(
                customer_id=person.pk, points=7, source=f"b{person.pk}", now=now, expires_on=JUNE
            )
        actions.spend_points(customer_id=people[0].pk, points=4, source="s", now=now)
        assert actions.expire_points(clock=lambda: now, batch=2) == 0
        tomorrow = now + timedelta(days=1)
        assert actions.expire_points(clock=lambda: tomorrow, batch=2) == 46
        assert actions.expire_points(clock=lambda: tomorrow, batch=2) == 0
        assert accounts() == {"customer": 35, "issued": -85, "spent.other": 4, "expired": 46}
        assert [lots_of(person) for person in people] == [{JUNE: 7}] * 5
        assert last_fact("PointsExpired") == {"today": "2026-11-21", "lots": 5, "points": 46}
        assert prove_ledger(now=tomorrow).is_whole

    def test_what_comes_back_too_late_expires_the_next_night(self, north: Any, now: datetime) -> None:
        person, tomorrow = make_customer(branch=north), now + timedelta(days=1)
        actions.give_points(customer_id=person.pk, points=10, source="a", now=now, expires_on=TODAY)
        actions.spend_points(customer_id=person.pk, points=6, source="s", now=now)
        assert actions.expire_points(clock=lambda: tomorrow) == 4
        actions.refund_points(of="s", source="r", now=tomorrow)
        with pytest.raises(NotEnoughPoints):
            actions.spend_points(customer_id=person.pk, points=1, source="t", now=tomorrow)
        assert actions.expire_points(clock=lambda: tomorrow + timedelta(days=1)) == 6
        assert (lots_of(person), prove_ledger(now=tomorrow).is_whole) == ({}, True)


@pytest.mark.django_db
class TestClosing:
    def test_sums_days_that_are_over(self, north: Any, now: datetime) -> None:
        person, tomorrow = make_customer(branch=north), now + timedelta(days=1)
        actions.give_points(customer_id=person.pk, points=10, source="a", now=now)
        actions.spend_points(customer_id=person.pk, points=4, source="s", on="gift", now=now)
        actions.give_points(customer_id=person.pk, points=1, source="b", now=tomorrow)
        actions.close_points_days(now=tomorrow)
        rows = PointsDay.objects.order_by("account", "kind").values_list(
            "day", "account", "kind", "points", "movements"
        )
        assert list(rows) == [
            (TODAY, "customer", "give", 10, 1),
            (TODAY, "customer", "spend", -4, 1),
            (TODAY, "issued", "give", -10, 1),
            (TODAY, "spent.gift", "spend", 4, 1),
        ]
        # Whoever began before midnight may commit after it.
        actions.give_points(customer_id=person.pk, points=5, source="late", now=now)
        actions.close_points_days(now=tomorrow)
        assert PointsDay.objects.get(account="customer", kind="give").points == 15


@pytest.mark.django_db
class TestProving:
    def test_a_whole_ledger_leaves_a_row_and_a_fact(self, north: Any, now: datetime) -> None:
        person = make_customer(branch=north)
        actions.give_points(customer_id=person.pk, points=10, source="a", now=now)
        assert actions.check_ledger(now=now).is_whole
        check = PointsCheck.objects.get()
        assert (check.movements, check.lots, check.owed, check.is_whole) == (1, 1, 10, True)
        assert last_fact("PointsLedgerChecked") == {"movements": 1, "lots": 1, "owed": 10, "problems": 0}

    @pytest.mark.parametrize(
        ("tampering", "proof"),
        [
            ("UPDATE benefits_pointslot SET remaining = remaining + 1", "lots"),
            ("DELETE FROM benefits_pointslot", "lots"),
            ("UPDATE benefits_pointsline SET points = points + 1 WHERE account = 'issued'", "balance"),
            ("UPDATE benefits_pointsmovement SET points = 11 WHERE source = 'a'", "balance"),
            ("UPDATE benefits_pointsline SET movement_id = 0 WHERE account = 'issued'", "strays"),
            ("UPDATE benefits_pointsmovement SET points = 40 WHERE kind = 'refund'", "refunds"),
            ("UPDATE benefits_pointsday SET points = 0", "days"),
        ],
    )
    def test_says_what_was_tampered_with(self, tampering: str, proof: str, north: Any, now: datetime) -> None:
        """By somebody who can switch triggers off."""
        person = make_customer(branch=north)
        before = now - timedelta(days=3)
        actions.give_points(customer_id=person.pk, points=10, source="a", now=before)
        actions.spend_points(customer_id=person.pk, points=4, source="s", now=now - timedelta(days=1))
        actions.refund_points(of="s", source="r", now=now)
        actions.close_points_days(now=now)
        assert prove_ledger(now=now).is_whole
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(tampering)
        found = actions.check_ledger(now=now)
        assert proof in {problem.proof for problem in found.problems}
        assert not PointsCheck.objects.get().is_whole
        assert last_fact("PointsLedgerChecked")["problems"] == len(found.problems)


@pytest.mark.django_db
class TestAdjusting:
    def test_one_asks_and_another_books(
        self, north: Any, service_desk: Any, head_marketer: Any, now: datetime
    ) -> None:
        person = make_customer(branch=north)
        asked = actions.ask_adjustment(
            customer_id=person.pk, points=30, reason="系统漏记积分", by=service_desk, now=now, expires_on=JUNE
        )
        assert not PointsLot.objects.exists()
        with pytest.raises(AdjustmentOwn):
            actions.book_adjustment(adjustment_id=asked, by=service_desk, now=now)
        actions.book_adjustment(adjustment_id=asked, by=head_marketer, now=now)
        assert (lots_of(person), accounts()) == ({JUNE: 30}, {"customer": 30, "adjusted": -30})
        with pytest.raises(AdjustmentDecided):
            actions.book_adjustment(adjustment_id=asked, by=head_marketer, now=now)
        less = actions.ask_adjustment(
            customer_id=person.pk, points=-12, reason="重复入账更正", by=service_desk, now=now
        )
        actions.book_adjustment(adjustment_id=less, by=head_marketer, now=now)
        assert (lots_of(person), accounts()) == ({JUNE: 18}, {"customer": 18, "adjusted": -18})

    def test_takes_no_more_than_there_is(
        self, north: Any, service_desk: Any, head_marketer: Any, now: datetime
    ) -> None:
        person = make_customer(branch=north)
        asked = actions.ask_adjustment(
            customer_id=person.pk, points=-1, reason="重复入账更正", by=service_desk, now=now
        )
        with pytest.raises(NotEnoughPoints):
            actions.book_adjustment(adjustment_id=asked, by=head_marketer, now=now)
        assert PointsAdjustment.objects.get().state == "asked"
        assert not PointsMovement.objects.exists()

    def test_declines_with_an_answer(
        self, north: Any, service_desk: Any, head_marketer: Any, now: datetime
    ) -> None:
        person = make_customer(branch=north)
        asked = actions.ask_adjustment(
            customer_id=person.pk, points=5, reason="客户投诉补偿", by=service_desk, now=now
        )
        with pytest.raises(AdjustmentReasonMissing):
            actions.decline_adjustment(adjustment_id=asked, answer=" ", by=head_marketer, now=now)
        actions.decline_adjustment(adjustment_id=asked, answer="没有依据,不予调整", by=head_marketer, now=now)
        with pytest.raises(AdjustmentDecided):
            actions.book_adjustment(adjustment_id=asked, by=head_marketer, now=now)

    def test_refuses_what_makes_no_sense(
        self, north: Any, south: Any, service_desk: Any, stranger: Any, now: datetime
    ) -> None:
        person, foreign = make_customer(branch=north), make_customer(branch=south)
        for points in (0, 10**9 + 1, -(10**9) - 1):
            with pytest.raises(AmountWrong):
                actions.ask_adjustment(
                    customer_id=person.pk, points=points, reason="原因说明", by=service_desk, now=now
                )
        with pytest.raises(AdjustmentReasonMissing):
            actions.ask_adjustment(customer_id=person.pk, points=1, reason="错", by=service_desk, now=now)
        with pytest.raises(NotFound):
            actions.ask_adjustment(
                customer_id=foreign.pk, points=1, reason="系统漏记积分", by=service_desk, now=now
            )
        asked = actions.ask_adjustment(
            customer_id=person.pk, points=1, reason="系统漏记积分", by=service_desk, now=now
        )
        with pytest.raises(AdjustmentNotFound):
            actions.book_adjustment(adjustment_id=asked, by=stranger, now=now)

    def test_the_database_knows_four_eyes(self, north: Any, service_desk: Any, now: datetime) -> None:
        person = make_customer(branch=north)
        asked = actions.ask_adjustment(
            customer_id=person.pk, points=1, reason="系统漏记积分", by=service_desk, now=now
        )
        with pytest.raises(IntegrityError, match="four_eyes"):
            PointsAdjustment.objects.filter(pk=asked).update(decided_by=service_desk)


@pytest.mark.django_db(transaction=True)
def test_erasing_a_customer_ends_what_the_bank_owes(
    north: Any, service_desk: Any, compliance_reviewer: Any, now: datetime
) -> None:
    person, other = make_customer(branch=north), make_customer(branch=north)
    for each in (person, other):
        actions.give_points(customer_id=each.pk, points=10, source=f"a{each.pk}", now=now)
    asked = customers.ask_erasure(customer_id=person.pk, ground="asked", by=service_desk, now=now)
    customers.erase_customer(erasure_id=asked.pk, by=compliance_reviewer, now=now)
    wait_until_settled()
    jobs.run_pending()
    assert (sum(lots_of(person).values()), sum(lots_of(other).values())) == (0, 10)
    assert PointsMovement.objects.get(kind="expire").customer_id == person.pk, "the books stay"
    assert prove_ledger(now=now).is_whole
