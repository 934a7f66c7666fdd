"""The benefit centre on the phone: one's own pieces, what may be claimed, and nobody else's."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from huiqun.benefits import actions
from huiqun.benefits.models import Claim, ClaimAppeal
from tests.makers.benefits import make_benefit, make_claim, make_import
from tests.makers.customers import make_customer

pytestmark = pytest.mark.django_db

Phone = Callable[[Any], Any]


def read(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.content.decode())


def test_an_empty_wallet_says_what_comes_here(north: Any, phone_of: Phone) -> None:
    page = read(phone_of(make_customer(branch=north)), "/my/benefits/")
    assert 'class="card empty"' in page


def test_one_tap_claims_an_open_offer_and_shows_its_code(north: Any, phone_of: Phone, now: datetime) -> None:
    benefit, customer = make_benefit(branch=north), make_customer(branch=north)
    client = phone_of(customer)
    assert benefit.name in read(client, "/my/benefits/")
    for _ in range(2):
        answer = client.post(f"/my/benefits/offer/{benefit.pk}/claim/")
    claim = Claim.objects.get()
    assert answer["Location"] == f"/my/benefits/piece/{claim.pk}/"
    assert claim.code in read(client, answer["Location"])
    assert f"/my/benefits/offer/{benefit.pk}/" not in read(client, "/my/benefits/")


@pytest.mark.parametrize(
    "over", [{"subject": "campaign:1"}, {"frozen": False}, {"way": "grant"}, {"claim_end_at": datetime(2026, 11, 19).astimezone()}]
)  # fmt: skip
def test_only_what_is_open_to_everybody_is_offered(
    over: dict[str, Any], north: Any, phone_of: Phone, now: datetime
) -> None:
    benefit, customer = make_benefit(branch=north, **over), make_customer(branch=north)
    client = phone_of(customer)
    assert benefit.name not in read(client, "/my/benefits/")
    answer = client.post(f"/my/benefits/offer/{benefit.pk}/claim/")
    assert answer.status_code in (404, 409)
    assert not Claim.objects.exists()


def test_offers_of_the_head_office_reach_all_those_of_a_branch_its_own(
    head_office: Any, north: Any, south: Any, phone_of: Phone, now: datetime
) -> None:
    whole, own = make_benefit(branch=head_office, name="总行券"), make_benefit(branch=north, name="城北券")
    page = read(phone_of(make_customer(branch=south)), "/my/benefits/")
    assert whole.name in page and own.name not in page
    stranger = phone_of(make_customer(branch=south))
    assert stranger.post(f"/my/benefits/offer/{own.pk}/claim/").status_code == 404


def test_shows_code_terms_and_last_day(north: Any, phone_of: Phone, now: datetime) -> None:
    customer = make_customer(branch=north)
    benefit = make_benefit(branch=north, codes="pool", limits={"customer": 2}, use_days=7)
    make_import(benefit=benefit, codes=["HZ-9f3k-0001"])
    claimed = actions.claim_benefit(benefit_id=benefit.pk, customer_id=customer.pk, now=now)
    page = read(phone_of(customer), f"/my/benefits/piece/{claimed.claim_id}/")
    assert "HZ-9f3k-0001" in page and "<svg" in page
    assert "2026-11-27" in page
    assert benefit.terms in page


def test_a_used_piece_shows_no_code_any_more(north: Any, phone_of: Phone, now: datetime) -> None:
    customer = make_customer(branch=north)
    claim = make_claim(benefit=make_benefit(branch=north), customer_id=customer.pk)
    actions.use_claim(claim_id=claim.pk, now=now)
    assert claim.code not in read(phone_of(customer), f"/my/benefits/piece/{claim.pk}/")


def test_what_ends_soon_stands_first(north: Any, phone_of: Phone, now: datetime) -> None:
    customer = make_customer(branch=north)
    for name, day in (("三天后", 23), ("四天后", 24), ("昨天", 19)):
        make_claim(
            benefit=make_benefit(branch=north, subject=f"campaign:{day}", name=name),
            customer_id=customer.pk,
            expires_on=date(2026, 11, day),
        )
    answer = phone_of(customer).get("/my/benefits/")
    wallet = answer.context["wallet"]
    names = [
        [piece.claim.benefit.name for piece in part] for part in (wallet.expiring, wallet.mine, wallet.past)
    ]
    assert names == [["三天后"], ["四天后"], ["昨天"]]
    assert "/my/benefits/" in read(phone_of(customer), "/my/")


def test_a_granted_piece_is_accepted_by_one_tap(north: Any, phone_of: Phone, now: datetime) -> None:
    customer, benefit = make_customer(branch=north), make_benefit(branch=north, way="grant")
    granted = actions.grant_benefit(benefit_id=benefit.pk, customer_id=customer.pk, because="draw:1", now=now)
    client = phone_of(customer)
    assert granted.code not in read(client, f"/my/benefits/piece/{granted.claim_id}/")
    client.post(f"/my/benefits/piece/{granted.claim_id}/accept/")
    assert granted.code in read(client, f"/my/benefits/piece/{granted.claim_id}/")


def test_returned_passed_on_and_appealed_from_the_phone(
    north: Any, phone_of: Phone, risk_officer: Any, now: datetime
) -> None:
    customer = make_customer(branch=north)
    make_customer(branch=north, phone="13800000001")
    benefit = make_benefit(branch=north, transferable=True)
    first, second, third = (
        make_claim(benefit=benefit, customer_id=customer.pk, because=each) for each in ("", "a:1", "a:2")
    )
    client = phone_of(customer)
    client.post(f"/my/benefits/piece/{first.pk}/return/")
    client.post(f"/my/benefits/piece/{second.pk}/pass-on/", {"phone": "13800000001"})
    actions.revoke_claim(claim_id=third.pk, reason="批量注册", by=risk_officer, now=now)
    assert "批量注册" in read(client, f"/my/benefits/piece/{third.pk}/")
    client.post(f"/my/benefits/piece/{third.pk}/appeal/", {"words": "是我本人"})
    states = [Claim.objects.get(pk=each.pk).state for each in (first, second, third)]
    assert states == ["returned", "passed", "revoked"]
    assert ClaimAppeal.objects.get().words == "是我本人"


def test_anothers_piece_is_not_there(north: Any, phone_of: Phone, now: datetime) -> None:
    claim = make_claim(
        benefit=make_benefit(branch=north, transferable=True), customer_id=make_customer(branch=north).pk
    )
    client = phone_of(make_customer(branch=north))
    assert client.get(f"/my/benefits/piece/{claim.pk}/").status_code == 404
    for what in ("return", "accept", "appeal"):
        assert client.post(f"/my/benefits/piece/{claim.pk}/{what}/").status_code == 404
    assert client.post(f"/my/benefits/piece/{claim.pk}/pass-on/", {"phone": "1"}).status_code == 404
    claim.refresh_from_db()
    assert claim.state == "claimed"
