"""People and machines tell themselves apart, as far as they do."""

from ipaddress import ip_network
from typing import Any

import pytest

from huiqun.delivery.rules.visits import Visit, is_machine

PERSON = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile MicroMessenger/8.0.50"
CLOUD = (ip_network("203.0.113.0/24"), ip_network("2001:db8::/32"))


def machine(**over: Any) -> bool:
    values = {"user_agent": PERSON, "accept": "text/html,*/*", "dest": "document", "after_seconds": 600.0}
    return is_machine(Visit(**(values | over)), networks=CLOUD)


@pytest.mark.parametrize(
    "over",
    [
        {},
        {"accept": "", "dest": ""},
        {"after_seconds": None},
        {"address": "203.0.113.9"},
        {"address": "198.51.100.7", "after_seconds": 5.0},
        {"user_agent": "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Mobile Safari/537.36"},
    ],
)
def test_counts_people(over: dict[str, Any]) -> None:
    assert not machine(**over)


@pytest.mark.parametrize(
    "over",
    [
        {"method": "HEAD"},
        {"method": "OPTIONS"},
        {"user_agent": ""},
        {"user_agent": "okhttp/4.12.0"},
        {"user_agent": "SomeAppliance 3.1"},
        {"user_agent": "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"},
        {"user_agent": f"{PERSON} BarracudaCentral"},
        {"user_agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0 Safari/537.36"},
        {"purpose": "prefetch;prerender"},
        {"purpose": "preview"},
        {"dest": "image"},
        {"dest": "empty"},
        {"accept": "*/*"},
        {"after_seconds": 0.4},
        {"after_seconds": -3.0},
        {"address": "203.0.113.9", "after_seconds": 30.0},
        {"address": "2001:db8::17", "after_seconds": 30.0},
    ],
)
def test_does_not_count_machines(over: dict[str, Any]) -> None:
    assert machine(**over)


def test_a_page_whose_script_speaks_is_before_a_browser() -> None:
    assert not machine(method="POST", accept="*/*", dest="empty", after_seconds=0.0, by_script=True)
    assert machine(method="POST", user_agent="Googlebot/2.1", by_script=True)


def test_an_address_that_is_none_is_in_no_network() -> None:
    assert not machine(address="unknown", after_seconds=5.0)
