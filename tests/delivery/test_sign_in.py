"""Customers come to their own pages by a code to the number on file, or vouched for by the bank's app."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huiqun.delivery.rules.tickets import make_ticket
from huiqun.foundation import clock
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, Tray, make_account

KEY = "shared with the app"


@pytest.fixture
def tray(north: Any, now: Any) -> Tray:
    tray = Tray()
    make_account(branch=north, tray=tray)
    return tray


def code_in(tray: Tray) -> str:
    found = re.search(r"验证码是(\d{6})", tray.messages[-1].body)
    assert found
    return found.group(1)


class TestByCode:
    def test_lets_in_and_leads_back(self, north: Any, tray: Tray) -> None:
        make_customer(branch=north, phone="13900001234")
        client = Client()
        first = client.get("/my/")
        assert first["Location"] == "/my/sign-in/?next=/my/"
        client.post("/my/sign-in/", {"phone": "13900001234"})
        done = client.post(
            "/my/sign-in/code/", {"phone": "13900001234", "code": code_in(tray), "next": "/my/"}
        )
        assert done["Location"] == "/my/" and client.get("/my/").status_code == 200

    def test_says_nothing_of_whether_there_is_such_a_customer(self, north: Any, tray: Tray) -> None:
        make_customer(branch=north, phone="13900001234")
        known = Client().post("/my/sign-in/", {"phone": "13900001234"}).content.decode()
        unknown = Client().post("/my/sign-in/", {"phone": "13900009999"}).content.decode()
        blank = re.compile(r'1390000\d{4}|value="[\w-]{20,}"')
        assert blank.sub("", known) == blank.sub("", unknown) and len(tray.messages) == 1

    def test_sends_no_code_to_a_number_that_two_customers_share(self, north: Any, tray: Tray) -> None:
        for _ in range(2):
            make_customer(branch=north, phone="13900001234")
        Client().post("/my/sign-in/", {"phone": "13900001234"})
        assert tray.messages == []

    @pytest.mark.parametrize("code", ["000000", "12", "abcdef", ""])
    def test_stays_shut_to_a_wrong_code(self, north: Any, tray: Tray, code: str) -> None:
        make_customer(branch=north, phone="13900001234")
        client = Client()
        client.post("/my/sign-in/", {"phone": "13900001234"})
        if code == code_in(tray):
            code = "111111"
        answer = client.post("/my/sign-in/code/", {"phone": "13900001234", "code": code})
        assert answer.status_code == 422 and client.get("/my/").status_code == 302

    @pytest.mark.parametrize("number", ["", "139", "+8613900001234", "1390000123x", "' OR 1=1"])
    def test_asks_again_for_what_is_no_number(self, db: Any, now: Any, number: str) -> None:
        text = Client().post("/my/sign-in/", {"phone": number}).content.decode()
        assert 'aria-invalid="true"' in text

    def test_leads_nowhere_else(self, north: Any, tray: Tray) -> None:
        make_customer(branch=north, phone="13900001234")
        client = Client()
        client.post("/my/sign-in/", {"phone": "13900001234"})
        data = {"phone": "13900001234", "code": code_in(tray), "next": "https://evil.example.com/"}
        assert client.post("/my/sign-in/code/", data)["Location"] == "/my/"


class TestByTicket:
    @pytest.fixture(autouse=True)
    def _key(self, settings: Any) -> None:
        settings.HUIQUN_APP_KEY = KEY

    def enter(self, ticket: str) -> Any:
        return Client().get("/my/sign-in/ticket/", {"ticket": ticket})

    def test_lets_in_once(self, north: Any, now: Any) -> None:
        ticket = make_ticket(number=make_customer(branch=north).number, nonce="1", at=NOW, key=KEY)
        assert self.enter(ticket).status_code == 302
        assert self.enter(ticket).status_code == 403

    @pytest.mark.parametrize("ticket", ["", ".", "AAAA.BBBB", "a.é", "eyJ9." + "0" * 64, "x" * 2000])
    def test_refuses_what_is_not_signed(self, db: Any, now: Any, ticket: str) -> None:
        assert self.enter(ticket).status_code == 403

    def test_refuses_another_key_an_old_ticket_and_nobody(self, north: Any, now: Any) -> None:
        number = make_customer(branch=north).number
        for ticket in (
            make_ticket(number=number, nonce="1", at=NOW, key="another"),
            make_ticket(number=number, nonce="1", at=NOW - timedelta(seconds=61), key=KEY),
            make_ticket(number="nobody", nonce="1", at=NOW, key=KEY),
        ):
            assert self.enter(ticket).status_code == 403

    def test_refuses_all_while_there_is_no_key(self, north: Any, now: Any, settings: Any) -> None:
        settings.HUIQUN_APP_KEY = ""
        ticket = make_ticket(number=make_customer(branch=north).number, nonce="1", at=NOW, key="")
        assert self.enter(ticket).status_code == 403


def test_a_visit_goes_on_while_it_is_used_but_not_for_ever(north: Any, phone_of: Any, now: Any) -> None:
    client = phone_of(make_customer(branch=north))
    for minutes in range(10, 12 * 60, 10):
        with clock.at(now + timedelta(minutes=minutes)):
            assert client.get("/my/").status_code == 200
    with clock.at(now + timedelta(hours=12, minutes=1)):
        assert client.get("/my/").status_code == 302


def test_a_visit_ends_when_nobody_comes_or_the_customer_leaves(north: Any, phone_of: Any, now: Any) -> None:
    left, idle = phone_of(make_customer(branch=north)), phone_of(make_customer(branch=north))
    left.post("/my/sign-out/")
    assert left.get("/my/").status_code == 302
    with clock.at(now + timedelta(minutes=16)):
        assert idle.get("/my/").status_code == 302
