"""One piece for each customer, and never more than there are."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from huiqun.benefits import actions, queries
from huiqun.benefits.models import Benefit, Claim
from huiqun.benefits.rules import BenefitNotFound, NotOpen, SoldOut
from huiqun.compliance import actions as compliance
from huiqun.compliance.rules.reviews import Stopped
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from tests.makers.benefits import make_benefit, make_claim
from tests.makers.customers import make_customer


def nothing_was_claimed(benefit: Benefit) -> bool:
    benefit.refresh_from_db()
    no_fact = not Fact.objects.filter(kind="benefits.BenefitClaimed").exists()
    return benefit.claimed == 0 and not Claim.objects.exists() and no_fact


@pytest.mark.django_db
class TestClaiming:
    def test_gives_one_piece(self, north: Any, now: datetime) -> None:
        benefit, customer = make_benefit(branch=north, subject="campaign:1"), make_customer(branch=north)
        claimed = actions.claim_benefit(benefit_id=benefit.pk, customer_id=customer.pk, now=now)
        assert claimed.is_new
        found = queries.claim_of(benefit.pk, customer.pk)
        assert found is not None
        assert (found.claim_id, found.code, found.claimed_at) == (claimed.claim_id, claimed.code, now)
        counts = queries.claim_counts("campaign:1")
        assert counts is not None
        assert (counts.claimed, counts.left) == (1, 99)
        fact = facts.about("benefit", benefit.pk).get()
        assert fact.body == {
            "benefit_id": benefit.pk,
            "claim_id": claimed.claim_id,
            "customer_id": customer.pk,
            "offered_by": "campaign:1",
            "left": 99,
            "because": "",
        }

    def test_a_second_tap_gets_the_first_claim(self, north: Any, now: datetime) -> None:
        benefit, customer = make_benefit(branch=north, quantity=1), make_customer(branch=north)
        first = actions.claim_benefit(benefit_id=benefit.pk, customer_id=customer.pk, now=now)
        later = now + timedelta(days=60)
        second = actions.claim_benefit(benefit_id=benefit.pk, customer_id=customer.pk, now=later)
        assert (second.claim_id, second.code, second.is_new) == (first.claim_id, first.code, False)
        benefit.refresh_from_db()
        assert benefit.claimed == 1
        assert Fact.objects.count() == 1

    def test_refuses_when_sold_out(self, north: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, quantity=1)
        make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk)
        with pytest.raises(SoldOut):
            actions.claim_benefit(benefit_id=benefit.pk, customer_id=make_customer(branch=north).pk, now=now)
        benefit.refresh_from_db()
        assert (benefit.claimed, Claim.objects.count(), Fact.objects.count()) == (1, 1, 0)

    @pytest.mark.parametrize(
        "moment", [datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)]
    )
    def test_refuses_outside_its_period(self, north: Any, moment: datetime) -> None:
        benefit = make_benefit(branch=north)
        with pytest.raises(NotOpen):
            actions.claim_benefit(
                benefit_id=benefit.pk, customer_id=make_customer(branch=north).pk, now=moment
            )
        assert nothing_was_claimed(benefit)

    def test_refuses_terms_that_nobody_reviewed(self, north: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, frozen=False)
        with pytest.raises(NotOpen):
            actions.claim_benefit(benefit_id=benefit.pk, customer_id=make_customer(branch=north).pk, now=now)
        assert nothing_was_claimed(benefit)

    @pytest.mark.parametrize("stopped", ["campaign:1", "all"])
    def test_refuses_when_stopped(self, stopped: str, north: Any, risk_officer: Any, now: datetime) -> None:
        benefit, customer = make_benefit(branch=north, subject="campaign:1"), make_customer(branch=north)
        branch_id = None if stopped == "all" else north.pk
        compliance.stop_subject(
            subject=stopped, reason="异常流量", branch_id=branch_id, by=risk_officer, now=now
        )
        with pytest.raises(Stopped):
            actions.claim_benefit(benefit_id=benefit.pk, customer_id=customer.pk, now=now)
        assert nothing_was_claimed(benefit)

    def test_refuses_what_is_not_there(self, north: Any, now: datetime) -> None:
        with pytest.raises(BenefitNotFound):
            actions.claim_benefit(benefit_id=0, customer_id=make_customer(branch=north).pk, now=now)

    def test_is_all_or_nothing(self, north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        def breaks(*_args: Any, **_kwargs: Any) -> None:
            raise RuntimeError("the last step fails")

        benefit = make_benefit(branch=north)
        monkeypatch.setattr(facts, "record", breaks)
        with pytest.raises(RuntimeError):
            actions.claim_benefit(benefit_id=benefit.pk, customer_id=make_customer(branch=north).pk, now=now)
        assert nothing_was_claimed(benefit)


@pytest.mark.django_db(transaction=True)
class TestCrowd:
    THREADS = 64

    def crowd(self, calls: list[tuple[int, int]], now: datetime) -> Iterator[Any]:
        """Everybody taps at the same moment, each over a connection of their own."""
        start = Barrier(len(calls))

        def tap(call: tuple[int, int]) -> Any:
            try:
                connection.ensure_connection()
                start.wait(timeout=60)
                return actions.claim_benefit(benefit_id=call[0], customer_id=call[1], now=now)
            except SoldOut as refusal:
                return refusal
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            yield from pool.map(tap, calls)

    def test_one_unit_of_stock_has_one_winner(self, north: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, quantity=1)
        customers = [make_customer(branch=north).pk for _ in range(self.THREADS)]
        answers = list(self.crowd([(benefit.pk, customer) for customer in customers], now))
        assert sum(isinstance(answer, actions.Claimed) for answer in answers) == 1
        assert sum(isinstance(answer, SoldOut) for answer in answers) == self.THREADS - 1
        benefit.refresh_from_db()
        assert (benefit.claimed, Claim.objects.count()) == (1, 1)
        assert Fact.objects.filter(kind="benefits.BenefitClaimed").count() == 1

    def test_one_impatient_customer_gets_one_piece(self, north: Any, now: datetime) -> None:
        benefit, customer = make_benefit(branch=north, quantity=10), make_customer(branch=north)
        answers = list(self.crowd([(benefit.pk, customer.pk)] * 16, now))
        assert len({answer.claim_id for answer in answers}) == 1
        assert sum(answer.is_new for answer in answers) == 1
        benefit.refresh_from_db()
        assert (benefit.claimed, Claim.objects.count()) == (1, 1)
