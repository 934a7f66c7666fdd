"""Partners' tills: one key, one partner; forged, replayed and late calls each get a clear answer."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huiqun.benefits.models import Claim, Redemption
from huiqun.foundation import clock
from huiqun.partners import actions as partners
from tests.makers.partners import make_working
from tests.makers.settlements import open_claim, partner_benefit
from tests.makers.workforce import make_api_key

ADDRESS = "/api/benefits/redemptions/"


@pytest.fixture
def partner(north: Any) -> Any:
    return make_working(branch=north)


@pytest.fixture
def piece(partner: Any) -> Claim:
    return open_claim(benefit=partner_benefit(partner=partner))


@pytest.fixture
def key(partner: Any, north: Any, marketer: Any, now: Any) -> str:
    key_id, whole = make_api_key(branch=north, scopes=("benefits:redeem",))
    partners.bind_key(partner_id=partner.pk, api_key_id=key_id, by=marketer, now=now)
    return whole


def call(key: str, piece: Claim, once: str = "till-1-0001", **over: Any) -> Any:
    body = {"code": piece.code, "at": clock.now().isoformat()} | over
    headers = {"authorization": f"Bearer {key}", "idempotency-key": once}
    return Client(headers=headers).post(ADDRESS, json.dumps(body), content_type="application/json")


def test_uses_a_piece(key: str, piece: Claim, now: Any) -> None:
    answer = call(key, piece)
    assert (answer.status_code, answer.json()["used"]) == (200, True)
    piece.refresh_from_db()
    assert piece.state == "used" and Redemption.objects.get().api_key is not None


def test_a_replayed_call_gets_the_first_answer(key: str, piece: Claim, now: Any) -> None:
    first = call(key, piece)
    again = call(key, piece)
    assert again.json() == first.json() and again["Idempotent-Replayed"] == "true"
    assert Redemption.objects.count() == 1


def test_a_call_that_the_interface_forgot_is_known_all_the_same(key: str, piece: Claim, now: Any) -> None:
    from huiqun.foundation.models import ApiCall

    call(key, piece)
    ApiCall.objects.all().delete()
    assert call(key, piece).json()["used"] is True
    assert Redemption.objects.count() == 1


def test_another_call_is_told_that_it_was_used(key: str, piece: Claim, now: Any) -> None:
    call(key, piece)
    assert call(key, piece, "till-2-0001").json()["used"] is False


def test_a_used_key_for_another_piece_is_refused(key: str, piece: Claim, now: Any) -> None:
    call(key, piece)
    other = open_claim(benefit=piece.benefit)
    answer = call(key, other)
    assert (answer.status_code, answer.json()["code"]) == (409, "foundation.call_key_taken")


@pytest.mark.parametrize("forged", ["", "hq_000000000000_" + "A" * 43])
def test_a_forged_key_is_refused(forged: str, key: str, piece: Claim, now: Any) -> None:
    answer = call(forged or key[:-2] + ("AA" if key[-2:] != "AA" else "BB"), piece)
    assert (answer.status_code, answer.json()["code"]) == (401, "api.no_key")
    assert not Redemption.objects.exists()


@pytest.mark.parametrize("hours", [-8, -1, 1, 8])
def test_a_clock_that_is_hours_off_is_told_the_time(hours: int, key: str, piece: Claim, now: Any) -> None:
    answer = call(key, piece, at=(now + timedelta(hours=hours)).isoformat())
    assert (answer.status_code, answer.json()["code"]) == (422, "benefits.clock_off")
    assert "2026-11-20T10:00:00+08:00" in answer.json()["sentence"]
    assert not Redemption.objects.exists()


@pytest.mark.parametrize("at", ["", "2026-11-20 10:00", "yesterday", 7])
def test_a_moment_without_zone_is_refused(at: Any, key: str, piece: Claim, now: Any) -> None:
    assert call(key, piece, at=at).status_code == 422


def test_a_key_of_no_partner_opens_nothing(north: Any, piece: Claim, now: Any) -> None:
    _id, unbound = make_api_key(branch=north, scopes=("benefits:redeem",))
    answer = call(unbound, piece)
    assert (answer.status_code, answer.json()["code"]) == (403, "partners.key_not_bound")


def test_another_partners_piece_is_not_found(key: str, north: Any, now: Any) -> None:
    foreign = open_claim(benefit=partner_benefit(partner=make_working(branch=north)))
    assert call(key, foreign).status_code == 404
    state = Client(headers={"authorization": f"Bearer {key}"}).get(f"{ADDRESS}state/", {"code": foreign.code})
    assert state.status_code == 404


def test_a_suspended_partner_is_shut_out(
    key: str, piece: Claim, partner: Any, marketer: Any, now: Any
) -> None:
    partners.suspend_partner(partner_id=partner.pk, reason="停业", by=marketer, now=now)
    assert call(key, piece).status_code == 403
    assert not Redemption.objects.exists()


def test_tells_the_state_and_no_person(key: str, piece: Claim, now: Any) -> None:
    answer = Client(headers={"authorization": f"Bearer {key}"}).get(f"{ADDRESS}state/", {"code": piece.code})
    said = answer.json()
    assert (said["state"], said["usable"]) == ("claimed", True)
    assert set(said) == {"piece", "item", "state", "usable", "usable_until", "real_name", "used_at", "shop"}
    assert piece.customer.number not in answer.content.decode()
