"""Claiming for points, claiming points, and the way back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection

from huiqun.benefits import actions, claiming
from huiqun.benefits.actions.pieces import request_for
from huiqun.benefits.actions.points_of_claims import undo_points_of_claim
from huiqun.benefits.models import Claim, PointsMovement
from huiqun.benefits.queries.points_verify import prove_ledger
from huiqun.benefits.rules import Attempt, BenefitKind, Way
from huiqun.benefits.rules.points import FOREVER
from huiqun.benefits.rules.points_refusals import NotEnoughPoints
from huiqun.lib.refusal import Refusal
from tests.benefits.test_points import accounts, lots_of
from tests.makers.benefits import benefit_terms, make_benefit
from tests.makers.customers import make_customer


def request_of(benefit: Any, customer: Any, claim_id: int, now: datetime) -> Any:
    return request_for(benefit, customer.pk, Attempt(), now).with_claim(claim_id)


@pytest.mark.django_db
class TestShop:
    def test_a_claim_pays_its_price_once(self, north: Any, now: datetime) -> None:
        shop = make_benefit(branch=north, way=Way.POINTS, points_price=300)
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=500, source="a", now=now)
        claimed = actions.claim_benefit(benefit_id=shop.pk, customer_id=customer.pk, now=now)
        again = actions.claim_benefit(benefit_id=shop.pk, customer_id=customer.pk, now=now)
        assert (again.claim_id, again.is_new) == (claimed.claim_id, False)
        assert accounts() == {"customer": 200, "issued": -500, "spent.ticket": 300}
        movement = PointsMovement.objects.get(kind="spend")
        assert (movement.source, movement.title) == (f"claim:{claimed.claim_id}", shop.name)

    def test_without_enough_points_nothing_is_claimed(self, north: Any, now: datetime) -> None:
        shop = make_benefit(branch=north, way=Way.POINTS, points_price=300)
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=299, source="a", now=now)
        with pytest.raises(NotEnoughPoints):
            actions.claim_benefit(benefit_id=shop.pk, customer_id=customer.pk, now=now)
        shop.refresh_from_db()
        assert (shop.claimed, Claim.objects.exists(), accounts()["customer"]) == (0, False, 299)

    def test_a_piece_of_points_gives_them(self, north: Any, now: datetime) -> None:
        gift = make_benefit(branch=north, kind=BenefitKind.POINTS, points_given=88)
        customer = make_customer(branch=north)
        actions.claim_benefit(benefit_id=gift.pk, customer_id=customer.pk, now=now)
        assert lots_of(customer) == {date(2026, 12, 31): 88}

    def test_what_was_paid_comes_back_with_the_piece(self, north: Any, now: datetime) -> None:
        shop = make_benefit(branch=north, way=Way.POINTS, points_price=300)
        customer = make_customer(branch=north)
        actions.give_points(customer_id=customer.pk, points=500, source="a", now=now)
        claimed = actions.claim_benefit(benefit_id=shop.pk, customer_id=customer.pk, now=now)
        request = request_of(shop, customer, claimed.claim_id, now)
        undo_points_of_claim(request)
        undo_points_of_claim(request)
        assert (lots_of(customer), prove_ledger(now=now).is_whole) == ({FOREVER: 500}, True)

    def test_what_was_given_is_taken_back_while_it_is_there(self, north: Any, now: datetime) -> None:
        gift = make_benefit(branch=north, kind=BenefitKind.POINTS, points_given=88)
        customer = make_customer(branch=north)
        claimed = actions.claim_benefit(benefit_id=gift.pk, customer_id=customer.pk, now=now)
        request = request_of(gift, customer, claimed.claim_id, now)
        actions.spend_points(customer_id=customer.pk, points=1, source="s", now=now)
        with pytest.raises(NotEnoughPoints):
            undo_points_of_claim(request)
        actions.refund_points(of="s", source="r", now=now)
        undo_points_of_claim(request)
        undo_points_of_claim(request)
        assert accounts() == {}
        assert prove_ledger(now=now).is_whole


@pytest.mark.django_db(transaction=True)
def test_one_balance_buys_no_more_than_it_holds(north: Any, now: datetime) -> None:
    """Thirty-two taps on eight things that cost 100 each, with 250 points."""
    shops = [make_benefit(branch=north, way=Way.POINTS, points_price=100) for _ in range(8)]
    customer = make_customer(branch=north)
    actions.give_points(customer_id=customer.pk, points=250, source="a", now=now)

    def tap(place: int) -> Any:
        try:
            return actions.claim_benefit(benefit_id=shops[place % 8].pk, customer_id=customer.pk, now=now)
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(tap, range(32)))
    bought = {answer.claim_id for answer in answers if isinstance(answer, actions.Claimed)}
    assert (len(bought), Claim.objects.count()) == (2, 2)
    assert accounts() == {"customer": 50, "issued": -250, "spent.ticket": 200}
    assert prove_ledger(now=now).is_whole


def test_only_what_costs_or_holds_points_needs_a_step_of_its_own() -> None:
    assert claiming.are_plain(benefit_terms(points_given=5))
    assert not claiming.are_plain(benefit_terms(way=Way.POINTS, points_price=5))
    assert not claiming.are_plain(benefit_terms(kind=BenefitKind.POINTS, points_given=5))
