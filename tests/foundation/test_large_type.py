"""长辈版: larger type on customers' pages, by a link and a cookie."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory


def test_a_link_switches_it_on_and_off_and_leads_back(client: Any) -> None:
    response = client.get("/large-type/?next=/m/abc/")
    assert (response["Location"], client.cookies["huiqun_large"].value) == ("/m/abc/", "1")
    client.get("/large-type/?next=/m/abc/")
    assert client.cookies["huiqun_large"].value == ""


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_it_leads_nowhere_else(client: Any, target: str) -> None:
    assert client.get("/large-type/", {"next": target})["Location"] == "/"


def test_the_page_is_marked_and_small() -> None:
    request = RequestFactory().get("/m/abc/")
    request.COOKIES["huiqun_large"] = "1"
    html = render_to_string("foundation/phone.html", {}, request)
    assert 'class="large"' in html
    assert "<script" not in html
    assert len(html.encode()) < 5_000
