"""Limits: so many at most for one person, document, phone, household, branch or day, each by one statement."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiqun.benefits import actions
from huiqun.benefits.actions import Attempt, further_piece
from huiqun.benefits.models import Benefit, Claim, Quota
from huiqun.benefits.rules import KeyMissing, LimitReached
from huiqun.foundation.models import Fact
from tests.makers.benefits import make_benefit
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db


def claim(benefit: Benefit, customer: Any, now: datetime, **attempt: str) -> actions.Claimed:
    return actions.claim_benefit(
        benefit_id=benefit.pk, customer_id=customer.pk, now=now, attempt=Attempt(**attempt)
    )


def refused(benefit: Benefit, customer: Any, now: datetime, scope: str, **attempt: str) -> None:
    before = (Claim.objects.count(), Fact.objects.count(), list(Quota.objects.order_by("id").values()))
    with pytest.raises(LimitReached) as refusal:
        claim(benefit, customer, now, **attempt)
    assert refusal.value.scope == scope
    assert before == (
        Claim.objects.count(),
        Fact.objects.count(),
        list(Quota.objects.order_by("id").values()),
    )


@pytest.mark.parametrize(
    ("scope", "shared"),
    [
        ("document", {"id_number": "330102199001011234"}),
        ("household", {"attributes": {"household": "H-7"}}),
        ("household", {"address": "杭州市西湖区文三路1号"}),
    ],
)
def test_people_share_a_limit(scope: str, shared: dict[str, Any], north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, limits={scope: 2})
    own = {"id_number": "330102198001015678", "address": "杭州市上城区2号"}
    for _ in range(2):
        claim(benefit, make_customer(branch=north, **shared), now)
    refused(benefit, make_customer(branch=north, **shared), now, scope)
    assert claim(benefit, make_customer(branch=north, **own), now).is_new
    assert sorted(Quota.objects.values_list("taken", flat=True)) == [1, 2]


def test_one_phone_claims_for_so_many_people(north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, limits={"device": 2})
    for _ in range(2):
        claim(benefit, make_customer(branch=north), now, device="phone-1")
    refused(benefit, make_customer(branch=north), now, "device", device="phone-1")
    assert claim(benefit, make_customer(branch=north), now, device="phone-2").is_new
    with pytest.raises(KeyMissing):
        claim(benefit, make_customer(branch=north), now)
    kept = Claim.objects.values_list("device", flat=True)
    assert {len(device) for device in kept} == {32} and "phone-1" not in kept


def test_a_day_and_a_branch_have_their_share(north: Any, south: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, limits={"day": 2, "branch": 3})
    for _ in range(2):
        claim(benefit, make_customer(branch=north), now)
    refused(benefit, make_customer(branch=south), now, "day")
    tomorrow = now + timedelta(hours=14)  # 00:00 at the bank
    claim(benefit, make_customer(branch=north), tomorrow)
    refused(benefit, make_customer(branch=north), tomorrow, "branch")
    assert claim(benefit, make_customer(branch=south), tomorrow).is_new


def test_several_pieces_for_one_customer_each_asked_for_by_its_number(north: Any, now: datetime) -> None:
    benefit, customer = make_benefit(branch=north, limits={"customer": 2}), make_customer(branch=north)
    first, again = claim(benefit, customer, now), claim(benefit, customer, now)
    second = claim(benefit, customer, now, because=further_piece(2))
    assert (again.claim_id, again.is_new) == (first.claim_id, False)
    assert second.is_new and second.claim_id != first.claim_id
    refused(benefit, customer, now, "customer", because=further_piece(3))
    assert Quota.objects.get().taken == 2


def test_without_a_limit_there_is_one_piece_for_each(north: Any, now: datetime) -> None:
    benefit, customer = make_benefit(branch=north), make_customer(branch=north)
    claim(benefit, customer, now)
    refused(benefit, customer, now, "customer", because=further_piece(2))
    assert not Quota.objects.exists()


def test_who_has_no_document_is_told_what_to_bring(north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, limits={"document": 1})
    with pytest.raises(KeyMissing) as refusal:
        claim(benefit, make_customer(branch=north, id_number=None), now)
    assert refusal.value.scope == "document"
    assert not Claim.objects.exists()


def test_people_without_a_household_are_one_each(north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, limits={"household": 1})
    for _ in range(2):
        assert claim(benefit, make_customer(branch=north, address=None), now).is_new


def test_what_was_granted_counts_for_the_person_but_for_no_phone(north: Any, now: datetime) -> None:
    benefit, customer = (
        make_benefit(branch=north, limits={"customer": 1, "device": 1}),
        make_customer(branch=north),
    )
    actions.grant_benefit(benefit_id=benefit.pk, customer_id=customer.pk, because="draw:1", now=now)
    refused(benefit, customer, now, "customer", device="phone-1")
    assert list(Quota.objects.values_list("scope", "taken")) == [("customer", 1)]
