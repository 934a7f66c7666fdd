"""Many at once, in any order: no balance below zero, nothing lost, and lots are always the sum of their lines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiqun.benefits import actions
from huiqun.benefits.models import PointsLot, PointsMovement
from huiqun.benefits.queries.points_verify import prove_ledger
from huiqun.benefits.rules.points_refusals import NotEnoughPoints, NothingSpent
from huiqun.lib.refusal import Refusal
from tests.benefits.test_points import lots_by_lines, lots_of
from tests.makers.customers import make_customer

THREADS = 64


def crowd(calls: list[Callable[[], Any]]) -> list[Any]:
    """Everybody at the same moment, each over a connection of their own; refusals are answers."""
    start = Barrier(len(calls))

    def enter(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(enter, calls))


@pytest.mark.django_db(transaction=True)
class TestCrowd:
    def test_a_balance_is_spent_once(self, north: Any, now: datetime) -> None:
        """Sixty-four pay 7 each out of 100 in four lots: fourteen can."""
        customer = make_customer(branch=north)
        for place, month in enumerate((1, 2, 3, 4)):
            actions.give_points(
                customer_id=customer.pk,
                points=25,
                source=f"g{place}",
                now=now,
                expires_on=date(2027, month, 28),
            )

        def pay(place: int) -> Callable[[], Any]:
            return lambda: actions.spend_points(
                customer_id=customer.pk, points=7, source=f"s{place}", now=now
            )

        answers = crowd([pay(place) for place in range(THREADS)])
        assert sum(isinstance(answer, actions.Moved) for answer in answers) == 14
        assert sum(isinstance(answer, NotEnoughPoints) for answer in answers) == THREADS - 14
        assert sum(lots_of(customer).values()) == 2
        assert lots_of(customer) == lots_by_lines(customer)
        assert prove_ledger(now=now).is_whole

    def test_one_thing_is_paid_for_once(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=100, source="g", now=now)
        answers = crowd(
            [lambda: actions.spend_points(customer_id=customer.pk, points=60, source="claim:1", now=now)] * 16
        )
        assert len({answer.movement_id for answer in answers}) == 1
        assert sum(answer.is_new for answer in answers) == 1
        assert sum(lots_of(customer).values()) == 40

    def test_one_spending_is_given_back_once(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=100, source="g", now=now)
        actions.spend_points(customer_id=customer.pk, points=60, source="s", now=now)
        answers = crowd(
            [
                lambda place=place: actions.refund_points(of="s", source=f"r{place}", now=now)
                for place in range(16)
            ]  # type: ignore[misc]
        )
        assert sum(isinstance(answer, actions.Moved) for answer in answers) == 1
        assert sum(isinstance(answer, NothingSpent) for answer in answers) == 15
        assert sum(lots_of(customer).values()) == 100

    def test_giving_spending_and_expiring_at_once(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        actions.give_points(
            customer_id=customer.pk, points=500, source="old", now=now, expires_on=date(2026, 11, 20)
        )
        later = now + timedelta(days=1)
        give = [
            lambda place=place: actions.give_points(
                customer_id=customer.pk, points=10, source=f"g{place}", now=now
            )  # type: ignore[misc]
            for place in range(20)
        ]
        pay = [
            lambda place=place: actions.spend_points(
                customer_id=customer.pk, points=30, source=f"s{place}", now=now
            )  # type: ignore[misc]
            for place in range(20)
        ]
        expire = [lambda: actions.expire_points(clock=lambda: later)] * 4
        crowd([*give, *pay, *expire])
        assert prove_ledger(now=later).is_whole
        given = 500 + 20 * 10
        spent = -sum(PointsMovement.objects.filter(kind="spend").values_list("points", flat=True))
        expired = -sum(PointsMovement.objects.filter(kind="expire").values_list("points", flat=True))
        assert sum(lots_of(customer).values()) == given - spent - expired


STEP = st.one_of(
    st.tuples(st.just("give"), st.integers(1, 50), st.integers(0, 40)),
    st.tuples(st.just("spend"), st.integers(1, 60), st.just(0)),
    st.tuples(st.just("refund"), st.integers(0, 8), st.integers(0, 30)),
    st.tuples(st.just("adjust"), st.integers(-40, -1), st.just(0)),
    st.tuples(st.just("day"), st.integers(1, 20), st.just(0)),
    st.tuples(st.just("expire"), st.just(0), st.just(0)),
)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=25))
def test_whatever_happens_lots_are_the_sum_of_their_lines(
    steps: list[tuple[str, int, int]], north: Any, marketer: Any, head_marketer: Any, now: datetime
) -> None:
    with transaction.atomic():
        customer, moment = make_customer(branch=north), now
        expected, spent = 0, []
        for place, (what, number, other) in enumerate(steps):
            source = f"{what}{place}"
            try:
                if what == "give":
                    day = moment.date() + timedelta(days=other)
                    actions.give_points(
                        customer_id=customer.pk, points=number, source=source, now=moment, expires_on=day
                    )
                    expected += number
                elif what == "spend":
                    actions.spend_points(customer_id=customer.pk, points=number, source=source, now=moment)
                    spent.append(source)
                    expected -= number
                elif what == "refund" and spent:
                    back = actions.refund_points(
                        of=spent[number % len(spent)], source=source, points=other or None, now=moment
                    )
                    expected += back.points
                elif what == "adjust":
                    asked = actions.ask_adjustment(
                        customer_id=customer.pk, points=number, reason="重复入账更正", by=marketer, now=moment
                    )
                    actions.book_adjustment(adjustment_id=asked, by=head_marketer, now=moment)
                    expected += number
                elif what == "day":
                    moment += timedelta(days=number)
                elif what == "expire":
                    expected -= actions.expire_points(clock=lambda at=moment: at, batch=2)  # type: ignore[misc]
            except Refusal:
                pass
            kept = {day: points for day, points in lots_of(customer).items() if points}
            assert kept == {day: points for day, points in lots_by_lines(customer).items() if points}
            assert all(points >= 0 for points in kept.values())
            assert sum(kept.values()) == expected
        assert prove_ledger(now=moment).is_whole
        transaction.set_rollback(True)
    assert not PointsLot.objects.exists()
