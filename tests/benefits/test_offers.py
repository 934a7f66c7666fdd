"""Making an offer, freezing its terms, and looking at it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from huiqun.benefits import actions, queries
from huiqun.benefits.models import Benefit
from huiqun.benefits.rules import (
    BenefitNotFound,
    OfferIncomplete,
    PeriodWrong,
    QuantityTooSmall,
    SubjectTaken,
    TermsClaimed,
    TermsFrozen,
    check_offer,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Fact
from tests.makers.benefits import benefit_terms, make_benefit, make_claim
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db


def breaks(*_args: Any, **_kwargs: Any) -> None:
    raise RuntimeError("the last step fails")


@pytest.mark.parametrize(
    ("over", "refusal"),
    [
        ({"item": " "}, OfferIncomplete),
        ({"terms": ""}, OfferIncomplete),
        ({"quantity": 0}, QuantityTooSmall),
        ({"claim_end_at": datetime(2026, 11, 1, tzinfo=UTC)}, PeriodWrong),
        ({"use_last_date": date(2026, 10, 31)}, PeriodWrong),
    ],
)
def test_refuses_an_offer_that_is_not_one(over: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_offer(benefit_terms(**over))


def test_creates_an_offer(marketer: Any, north: Any, now: datetime) -> None:
    benefit_id = actions.create_benefit(
        terms=benefit_terms(), branch_id=north.pk, subject="campaign:1", by=marketer, now=now
    )
    offer = queries.offer_of("campaign:1")
    assert offer is not None
    assert (offer.benefit_id, offer.left, offer.is_frozen, offer.terms) == (
        benefit_id,
        100,
        False,
        benefit_terms(),
    )
    assert facts.about("benefit", benefit_id).get().kind == "benefits.BenefitCreated"


def test_a_campaign_has_one_offer(marketer: Any, north: Any, now: datetime) -> None:
    make_benefit(branch=north, subject="campaign:1")
    with pytest.raises(SubjectTaken):
        actions.create_benefit(
            terms=benefit_terms(), branch_id=north.pk, subject="campaign:1", by=marketer, now=now
        )
    assert Benefit.objects.count() == 1
    assert not Fact.objects.exists()


def test_creating_is_all_or_nothing(
    marketer: Any, north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "record", breaks)
    with pytest.raises(RuntimeError):
        actions.create_benefit(terms=benefit_terms(), branch_id=north.pk, by=marketer, now=now)
    assert not Benefit.objects.exists()


def test_terms_change_until_they_are_frozen(marketer: Any, north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, frozen=False)
    more = benefit_terms(quantity=200)
    actions.update_benefit(benefit_id=benefit.pk, terms=more, by=marketer, now=now)
    actions.update_benefit(benefit_id=benefit.pk, terms=more, by=marketer, now=now)
    assert facts.about("benefit", benefit.pk).get().body["changed"] == ["quantity"]
    frozen = actions.freeze_benefit(benefit_id=benefit.pk, by=marketer, now=now)
    assert actions.freeze_benefit(benefit_id=benefit.pk, by=marketer, now=now) == frozen
    with pytest.raises(TermsFrozen):
        actions.update_benefit(benefit_id=benefit.pk, terms=benefit_terms(quantity=1), by=marketer, now=now)
    offer = queries.offer(benefit.pk)
    assert (offer.terms.quantity, offer.frozen_digest) == (200, frozen)
    assert facts.about("benefit", benefit.pk).count() == 2


def test_frozen_terms_thaw_only_before_the_first_claim(marketer: Any, north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north)
    actions.thaw_benefit(benefit_id=benefit.pk, by=marketer, now=now)
    actions.thaw_benefit(benefit_id=benefit.pk, by=marketer, now=now)
    assert not queries.offer(benefit.pk).is_frozen
    actions.freeze_benefit(benefit_id=benefit.pk, by=marketer, now=now)
    make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk)
    with pytest.raises(TermsClaimed):
        actions.thaw_benefit(benefit_id=benefit.pk, by=marketer, now=now)
    assert queries.offer(benefit.pk).is_frozen


@pytest.mark.parametrize("action", ["update", "freeze", "thaw"])
def test_changes_are_all_or_nothing(
    action: str, marketer: Any, north: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    benefit = make_benefit(branch=north, frozen=action == "thaw")
    before = queries.offer(benefit.pk)
    more = {"terms": benefit_terms(quantity=7)} if action == "update" else {}
    monkeypatch.setattr(facts, "record", breaks)
    with pytest.raises(RuntimeError):
        getattr(actions, f"{action}_benefit")(benefit_id=benefit.pk, by=marketer, now=now, **more)
    assert queries.offer(benefit.pk) == before


def test_unknown_offers_are_refused(marketer: Any, now: datetime) -> None:
    with pytest.raises(BenefitNotFound):
        actions.freeze_benefit(benefit_id=0, by=marketer, now=now)
    with pytest.raises(BenefitNotFound):
        queries.offer(0)
    assert queries.offer_of("campaign:1") is None
    assert queries.offer_of("") is None
    assert queries.claim_counts("campaign:1") is None


class TestPages:
    def test_shows_claims_masked(
        self, marketer: Any, north: Any, client_of: Callable[[Any], Any], now: datetime
    ) -> None:
        benefit, customer = make_benefit(branch=north), make_customer(branch=north)
        make_claim(benefit=benefit, customer_id=customer.pk)
        page = client_of(marketer).get(f"/benefits/{benefit.pk}/")
        words = page.content.decode()
        assert page.status_code == 200
        assert "王*明" in words
        assert customer.number in words
        assert str(customer.phone) not in words

    def test_hides_customers_of_other_branches(
        self,
        head_office: Any,
        north: Any,
        south: Any,
        marketer: Any,
        client_of: Callable[[Any], Any],
        now: datetime,
    ) -> None:
        benefit, customer = make_benefit(branch=north), make_customer(branch=south)
        make_claim(benefit=benefit, customer_id=customer.pk)
        words = client_of(marketer).get(f"/benefits/{benefit.pk}/").content.decode()
        assert customer.number not in words

    def test_keeps_to_the_branch(
        self, stranger: Any, north: Any, client_of: Callable[[Any], Any], now: datetime
    ) -> None:
        benefit = make_benefit(branch=north)
        client = client_of(stranger)
        assert client.get(f"/benefits/{benefit.pk}/").status_code == 404
        assert client.get("/benefits/").context["benefits"] == []

    def test_the_list_answers_its_query(
        self, marketer: Any, north: Any, client_of: Callable[[Any], Any], now: datetime
    ) -> None:
        make_benefit(branch=north, name="一号")
        make_benefit(branch=north, name="二号", frozen=False)
        client = client_of(marketer)
        for query, names in (
            ({"state": "open"}, ["一号"]),
            ({"state": "draft"}, ["二号"]),
            ({"words": "三"}, []),
        ):
            page = client.get("/benefits/", query)
            assert [entry["row"].name for entry in page.context["benefits"]] == names
