"""Pieces that were earned or won: set aside once for each reason, the customer's when accepted."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from huiqun.benefits import actions
from huiqun.benefits.models import Benefit, Claim
from huiqun.benefits.rules import GrantNotFound, NotByTapping, PieceGone, SoldOut, Way
from huiqun.foundation.models import Fact
from tests.makers.benefits import make_benefit
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return [
        kind.removeprefix("benefits.") for kind in Fact.objects.order_by("id").values_list("kind", flat=True)
    ]


def grant(
    benefit: Benefit, customer: Any, now: datetime, because: str = "draw:3", **over: Any
) -> actions.Claimed:
    return actions.grant_benefit(
        benefit_id=benefit.pk, customer_id=customer.pk, because=because, now=now, **over
    )


def test_sets_a_piece_aside_until_it_is_accepted(north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, quantity=1, way=Way.GRANT, use_days=7)
    customer = make_customer(branch=north)
    granted = grant(benefit, customer, now)
    benefit.refresh_from_db()
    assert (granted.state, benefit.claimed) == ("granted", 1)
    later = now + timedelta(days=2)
    accepted = actions.accept_grant(claim_id=granted.claim_id, customer_id=customer.pk, now=later)
    assert (accepted.state, accepted.code, accepted.is_new) == ("claimed", granted.code, True)
    assert Claim.objects.get().expires_on == date(2026, 11, 29)
    benefit.refresh_from_db()
    assert benefit.claimed == 1
    assert kinds() == ["BenefitGranted", "BenefitClaimed"]


def test_grants_once_for_each_reason(north: Any, now: datetime) -> None:
    benefit, customer = make_benefit(branch=north, quantity=2), make_customer(branch=north)
    first, again = grant(benefit, customer, now), grant(benefit, customer, now)
    other = grant(benefit, customer, now, because="draw:4", open=False)
    assert (again.claim_id, again.is_new) == (first.claim_id, False)
    assert (other.is_new, other.state) == (True, "claimed")
    benefit.refresh_from_db()
    assert (benefit.claimed, Claim.objects.count()) == (2, 2)
    with pytest.raises(SoldOut):
        grant(benefit, customer, now, because="draw:5")
    assert kinds() == ["BenefitGranted", "BenefitClaimed"]


def test_accepts_once(north: Any, now: datetime) -> None:
    benefit, customer = make_benefit(branch=north), make_customer(branch=north)
    granted = grant(benefit, customer, now)
    answers = [
        actions.accept_grant(claim_id=granted.claim_id, customer_id=customer.pk, now=now) for _ in range(2)
    ]
    assert [answer.is_new for answer in answers] == [True, False]
    assert kinds() == ["BenefitGranted", "BenefitClaimed"]


def test_what_is_granted_to_one_is_not_anothers(north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north)
    granted = grant(benefit, make_customer(branch=north), now)
    with pytest.raises(GrantNotFound):
        actions.accept_grant(claim_id=granted.claim_id, customer_id=make_customer(branch=north).pk, now=now)
    assert Claim.objects.get().state == "granted"


def test_a_grant_waits_until_its_last_day_of_use(north: Any, now: datetime) -> None:
    benefit, customer = make_benefit(branch=north), make_customer(branch=north)
    granted = grant(benefit, customer, now)
    with pytest.raises(PieceGone):
        late = now + timedelta(days=42)
        actions.accept_grant(claim_id=granted.claim_id, customer_id=customer.pk, now=late)
    assert Claim.objects.get().state == "granted"


def test_what_is_earned_cannot_be_tapped_for(north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, way=Way.GRANT)
    with pytest.raises(NotByTapping):
        actions.claim_benefit(benefit_id=benefit.pk, customer_id=make_customer(branch=north).pk, now=now)
    assert not Claim.objects.exists()


def test_nobody_taps_for_anothers_reason(north: Any, now: datetime) -> None:
    benefit, customer = make_benefit(branch=north), make_customer(branch=north)
    with pytest.raises(NotByTapping):
        actions.claim_benefit(
            benefit_id=benefit.pk,
            customer_id=customer.pk,
            now=now,
            attempt=actions.Attempt(because="draw:3"),
        )
    with pytest.raises(ValueError, match="reason"):
        grant(benefit, customer, now, because="piece:2")
    assert not Claim.objects.exists()


class TestHeld:
    """A judge may leave the decision to a person: the piece is set aside meanwhile."""

    @pytest.fixture
    def held(self, north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> actions.Claimed:
        from huiqun.benefits import claiming
        from huiqun.benefits.rules import Judgement, Verdict

        waits = Judgement(verdict=Verdict.HOLD, because="many from one phone")
        monkeypatch.setattr(claiming._steps, "judge", lambda _request: waits)
        benefit = make_benefit(branch=north, quantity=1, limits={"day": 5})
        return actions.claim_benefit(
            benefit_id=benefit.pk, customer_id=make_customer(branch=north).pk, now=now
        )

    def test_is_released(self, held: actions.Claimed, now: datetime) -> None:
        assert held.state == "held"
        answers = [actions.release_claim(claim_id=held.claim_id, now=now) for _ in range(2)]
        assert [(answer.state, answer.is_new) for answer in answers] == [
            ("claimed", True),
            ("claimed", False),
        ]
        assert kinds() == ["ClaimHeld", "BenefitClaimed"]
        assert Benefit.objects.get().claimed == 1

    def test_goes_back_to_stock_when_refused(
        self, held: actions.Claimed, risk_officer: Any, now: datetime
    ) -> None:
        from huiqun.benefits.models import Quota

        dropped = [
            actions.drop_claim(claim_id=held.claim_id, why="同一手机多人", by=risk_officer, now=now)
            for _ in range(2)
        ]
        assert dropped == [True, False]
        assert kinds() == ["ClaimHeld", "HeldClaimDropped"]
        assert (Benefit.objects.get().claimed, Quota.objects.get().taken) == (0, 0)
        with pytest.raises(PieceGone):
            actions.release_claim(claim_id=held.claim_id, now=now)

    def test_cannot_be_accepted_by_the_customer(self, held: actions.Claimed, now: datetime) -> None:
        with pytest.raises(GrantNotFound):
            actions.accept_grant(claim_id=held.claim_id, customer_id=Claim.objects.get().customer_id, now=now)
