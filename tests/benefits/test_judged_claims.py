"""Claims are judged by risk in their own transaction; officers decide on what is held."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiqun.benefits import actions
from huiqun.benefits.actions.pieces import digest_of
from huiqun.benefits.models import Benefit, Claim
from huiqun.benefits.rules import Attempt
from huiqun.foundation import jobs
from huiqun.foundation.models import Fact
from huiqun.risk import actions as risk
from huiqun.risk.models import Case, Judgement
from tests.delivery.test_codes_prove import sent_code
from tests.makers.benefits import make_benefit
from tests.makers.customers import make_customer
from tests.makers.risk import make_judgement, make_officer

PHONE = Attempt(device="one phone", address="198.51.100.7")


def crowd(branch: Any, size: int, now: datetime) -> None:
    """So many other customers have claimed on the same phone."""
    device = digest_of(PHONE.device, "device")
    for _ in range(size):
        make_judgement(customer=make_customer(branch=branch), at=now - timedelta(hours=2), device=device)


def claim(benefit: Any, customer: Any, now: datetime) -> Any:
    return actions.claim_benefit(benefit_id=benefit.pk, customer_id=customer.pk, now=now, attempt=PHONE)


@pytest.mark.django_db
def test_an_ordinary_claim_is_judged_and_given(north: Any, now: datetime) -> None:
    benefit, customer = make_benefit(branch=north, subject="campaign:1"), make_customer(branch=north)
    assert claim(benefit, customer, now).state == "claimed"
    row = Judgement.objects.get()
    assert (row.outcome, row.subject, row.value_fen) == ("allow", "campaign:1", 4_000)
    assert row.device == digest_of("one phone", "device") and "one phone" not in row.device


@pytest.mark.django_db
def test_what_is_refused_takes_nothing_and_stays_on_record(north: Any, now: datetime) -> None:
    crowd(north, 10, now)
    benefit, customer = make_benefit(branch=north), make_customer(branch=north)
    for _ in range(2):
        with pytest.raises(risk.ClaimRefused):
            claim(benefit, customer, now)
    row = Judgement.objects.get(customer=customer)
    assert (row.outcome, row.times) == ("refuse", 2)
    assert Benefit.objects.get(pk=benefit.pk).claimed == 0 and not Claim.objects.exists()


@pytest.mark.django_db
def test_a_challenge_is_answered_by_a_fresh_code(north: Any, now: datetime, phone_of: Any) -> None:
    crowd(north, 3, now)
    benefit, customer = make_benefit(branch=north), make_customer(branch=north, opened_date=now.date())
    client = phone_of(customer)
    with pytest.raises(risk.ProofNeeded):
        claim(benefit, customer, now)
    sent_code(customer, "123456", now)
    assert client.post("/my/prove/code/", {"code": "123456"}).status_code == 302
    assert claim(benefit, customer, now).state == "claimed"
    other = make_benefit(branch=north)
    with pytest.raises(risk.ProofNeeded):
        claim(other, customer, now + timedelta(minutes=11))


@pytest.mark.django_db(transaction=True)
class TestHeld:
    def held(self, branch: Any, now: datetime, **over: Any) -> tuple[Any, Any, Case]:
        crowd(branch, 5, now)
        benefit, customer = make_benefit(branch=branch, **over), make_customer(branch=branch)
        assert claim(benefit, customer, now).state == "held"
        assert claim(benefit, customer, now).is_new is False, "a second tap gets the same"
        return benefit, customer, Case.objects.get(kind="hold")

    def decide(self, case: Case, now: datetime, *, release: bool, by: Any) -> None:
        risk.decide_case(case_id=case.pk, release=release, told="已核实", by=by, now=now)
        jobs.run_pending()

    def test_a_held_piece_is_set_aside_and_released(self, north: Any, now: datetime) -> None:
        benefit, _customer, case = self.held(north, now, quantity=1)
        assert Benefit.objects.get(pk=benefit.pk).claimed == 1, "nobody else gets it meanwhile"
        self.decide(case, now, release=True, by=make_officer(north))
        assert Claim.objects.get().state == "claimed"
        assert Fact.objects.filter(kind="benefits.BenefitClaimed").count() == 1
        assert actions.release_held(reference=case.reference, now=now), "repeated, it changes nothing"
        assert Fact.objects.filter(kind="benefits.BenefitClaimed").count() == 1

    def test_a_refused_piece_goes_back_and_comes_again_by_an_appeal(self, north: Any, now: datetime) -> None:
        benefit, customer, case = self.held(north, now, quantity=1)
        self.decide(case, now, release=False, by=make_officer(north))
        assert Claim.objects.get().state == "revoked"
        assert Benefit.objects.get(pk=benefit.pk).claimed == 0
        appeal_id = risk.appeal(
            judgement_id=case.judgement_id, customer_id=customer.pk, words="家人共用手机", now=now
        )
        self.decide(Case.objects.get(pk=appeal_id), now, release=True, by=make_officer(north))
        assert Claim.objects.get().state == "claimed"
        assert Benefit.objects.get(pk=benefit.pk).claimed == 1
        assert not actions.restore_claim(reference=case.reference, now=now), "once"

    def test_a_foreign_reference_moves_nothing(self, north: Any, now: datetime) -> None:
        self.held(north, now)
        for reference in ("", "claim:1", "piece:1", "piece:0:0:"):
            assert not actions.release_held(reference=reference, now=now)
            assert not actions.drop_held(reference=reference, why="否", now=now)
            assert not actions.restore_claim(reference=reference, now=now)
        assert Claim.objects.get().state == "held"
