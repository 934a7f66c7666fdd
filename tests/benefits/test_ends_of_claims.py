"""Returned, taken back, appealed against, passed on, run out: each gives back exactly what it took."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from huiqun.benefits import actions
from huiqun.benefits.models import Benefit, Claim, ClaimAppeal, PoolCode
from huiqun.benefits.rules import BenefitKind
from huiqun.benefits.rules.refusals_life import (
    AppealDone,
    AppealMade,
    AppealNotFound,
    ClaimNotFound,
    ClaimOver,
    NotRevoked,
    NotTransferable,
    OwnDecision,
    PassedOnAlready,
    ReasonMissing,
    ReceiverUnknown,
    ReturnClosed,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from tests.benefits.crowds import at_once
from tests.makers.benefits import make_benefit, make_claim, make_import
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db


def count_of(kind: str) -> int:
    return Fact.objects.filter(kind=f"benefits.{kind}").count()


def taken(benefit: Benefit) -> int:
    benefit.refresh_from_db()
    return benefit.claimed


def breaks(*_args: Any, **_kwargs: Any) -> None:
    raise RuntimeError("the last step fails")


@pytest.fixture
def benefit(north: Any) -> Benefit:
    return make_benefit(branch=north, quantity=5)


@pytest.fixture
def claim(north: Any, benefit: Benefit) -> Claim:
    return make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk)


class TestReturning:
    def test_gives_the_piece_back_and_frees_the_place(
        self, claim: Claim, benefit: Benefit, now: datetime
    ) -> None:
        actions.return_claim(claim_id=claim.pk, reason="customer", customer_id=claim.customer_id, now=now)
        assert taken(benefit) == 0
        again = actions.claim_benefit(benefit_id=benefit.pk, customer_id=claim.customer_id, now=now)
        assert again.is_new and again.claim_id != claim.pk
        assert taken(benefit) == 1

    def test_repeating_it_changes_nothing(
        self, claim: Claim, benefit: Benefit, service_desk: Any, now: datetime
    ) -> None:
        make_claim(benefit=benefit, customer_id=make_customer(branch=benefit.branch).pk)
        for _ in range(3):
            actions.return_claim(claim_id=claim.pk, reason="退货", by=service_desk, now=now)
        assert (taken(benefit), count_of("BenefitReturned")) == (1, 1)

    def test_the_limits_counters_go_back(self, north: Any, now: datetime) -> None:
        benefit, customer = make_benefit(branch=north, limits={"day": 1}), make_customer(branch=north)
        first = actions.claim_benefit(benefit_id=benefit.pk, customer_id=customer.pk, now=now)
        actions.return_claim(claim_id=first.claim_id, reason="customer", customer_id=customer.pk, now=now)
        other = make_customer(branch=north)
        assert actions.claim_benefit(benefit_id=benefit.pk, customer_id=other.pk, now=now).is_new

    def test_a_code_that_was_seen_goes_to_nobody_else(self, north: Any, now: datetime) -> None:
        benefit, customer = make_benefit(branch=north, codes="pool"), make_customer(branch=north)
        make_import(benefit=benefit, codes=["AAAA0001", "AAAA0002"])
        first = actions.claim_benefit(benefit_id=benefit.pk, customer_id=customer.pk, now=now)
        actions.return_claim(claim_id=first.claim_id, reason="customer", customer_id=customer.pk, now=now)
        other = make_customer(branch=north)
        second = actions.claim_benefit(benefit_id=benefit.pk, customer_id=other.pk, now=now)
        held = {each.state: each.code for each in PoolCode.objects.all()}
        assert held == {"withheld": "AAAA0001", "taken": "AAAA0002"}
        assert PoolCode.objects.get(state="taken").claim_id == second.claim_id

    def test_staff_return_what_was_used(self, claim: Claim, service_desk: Any, now: datetime) -> None:
        actions.use_claim(claim_id=claim.pk, now=now)
        with pytest.raises(ReturnClosed):
            actions.return_claim(claim_id=claim.pk, reason="customer", customer_id=claim.customer_id, now=now)
        actions.return_claim(claim_id=claim.pk, reason="商户停业", by=service_desk, now=now)
        assert Fact.objects.get(kind="benefits.BenefitReturned").body["state_before"] == "used"

    def test_a_reason_is_needed_and_a_revoked_piece_is_no_refund(
        self, claim: Claim, risk_officer: Any, benefit: Benefit, now: datetime
    ) -> None:
        with pytest.raises(ReasonMissing):
            actions.return_claim(claim_id=claim.pk, reason=" ", by=risk_officer, now=now)
        actions.revoke_claim(claim_id=claim.pk, reason="批量注册", by=risk_officer, now=now)
        with pytest.raises(ClaimOver):
            actions.return_claim(claim_id=claim.pk, reason="退", by=risk_officer, now=now)
        assert taken(benefit) == 1

    def test_nobody_returns_anothers(self, claim: Claim, north: Any, stranger: Any, now: datetime) -> None:
        other = make_customer(branch=north)
        with pytest.raises(ClaimNotFound):
            actions.return_claim(claim_id=claim.pk, reason="x", customer_id=other.pk, now=now)
        with pytest.raises(ClaimNotFound):
            actions.return_claim(claim_id=claim.pk, reason="x", by=stranger, now=now)

    def test_is_all_or_nothing(
        self, claim: Claim, benefit: Benefit, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(facts, "record", breaks)
        with pytest.raises(RuntimeError):
            actions.return_claim(claim_id=claim.pk, reason="customer", customer_id=claim.customer_id, now=now)
        claim.refresh_from_db()
        assert (claim.state, claim.because, taken(benefit)) == ("claimed", "", 1)


class TestTakingBack:
    def test_stays_set_aside_until_nobody_can_appeal(
        self, claim: Claim, benefit: Benefit, risk_officer: Any, now: datetime
    ) -> None:
        actions.revoke_claim(claim_id=claim.pk, reason="批量注册", by=risk_officer, now=now)
        actions.revoke_claim(claim_id=claim.pk, reason="再次", by=risk_officer, now=now)
        assert (taken(benefit), count_of("BenefitRevoked")) == (1, 1)
        assert actions.release_revoked(now=now + timedelta(days=15)) == 0
        assert actions.release_revoked(now=now + timedelta(days=16)) == 1
        assert actions.release_revoked(now=now + timedelta(days=17)) == 0
        assert (taken(benefit), count_of("RevokedReleased")) == (0, 1)

    def test_an_open_appeal_keeps_it_set_aside(
        self, claim: Claim, benefit: Benefit, risk_officer: Any, now: datetime
    ) -> None:
        actions.revoke_claim(claim_id=claim.pk, reason="批量注册", by=risk_officer, now=now)
        actions.appeal_claim(claim_id=claim.pk, customer_id=claim.customer_id, words="是我本人", now=now)
        assert actions.release_revoked(now=now + timedelta(days=60)) == 0
        assert taken(benefit) == 1

    def test_somebody_else_decides_the_appeal(
        self, claim: Claim, risk_officer: Any, service_desk: Any, now: datetime
    ) -> None:
        actions.revoke_claim(claim_id=claim.pk, reason="批量注册", by=risk_officer, now=now)
        appeal_id = actions.appeal_claim(
            claim_id=claim.pk, customer_id=claim.customer_id, words="是我本人", now=now
        )
        said: dict[str, Any] = {"appeal_id": appeal_id, "uphold": True, "answer": "核实无误", "now": now}
        with pytest.raises(OwnDecision):
            actions.decide_appeal(**said, by=risk_officer)
        actions.decide_appeal(**said, by=service_desk)
        with pytest.raises(AppealDone):
            actions.decide_appeal(**said, by=service_desk)
        assert actions.use_claim(claim_id=claim.pk, now=now).is_new

    def test_declined_it_goes_to_others_at_once(
        self, claim: Claim, benefit: Benefit, risk_officer: Any, service_desk: Any, now: datetime
    ) -> None:
        actions.revoke_claim(claim_id=claim.pk, reason="批量注册", by=risk_officer, now=now)
        appeal_id = actions.appeal_claim(
            claim_id=claim.pk, customer_id=claim.customer_id, words="不服", now=now
        )
        actions.decide_appeal(appeal_id=appeal_id, uphold=False, answer="证据充分", by=service_desk, now=now)
        claim.refresh_from_db()
        assert (claim.state, claim.is_released, taken(benefit)) == ("revoked", True, 0)
        assert actions.release_revoked(now=now + timedelta(days=30)) == 0

    def test_appeals_are_made_once_by_the_holder_in_time(
        self, claim: Claim, north: Any, risk_officer: Any, stranger: Any, now: datetime
    ) -> None:
        said: dict[str, Any] = {"claim_id": claim.pk, "words": "请复核"}
        with pytest.raises(NotRevoked):
            actions.appeal_claim(**said, customer_id=claim.customer_id, now=now)
        actions.revoke_claim(claim_id=claim.pk, reason="批量注册", by=risk_officer, now=now)
        with pytest.raises(ClaimNotFound):
            actions.appeal_claim(**said, customer_id=make_customer(branch=north).pk, now=now)
        with pytest.raises(NotRevoked):
            actions.appeal_claim(**said, customer_id=claim.customer_id, now=now + timedelta(days=16))
        appeal_id = actions.appeal_claim(**said, customer_id=claim.customer_id, now=now)
        with pytest.raises(AppealMade):
            actions.appeal_claim(**said, customer_id=claim.customer_id, now=now)
        with pytest.raises(AppealNotFound):
            actions.decide_appeal(appeal_id=appeal_id, uphold=True, answer="x", by=stranger, now=now)
        assert ClaimAppeal.objects.get().words == "请复核"


class TestPassingOn:
    @pytest.fixture
    def benefit(self, north: Any) -> Benefit:
        return make_benefit(branch=north, transferable=True)

    def test_ends_one_code_and_begins_another(
        self, claim: Claim, benefit: Benefit, north: Any, now: datetime
    ) -> None:
        receiver = make_customer(branch=north, phone="13800000001")
        passed = actions.pass_on_claim(
            claim_id=claim.pk, customer_id=claim.customer_id, phone="13800000001", now=now
        )
        new = Claim.objects.get(pk=passed.claim_id)
        assert (new.customer_id, new.state, new.expires_on) == (receiver.pk, "claimed", claim.expires_on)
        assert new.code != claim.code
        with pytest.raises(ClaimOver):
            actions.use_claim(code=claim.code, now=now)
        assert actions.use_claim(code=new.code, now=now).is_new
        assert taken(benefit) == 1

    def test_is_no_way_to_have_two(self, claim: Claim, benefit: Benefit, north: Any, now: datetime) -> None:
        """The giver has had theirs; the receiver keeps what came and may still claim one of their own."""
        receiver = make_customer(branch=north, phone="13800000001")
        passed = actions.pass_on_claim(
            claim_id=claim.pk, customer_id=claim.customer_id, phone="13800000001", now=now
        )
        again = actions.claim_benefit(benefit_id=benefit.pk, customer_id=claim.customer_id, now=now)
        assert not again.is_new
        with pytest.raises(PassedOnAlready):
            actions.pass_on_claim(
                claim_id=passed.claim_id, customer_id=receiver.pk, phone="13800000002", now=now
            )
        with pytest.raises(ReturnClosed):
            actions.return_claim(
                claim_id=passed.claim_id, reason="customer", customer_id=receiver.pk, now=now
            )

    def test_refuses_where_the_terms_do_not_allow_it(self, north: Any, now: datetime) -> None:
        claim = make_claim(benefit=make_benefit(branch=north), customer_id=make_customer(branch=north).pk)
        make_customer(branch=north, phone="13800000001")
        with pytest.raises(NotTransferable):
            actions.pass_on_claim(
                claim_id=claim.pk, customer_id=claim.customer_id, phone="13800000001", now=now
            )

    def test_refuses_strangers_oneself_and_shared_numbers(
        self, claim: Claim, north: Any, now: datetime
    ) -> None:
        own = claim.customer.phone
        for _ in range(2):
            make_customer(branch=north, phone="13800000003")
        for phone in ("13899999999", str(own), "13800000003", ""):
            with pytest.raises(ReceiverUnknown):
                actions.pass_on_claim(claim_id=claim.pk, customer_id=claim.customer_id, phone=phone, now=now)
        claim.refresh_from_db()
        assert claim.state == "claimed"


class TestRunningOut:
    def test_ends_what_is_over_and_nothing_else(self, north: Any, now: datetime) -> None:
        """The 20th is a day of use until it ends; what was never accepted goes back into stock."""
        benefit = make_benefit(branch=north, quantity=9, codes="pool")
        make_import(benefit=benefit, codes=["AAAA0001"])
        days = (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21))
        rows = [
            make_claim(
                benefit=benefit, customer_id=make_customer(branch=north).pk, expires_on=day, state=state
            )
            for day in days
            for state in ("claimed", "granted")
        ]
        used = make_claim(
            benefit=benefit, customer_id=make_customer(branch=north).pk, expires_on=days[0], state="used"
        )
        PoolCode.objects.update(state="taken", claim_id=rows[1].pk, taken_at=now)
        assert actions.expire_claims(now=now, batch=1) == 2
        assert actions.expire_claims(now=now) == 0
        states = [Claim.objects.get(pk=row.pk).state for row in (*rows, used)]
        assert states == ["expired", "expired", "claimed", "granted", "claimed", "granted", "used"]
        assert taken(benefit) == 6
        assert PoolCode.objects.get().state == "free"

    def test_one_fact_for_each_benefit_and_batch(self, north: Any, now: datetime) -> None:
        for _ in range(2):
            benefit = make_benefit(branch=north, use_last_date=date(2026, 11, 19))
            for _ in range(3):
                make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk)
        assert actions.expire_claims(now=now) == 6
        bodies = [fact.body for fact in Fact.objects.filter(kind="benefits.BenefitsExpired")]
        assert [(body["count"], body["put_back"], len(body["root"])) for body in bodies] == [(3, 0, 64)] * 2

    def test_points_are_not_said_to_have_expired(self, north: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, kind=BenefitKind.POINTS, use_last_date=date(2026, 11, 19))
        claim = make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk)
        actions.expire_claims(now=now)
        claim.refresh_from_db()
        assert (claim.state, count_of("BenefitsExpired")) == ("used", 0)

    def test_claims_of_before_have_their_benefits_last_day(self, north: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, use_last_date=date(2026, 11, 19))
        claim = make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk, expires_on=None)
        actions.expire_claims(now=now)
        claim.refresh_from_db()
        assert claim.state == "expired"

    def test_reminds_three_days_before_once(self, north: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, subject="campaign:4", use_last_date=date(2026, 11, 23))
        for _ in range(2):
            make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk)
        assert actions.remind_expiring(now=now) == 1
        assert actions.remind_expiring(now=now) == 0
        body = Fact.objects.get(kind="benefits.BenefitExpiring").body
        assert body == {
            "benefit_id": benefit.pk,
            "offered_by": "campaign:4",
            "last_day": "2026-11-23",
            "count": 2,
        }


@pytest.mark.django_db(transaction=True)
def test_returned_and_revoked_at_once_by_many_the_stock_adds_up(
    north: Any, risk_officer: Any, now: datetime
) -> None:
    benefit = make_benefit(branch=north, quantity=5)
    claim = make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk)
    back = partial(actions.return_claim, claim_id=claim.pk, reason="退", by=risk_officer, now=now)
    revoke = partial(actions.revoke_claim, claim_id=claim.pk, reason="疑", by=risk_officer, now=now)
    at_once([back, revoke] * 6)
    claim.refresh_from_db()
    assert taken(benefit) == (0 if claim.state == "returned" else 1)
    assert count_of("BenefitReturned") + count_of("BenefitRevoked") == 1
