"""Clerks: invited, locked after wrong tries, shut out at once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client

from huiqun.foundation.models import Fact
from huiqun.partners import actions, queries
from huiqun.partners.models import Clerk, ClerkSession
from huiqun.partners.rules.refusals import ClerkGone, LoginTaken, PasswordWeak, SignInWrong
from tests.makers.partners import PASSWORD, counter_of, make_clerk, make_partner


@pytest.fixture
def clerk(north: Any) -> Clerk:
    return make_clerk(partner=make_partner(branch=north))


def wrong(clerk: Clerk, now: Any) -> None:
    with pytest.raises(SignInWrong):
        actions.sign_in(login=clerk.login, password="wrong", now=now)


class TestInviting:
    def test_gives_a_first_password_that_must_be_changed(self, north: Any, marketer: Any, now: Any) -> None:
        partner = make_partner(branch=north)
        clerk_id, first = actions.invite_clerk(
            partner_id=partner.pk,
            shop="武林店",
            name="店小二",
            login="Wulin.1",
            role="clerk",
            by=marketer,
            now=now,
        )
        client = Client()
        entered = client.post("/counter/sign-in/", {"login": "wulin.1", "password": first})
        assert entered.status_code == 302
        assert client.post("/counter/password/", {"password": "short"}).status_code == 422
        assert client.post("/counter/password/", {"password": first}).status_code == 422
        assert client.post("/counter/password/", {"password": PASSWORD}).status_code == 302
        assert not Clerk.objects.get(pk=clerk_id).must_change

    def test_ends_unused_after_three_days(self, north: Any, marketer: Any, now: Any) -> None:
        given = {"shop": "武林店", "name": "店小二", "login": "wulin.1", "role": "clerk"}
        partner = make_partner(branch=north)
        clerk_id, first = actions.invite_clerk(partner_id=partner.pk, **given, by=marketer, now=now)
        late = now + timedelta(hours=73)
        with pytest.raises(SignInWrong):
            actions.sign_in(login="wulin.1", password=first, now=late)
        with pytest.raises(LoginTaken):
            actions.invite_clerk(partner_id=partner.pk, **given, by=marketer, now=late)
        _id, again = actions.invite_again(clerk_id=clerk_id, by=marketer, now=late)
        assert actions.sign_in(login="wulin.1", password=again, now=late)

    def test_shows_the_password_once(self, north: Any, marketer: Any, client_of: Any, now: Any) -> None:
        partner = make_partner(branch=north)
        given = {"shop": "武林店", "name": "店小二", "login": "wulin.1", "role": "clerk"}
        page = client_of(marketer).post(f"/partners/{partner.pk}/clerks/", given)
        assert page.status_code == 200 and page["Cache-Control"] == "no-store"
        first = page.context["first_password"][1]
        assert first in page.content.decode()
        assert first not in client_of(marketer).get(f"/partners/{partner.pk}/").content.decode()


class TestSigningIn:
    def test_rests_after_five_wrong_passwords(self, clerk: Clerk, now: Any) -> None:
        for _ in range(5):
            wrong(clerk, now)
        with pytest.raises(SignInWrong):
            actions.sign_in(login=clerk.login, password=PASSWORD, now=now)
        assert Fact.objects.filter(kind="partners.ClerkLocked").count() == 1
        assert actions.sign_in(login=clerk.login, password=PASSWORD, now=now + timedelta(minutes=16))

    def test_forgets_wrong_passwords_after_a_right_one(self, clerk: Clerk, now: Any) -> None:
        for _ in range(3):
            for _ in range(4):
                wrong(clerk, now)
            assert actions.sign_in(login=clerk.login, password=PASSWORD, now=now)

    def test_says_the_same_of_unknown_logins(self, clerk: Clerk, now: Any) -> None:
        pages = [
            Client().post("/counter/sign-in/", {"login": login, "password": "wrong"}).content
            for login in (clerk.login, "nobody-here")
        ]
        assert b"alert-error" in pages[0]
        assert pages[0].count(b"alert-error") == pages[1].count(b"alert-error")

    def test_leads_back_into_the_counter_only(self, clerk: Clerk, now: Any) -> None:
        given = {"login": clerk.login, "password": PASSWORD}
        for target, place in (
            ("/counter/password/", "/counter/password/"),
            ("https://evil.example/", "/counter/"),
            ("/customers/", "/counter/"),
        ):
            answer = Client().post("/counter/sign-in/", given | {"next": target})
            assert answer["Location"] == place

    def test_ends_by_itself(self, clerk: Clerk, now: Any) -> None:
        secret = actions.sign_in(login=clerk.login, password=PASSWORD, now=now)
        assert queries.at_counter(secret=secret, now=now + timedelta(minutes=29))
        assert not queries.at_counter(secret=secret, now=now + timedelta(minutes=31))

    def test_goes_on_while_used_for_half_a_day(self, clerk: Clerk, now: Any) -> None:
        secret, moment = actions.sign_in(login=clerk.login, password=PASSWORD, now=now), now
        while queries.at_counter(secret=secret, now=moment):
            actions.keep_alive(secret=secret, now=moment)
            moment += timedelta(minutes=20)
        assert timedelta(hours=12) <= moment - now <= timedelta(hours=12, minutes=20)

    def test_keeps_no_secret(self, clerk: Clerk, now: Any) -> None:
        secret = actions.sign_in(login=clerk.login, password=PASSWORD, now=now)
        assert secret not in str(ClerkSession.objects.values_list()) and PASSWORD not in clerk.password


class TestShuttingOut:
    def test_ends_the_session_between_two_pages(self, clerk: Clerk, marketer: Any, now: Any) -> None:
        client = counter_of(clerk, now=now)
        assert client.get("/counter/password/").status_code == 200
        actions.shut_out_clerk(clerk_id=clerk.pk, by=marketer, now=now)
        assert client.get("/counter/password/").status_code == 302
        with pytest.raises(SignInWrong):
            actions.sign_in(login=clerk.login, password=PASSWORD, now=now)

    def test_a_first_password_ends_what_was_open(self, clerk: Clerk, marketer: Any, now: Any) -> None:
        client = counter_of(clerk, now=now)
        actions.invite_again(clerk_id=clerk.pk, by=marketer, now=now)
        assert client.get("/counter/password/").status_code == 302

    def test_a_weak_password_changes_nothing(self, clerk: Clerk, now: Any) -> None:
        for weak in ("password123", "1234567890", f"x{clerk.login}x", PASSWORD):
            with pytest.raises(PasswordWeak):
                actions.change_password(clerk_id=clerk.pk, secret="", password=weak, now=now)
        assert actions.sign_in(login=clerk.login, password=PASSWORD, now=now)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_each_cost_one(clerk: Clerk, now: Any) -> None:
    def guess() -> None:
        try:
            actions.sign_in(login=clerk.login, password="wrong", now=now)
        except SignInWrong:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clerk.refresh_from_db()
    assert clerk.tries == 5
    with pytest.raises(SignInWrong):
        actions.sign_in(login=clerk.login, password=PASSWORD, now=now)


@pytest.mark.django_db(transaction=True)
def test_shutting_out_waits_for_the_use_that_holds_the_clerk(clerk: Clerk, marketer: Any, now: Any) -> None:
    """And whatever comes after it is refused: there is nothing in between."""
    done = threading.Event()

    def shut_out() -> None:
        actions.shut_out_clerk(clerk_id=clerk.pk, by=marketer, now=now)
        done.set()
        connections.close_all()

    with transaction.atomic():
        queries.hold_clerk(clerk_id=clerk.pk, partner_id=clerk.partner_id)
        thread = threading.Thread(target=shut_out)
        thread.start()
        assert not done.wait(0.3)
    thread.join()
    with transaction.atomic(), pytest.raises(ClerkGone):
        queries.hold_clerk(clerk_id=clerk.pk, partner_id=clerk.partner_id)
