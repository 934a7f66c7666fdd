"""Chinese first; what a person chooses is kept."""

from typing import Any

import pytest
from django.test import Client

from tests.conftest import make_staff

SIGN_IN = "/accounts/login/"


def language(client: Any, address: str = "/") -> str:
    return str(client.get(address, headers={"Accept-Language": "en-US,en"})["Content-Language"])


def choose(client: Any, chosen: str) -> None:
    assert client.post("/language/", {"language": chosen, "next": "/"}).status_code == 302


def test_a_strangers_browser_does_not_decide(db: None) -> None:
    assert language(Client(), SIGN_IN) == "zh-hans"


def test_a_person_is_met_in_their_own_language(north: Any, client_of: Any) -> None:
    assert language(client_of(make_staff("ann", north, "marketer", language="en"))) == "en"


def test_what_was_chosen_in_this_browser_comes_first(north: Any, client_of: Any) -> None:
    client = client_of(make_staff("ann", north, "marketer", language="en"))
    client.cookies["huiqun_language"] = "zh-hans"
    assert language(client) == "zh-hans"


def test_a_choice_is_found_again_in_another_browser(marketer: Any, client_of: Any) -> None:
    choose(client_of(marketer), "en")
    marketer.refresh_from_db()
    assert marketer.language == "en"
    assert language(client_of(marketer)) == "en"


def test_a_visitors_choice_stays_in_the_browser(db: None) -> None:
    client = Client()
    choose(client, "en")
    assert language(client, SIGN_IN) == "en"


@pytest.mark.parametrize("unknown", ["fr", "", "../en", "EN"])
def test_a_language_we_do_not_speak_changes_nothing(marketer: Any, client_of: Any, unknown: str) -> None:
    client = client_of(marketer)
    choose(client, unknown)
    marketer.refresh_from_db()
    assert marketer.language == "zh-hans" and "huiqun_language" not in client.cookies
    client.cookies["huiqun_language"] = unknown
    assert language(client) == "zh-hans"
