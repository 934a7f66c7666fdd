"""Points given, spent and given back: golden examples, repeated sources, wrong amounts, and what the database refuses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from huiqun.benefits import actions
from huiqun.benefits.models import PointsLine, PointsLot, PointsMovement
from huiqun.benefits.rules.points import FOREVER, MOST_POINTS, Lot, expiry_of, give_back, take_first_expiring
from huiqun.benefits.rules.points_refusals import (
    AmountWrong,
    ExpiryPassed,
    NotEnoughPoints,
    NothingSpent,
    SourceTaken,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer

DECEMBER, JANUARY, JUNE = date(2026, 12, 31), date(2027, 1, 31), date(2027, 6, 30)


def lots_of(customer: Any) -> dict[date, int]:
    return dict(PointsLot.objects.filter(customer=customer).values_list("expires_on", "remaining"))


def lots_by_lines(customer: Any) -> dict[date, int]:
    rows = PointsLine.objects.filter(customer=customer, account="customer").values_list("expires_on")
    return dict(rows.annotate(total=Sum("points")))


def accounts() -> dict[str, int]:
    rows = PointsLine.objects.values_list("account").annotate(total=Sum("points"))
    return {account: total for account, total in rows if total}


class TestWhichLot:
    def test_takes_what_expires_first(self) -> None:
        lots = [Lot(expires_on=JUNE, points=100), Lot(expires_on=DECEMBER, points=30)]
        assert take_first_expiring(lots, 50) == (
            Lot(expires_on=DECEMBER, points=30),
            Lot(expires_on=JUNE, points=20),
        )

    def test_says_how_much_there_is_when_it_is_not_enough(self) -> None:
        with pytest.raises(NotEnoughPoints) as refused:
            take_first_expiring([Lot(expires_on=JUNE, points=100)], 101)
        assert refused.value.values == {"points": 101, "balance": 100}

    def test_gives_back_last_what_was_taken_first(self) -> None:
        taken = [Lot(expires_on=DECEMBER, points=30), Lot(expires_on=JUNE, points=20)]
        assert give_back(taken, [], 25) == (
            Lot(expires_on=JUNE, points=20),
            Lot(expires_on=DECEMBER, points=5),
        )
        rest = give_back(taken, [Lot(expires_on=JUNE, points=20), Lot(expires_on=DECEMBER, points=5)], None)
        assert rest == (Lot(expires_on=DECEMBER, points=25),)

    @pytest.mark.parametrize(
        ("day", "months", "expected"),
        [
            (date(2026, 11, 20), 1, DECEMBER),
            (date(2026, 12, 31), 1, JANUARY),
            (date(2024, 1, 31), 1, date(2024, 2, 29)),
            (date(2026, 11, 20), 12, date(2027, 11, 30)),
            (date(9999, 11, 1), 2, FOREVER),
        ],
    )
    def test_a_months_points_expire_together(self, day: date, months: int, expected: date) -> None:
        assert expiry_of(day, months=months) == expected


@pytest.mark.django_db
class TestLedger:
    def test_every_movement_has_two_sides(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=100, source="claim:1", now=now, expires_on=JUNE)
        actions.give_points(
            customer_id=customer.pk, points=30, source="claim:2", now=now, expires_on=DECEMBER
        )
        spent = actions.spend_points(
            customer_id=customer.pk, points=50, source="claim:3", on="ticket", now=now
        )
        assert spent.points == -50
        assert lots_of(customer) == lots_by_lines(customer) == {DECEMBER: 0, JUNE: 80}
        assert accounts() == {"customer": 80, "issued": -130, "spent.ticket": 50}
        kinds = Fact.objects.order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["benefits.PointsGiven", "benefits.PointsGiven", "benefits.PointsSpent"]

    def test_a_refund_goes_back_to_the_lots_it_came_from(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=30, source="a", now=now, expires_on=DECEMBER)
        actions.give_points(customer_id=customer.pk, points=100, source="b", now=now, expires_on=JUNE)
        actions.spend_points(customer_id=customer.pk, points=50, source="claim:3", on="ticket", now=now)
        part = actions.refund_points(of="claim:3", source="refund:1", points=10, now=now)
        assert (part.points, lots_of(customer)) == (10, {DECEMBER: 0, JUNE: 90})
        rest = actions.refund_points(of="claim:3", source="refund:2", now=now)
        assert (rest.points, lots_of(customer)) == (40, {DECEMBER: 30, JUNE: 100})
        assert lots_by_lines(customer) == lots_of(customer)
        assert accounts() == {"customer": 130, "issued": -130}
        with pytest.raises(NothingSpent):
            actions.refund_points(of="claim:3", source="refund:3", now=now)
        with pytest.raises(NothingSpent):
            actions.refund_points(of="a", source="refund:4", now=now)

    def test_no_more_comes_back_than_was_spent(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=100, source="a", now=now)
        actions.spend_points(customer_id=customer.pk, points=60, source="s", now=now)
        with pytest.raises(NotEnoughPoints):
            actions.refund_points(of="s", source="r", points=61, now=now)
        assert lots_of(customer) == {FOREVER: 40}

    def test_a_repeated_source_gives_the_first_movement(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        first = actions.give_points(customer_id=customer.pk, points=100, source="a", now=now)
        again = actions.give_points(customer_id=customer.pk, points=100, source="a", now=now)
        assert (again.movement_id, again.is_new, first.is_new) == (first.movement_id, False, True)
        spent = actions.spend_points(customer_id=customer.pk, points=70, source="s", now=now)
        twice = actions.spend_points(customer_id=customer.pk, points=70, source="s", now=now)
        assert (twice.movement_id, twice.is_new) == (spent.movement_id, False)
        back = actions.refund_points(of="s", source="r", now=now)
        assert actions.refund_points(of="s", source="r", now=now).movement_id == back.movement_id
        assert (lots_of(customer), Fact.objects.count()) == ({FOREVER: 100}, 3)

    def test_a_source_of_something_else_is_refused(self, north: Any, now: datetime) -> None:
        one, other = make_customer(branch=north), make_customer(branch=north)
        actions.give_points(customer_id=one.pk, points=100, source="a", now=now)
        with pytest.raises(SourceTaken):
            actions.give_points(customer_id=other.pk, points=100, source="a", now=now)
        with pytest.raises(SourceTaken):
            actions.spend_points(customer_id=one.pk, points=10, source="a", now=now)
        assert PointsMovement.objects.count() == 1

    @pytest.mark.parametrize("points", [0, -1, MOST_POINTS + 1, 2**63])
    def test_refuses_amounts_that_are_none(self, points: int, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=100, source="a", now=now)
        with pytest.raises(AmountWrong):
            actions.give_points(customer_id=customer.pk, points=points, source="b", now=now)
        with pytest.raises(AmountWrong):
            actions.spend_points(customer_id=customer.pk, points=points, source="c", now=now)
        actions.spend_points(customer_id=customer.pk, points=50, source="s", now=now)
        with pytest.raises(AmountWrong):
            actions.refund_points(of="s", source="r", points=points, now=now)
        assert lots_of(customer) == {FOREVER: 50}

    def test_refuses_points_that_would_be_gone(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        with pytest.raises(ExpiryPassed):
            actions.give_points(
                customer_id=customer.pk, points=1, source="a", now=now, expires_on=date(2026, 11, 19)
            )
        actions.give_points(
            customer_id=customer.pk, points=1, source="a", now=now, expires_on=date(2026, 11, 20)
        )
        # 23:59 at the bank is still the day of expiry, a minute later it is not.
        late = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)
        with pytest.raises(NotEnoughPoints):
            actions.spend_points(
                customer_id=customer.pk, points=1, source="s", now=late + timedelta(minutes=1)
            )
        actions.spend_points(customer_id=customer.pk, points=1, source="s", now=late)

    def test_spends_all_or_nothing(self, north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=100, source="a", now=now)
        spent = actions.spend_points(customer_id=customer.pk, points=10, source="s", now=now)

        def breaks(*_args: Any, **_kwargs: Any) -> None:
            raise RuntimeError("the last step fails")

        monkeypatch.setattr(facts, "record", breaks)
        for act in (
            lambda: actions.give_points(customer_id=customer.pk, points=5, source="x", now=now),
            lambda: actions.spend_points(customer_id=customer.pk, points=5, source="y", now=now),
            lambda: actions.refund_points(of="s", source="z", now=now),
            lambda: actions.forfeit_points(customer_id=customer.pk, now=now),
        ):
            with pytest.raises(RuntimeError):
                act()
        assert lots_of(customer) == lots_by_lines(customer) == {FOREVER: 90}
        assert PointsMovement.objects.latest("id").pk == spent.movement_id

    def test_an_erased_customer_forfeits_what_is_left(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=100, source="a", now=now, expires_on=JUNE)
        actions.give_points(customer_id=customer.pk, points=20, source="b", now=now)
        assert actions.forfeit_points(customer_id=customer.pk, now=now) == 120
        assert actions.forfeit_points(customer_id=customer.pk, now=now) == 0
        assert accounts() == {"issued": -120, "expired": 120}


@pytest.mark.django_db(transaction=True)
class TestDatabase:
    """Whoever gets past our code meets the database."""

    def movement(self, customer: Any, now: datetime, **over: Any) -> PointsMovement:
        values = {
            "customer": customer,
            "kind": "give",
            "points": 5,
            "source": "x",
            "at": now,
            "day": now.date(),
        }
        return PointsMovement.objects.create(**values | over)

    def lines(self, movement: PointsMovement, *sides: tuple[str, int], first: int = 0) -> None:
        own = {"customer_id": movement.customer_id, "expires_on": JUNE}
        PointsLine.objects.bulk_create(
            PointsLine(
                movement=movement,
                place=place,
                account=account,
                points=points,
                **own if account == "customer" else {},
            )
            for place, (account, points) in enumerate(sides, start=first)
        )

    @pytest.mark.parametrize(
        "sides",
        [
            (("customer", 5), ("issued", -4)),
            (("customer", 5),),
            (("customer", 4), ("issued", -4)),
            (("issued", 5), ("expired", -5)),
        ],
    )
    def test_lines_must_balance(self, sides: Any, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        with pytest.raises(IntegrityError, match="do not balance"), transaction.atomic():
            self.lines(self.movement(customer, now), *sides)
        assert not PointsMovement.objects.exists()

    def test_a_movement_without_lines_does_not_commit(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        with pytest.raises(IntegrityError, match="has no lines"), transaction.atomic():
            self.movement(customer, now)
        assert not PointsMovement.objects.exists()

    def test_lines_are_not_added_later_nor_to_others(self, north: Any, now: datetime) -> None:
        customer, other = make_customer(branch=north), make_customer(branch=north)
        with transaction.atomic():
            movement = self.movement(customer, now)
            self.lines(movement, ("customer", 5), ("issued", -5))
        with pytest.raises(IntegrityError):
            self.lines(movement, ("expired", 5), ("issued", -5), first=2)
        with pytest.raises(IntegrityError), transaction.atomic():
            foreign = self.movement(other, now, source="y")
            foreign.customer_id = customer.pk
            self.lines(foreign, ("customer", 5), ("issued", -5))
        assert PointsLine.objects.count() == 2

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE benefits_pointsmovement SET points = 6",
            "DELETE FROM benefits_pointsmovement",
            "TRUNCATE benefits_pointsmovement CASCADE",
            "UPDATE benefits_pointsline SET points = -points",
            "DELETE FROM benefits_pointsline",
            "TRUNCATE benefits_pointsline",
        ],
    )
    def test_what_is_booked_stays(self, statement: str, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=5, source="a", now=now)
        with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
            cursor.execute(statement)
        assert PointsLine.objects.count() == 2

    def test_no_lot_goes_below_zero(self, north: Any, now: datetime) -> None:
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=5, source="a", now=now)
        with pytest.raises(IntegrityError, match="points_lot_not_negative"):
            PointsLot.objects.filter(customer=customer).update(remaining=-1)
