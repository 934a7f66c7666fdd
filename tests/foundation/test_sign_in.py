"""What is particular to the bank in signing in."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.messages import get_messages
from django.test import RequestFactory

from huiqun.foundation.sign_in import BankSignIn, SealedSecrets, StaffAccounts

Clients = Callable[[Any], Any]


class FromTheBank(SimpleNamespace):
    """A sign-in that the bank's OIDC server has vouched for."""

    connected_to: Any = None

    def connect(self, request: Any, staff: Any) -> None:
        self.connected_to = staff


def vouched(username: str) -> FromTheBank:
    claims = {"userinfo": {"preferred_username": username}}
    return FromTheBank(is_existing=False, account=SimpleNamespace(extra_data=claims))


def test_nobody_opens_an_account_for_themselves() -> None:
    assert not StaffAccounts().is_open_for_signup(RequestFactory().get("/"))
    assert not BankSignIn().is_open_for_signup(RequestFactory().get("/"), None)


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/"])
def test_sign_in_by_mail_has_no_place_here(client: Any, db: None, path: str) -> None:
    response = client.get(f"/accounts/{path}")
    assert response.status_code == 200
    assert b"<input" not in response.content.split(b'id="content"')[1].split(b'class="door-form"')[1]


def test_the_bank_vouches_for_staff_by_user_name(marketer: Any) -> None:
    arriving = vouched("marketer")
    BankSignIn().pre_social_login(RequestFactory().get("/"), arriving)
    assert arriving.connected_to == marketer


@pytest.mark.parametrize("username", ["nobody", "", "marketer"])
def test_strangers_and_closed_accounts_are_not_let_in(marketer: Any, username: str) -> None:
    marketer.is_active = False
    marketer.save()
    arriving = vouched(username)
    with pytest.raises(ImmediateHttpResponse):
        BankSignIn().pre_social_login(RequestFactory().get("/"), arriving)
    assert arriving.connected_to is None


def test_secrets_of_authenticators_are_sealed() -> None:
    sealed = SealedSecrets().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert SealedSecrets().decrypt(sealed) == "JBSWY3DPEHPK3PXP"


def test_without_the_second_step_that_the_policy_asks_for_no_page_opens(
    marketer: Any, client_of: Clients, settings: Any
) -> None:
    settings.HUIQUN_REQUIRE_TOTP = True
    response = client_of(marketer).get("/style/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/2fa/totp/activate/"


def test_a_session_that_is_too_old_is_over(marketer: Any, client_of: Clients, settings: Any) -> None:
    client = client_of(marketer)
    assert client.get("/style/").status_code == 200
    settings.HUIQUN_LONGEST_SESSION_HOURS = -1
    assert client.get("/style/")["Location"] == "/accounts/login/?over=1"
    assert "_auth_user_id" not in client.session


def test_five_wrong_passwords_lock_the_name_wherever_they_come_from(marketer: Any, client: Any) -> None:
    for number in range(5):
        asked = {"login": "marketer", "password": "wrong"}
        response = client.post("/accounts/login/", asked, REMOTE_ADDR=f"192.0.2.{number}")
    assert response.status_code == 429
    right = {"login": "marketer", "password": "correct horse battery"}
    assert client.post("/accounts/login/", right, REMOTE_ADDR="192.0.2.99").status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_signing_in_needs_no_greeting(marketer: Any, client: Any) -> None:
    right = {"login": "marketer", "password": "correct horse battery"}
    response = client.post("/accounts/login/", right)
    assert response.status_code == 302
    assert not list(get_messages(response.wsgi_request))
