"""A piece is used once, in time, by its holder, whoever scans it how often."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from huiqun.benefits import actions
from huiqun.benefits.models import Claim
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.refusals_life import (
    ClaimExpired,
    ClaimHeld,
    ClaimNotFound,
    ClaimOver,
    DocumentNeeded,
    DocumentUnknown,
    DocumentWrong,
    NotAcceptedYet,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from tests.benefits.crowds import at_once
from tests.makers.benefits import make_benefit, make_claim, make_import
from tests.makers.customers import make_customer

ID_NUMBER = "11010519491231002X"


def used_facts() -> int:
    return Fact.objects.filter(kind="benefits.BenefitUsed").count()


@pytest.fixture
def claim(north: Any) -> Claim:
    return make_claim(benefit=make_benefit(branch=north), customer_id=make_customer(branch=north).pk)


@pytest.mark.django_db
class TestUsing:
    def test_ends_the_claim_and_is_a_fact(self, claim: Claim, now: datetime) -> None:
        used = actions.use_claim(claim_id=claim.pk, place="branch:1", now=now)
        assert used.is_new
        claim.refresh_from_db()
        assert (claim.state, claim.ended_at, claim.ended_because) == ("used", now, "branch:1")
        fact = Fact.objects.get(kind="benefits.BenefitUsed")
        assert fact.body == {
            "benefit_id": claim.benefit_id,
            "claim_id": claim.pk,
            "customer_id": claim.customer_id,
            "offered_by": "",
            "place": "branch:1",
        }

    def test_a_repeated_scan_is_answered_with_the_first_use(self, claim: Claim, now: datetime) -> None:
        first = actions.use_claim(code=claim.code, place="partner:1", now=now)
        again = actions.use_claim(code=claim.code, place="partner:2", now=now + timedelta(hours=1))
        assert (again.is_new, again.used_at, again.place) == (False, first.used_at, "partner:1")
        assert used_facts() == 1

    @pytest.mark.parametrize("typed", ["test-0000 {0:04d}", " TEST0000{0:04d} ", "test 0000{0:04d}"])
    def test_finds_a_code_however_it_is_typed(self, typed: str, claim: Claim, now: datetime) -> None:
        Claim.objects.filter(pk=claim.pk).update(code="TEST00000042")
        assert actions.use_claim(code=typed.format(42), now=now).claim_id == claim.pk

    def test_finds_a_partners_own_code(self, north: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, codes="pool")
        make_import(benefit=benefit, codes=["HZ-9f3k-0001"])
        claimed = actions.claim_benefit(
            benefit_id=benefit.pk, customer_id=make_customer(branch=north).pk, now=now
        )
        assert actions.use_claim(code="HZ-9f3k-0001", now=now).claim_id == claimed.claim_id

    @pytest.mark.parametrize(
        ("state", "refusal"),
        [
            ("granted", NotAcceptedYet),
            ("held", ClaimHeld),
            ("returned", ClaimOver),
            ("revoked", ClaimOver),
            ("passed", ClaimOver),
            ("expired", ClaimExpired),
        ],
    )
    def test_refuses_what_is_not_ready(
        self, state: str, refusal: type[Exception], claim: Claim, now: datetime
    ) -> None:
        Claim.objects.filter(pk=claim.pk).update(state=state)
        with pytest.raises(refusal):
            actions.use_claim(claim_id=claim.pk, now=now)
        claim.refresh_from_db()
        assert claim.state == state
        assert used_facts() == 0

    def test_the_last_day_is_the_banks_day(self, claim: Claim, now: datetime) -> None:
        """20 November ends at 16:00 UTC; one minute later nothing can be used any more."""
        Claim.objects.filter(pk=claim.pk).update(expires_on=date(2026, 11, 20))
        with pytest.raises(ClaimExpired):
            actions.use_claim(claim_id=claim.pk, now=now.replace(hour=16, minute=1))
        assert actions.use_claim(claim_id=claim.pk, now=now.replace(hour=15, minute=59)).is_new

    def test_unknown_codes_and_other_partners_are_refused(self, claim: Claim, now: datetime) -> None:
        for named in ({"code": "NOSUCHCODE"}, {"code": " "}, {"claim_id": 0}):
            with pytest.raises(ClaimNotFound):
                actions.use_claim(**named, now=now)  # type: ignore[arg-type]
        with pytest.raises(ClaimNotFound):
            actions.use_claim(claim_id=claim.pk, partner_id=7, now=now)
        assert used_facts() == 0

    def test_staff_of_another_branch_do_not_find_it(self, claim: Claim, stranger: Any, now: datetime) -> None:
        with pytest.raises(ClaimNotFound):
            actions.use_claim(claim_id=claim.pk, by=stranger, now=now)

    def test_is_all_or_nothing(self, claim: Claim, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        def breaks(*_args: Any, **_kwargs: Any) -> None:
            raise RuntimeError("the last step fails")

        monkeypatch.setattr(facts, "record", breaks)
        with pytest.raises(RuntimeError):
            actions.use_claim(claim_id=claim.pk, now=now)
        claim.refresh_from_db()
        assert claim.state == "claimed"


@pytest.mark.django_db
class TestRealName:
    @pytest.fixture
    def claim(self, north: Any) -> Claim:
        customer = make_customer(branch=north, id_number=ID_NUMBER)
        return make_claim(benefit=make_benefit(branch=north, real_name=True), customer_id=customer.pk)

    def test_the_holders_document_opens_it(self, claim: Claim, now: datetime) -> None:
        assert actions.use_claim(claim_id=claim.pk, document=f" {ID_NUMBER} ", now=now).is_new

    @pytest.mark.parametrize(
        ("document", "refusal"),
        [("", DocumentNeeded), ("110101199003070011", DocumentWrong), ("x", DocumentWrong)],
    )
    def test_another_document_does_not(
        self, document: str, refusal: type[Exception], claim: Claim, now: datetime
    ) -> None:
        with pytest.raises(refusal):
            actions.use_claim(claim_id=claim.pk, document=document, now=now)
        assert used_facts() == 0

    def test_without_one_on_file_it_stays_unused(self, north: Any, now: datetime) -> None:
        benefit = make_benefit(branch=north, real_name=True)
        claim = make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk)
        with pytest.raises(DocumentUnknown):
            actions.use_claim(claim_id=claim.pk, document=ID_NUMBER, now=now)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_piece_is_used_once_by_sixteen_counters(self, claim: Claim, now: datetime) -> None:
        answers = at_once([partial(actions.use_claim, code=claim.code, now=now)] * 16)
        assert sum(answer.is_new for answer in answers) == 1
        assert {answer.used_at for answer in answers} == {now}
        assert used_facts() == 1

    def test_using_and_returning_at_once_never_both_by_the_customer(self, north: Any, now: datetime) -> None:
        """A customer returns only what is unused: of the two, one succeeds."""
        benefit = make_benefit(branch=north, quantity=20)
        claims = [make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk) for _ in range(8)]
        calls = []
        for each in claims:
            calls.append(partial(actions.use_claim, claim_id=each.pk, now=now))
            calls.append(
                partial(
                    actions.return_claim,
                    claim_id=each.pk,
                    reason="customer",
                    customer_id=each.customer_id,
                    now=now,
                )
            )
        at_once(calls)
        states = list(Claim.objects.order_by("pk").values_list("state", flat=True))
        assert set(states) <= {ClaimState.USED, ClaimState.RETURNED}
        benefit.refresh_from_db()
        assert benefit.claimed == states.count("used") == used_facts()
        assert Fact.objects.filter(kind="benefits.BenefitReturned").count() == states.count("returned")

    def test_expired_in_between_is_not_used(self, claim: Claim, now: datetime) -> None:
        """The night's task and a late scan at once: one of the two ends it."""
        Claim.objects.filter(pk=claim.pk).update(expires_on=date(2026, 11, 20))
        later = now + timedelta(days=1)
        answers = at_once(
            [
                partial(actions.use_claim, claim_id=claim.pk, now=now),
                partial(actions.expire_claims, now=later),
            ]
        )
        claim.refresh_from_db()
        if claim.state == "used":
            assert (used_facts(), answers[1]) == (1, 0)
        else:
            assert (claim.state, used_facts(), answers[1]) == ("expired", 0, 1)
            assert isinstance(answers[0], ClaimExpired)
