"""Whatever somebody writes into an address, a page answers it and never breaks."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conftest import make_staff
from tests.guards.routes import Route, staff_routes
from tests.guards.test_doors import send

SOURCE = Path(__file__).parents[2] / "src" / "huiqun"
ASKED = re.compile(
    r'(?:GET|params|filters|query|asked)(?:\.get\(|\[)"(\w+)"|name="(\w+)"|[(, ]"(\w+)"(?=[,)] ?.*in \()'
)
NONSENSE = ("9" * 30, "²", "2026-02-31", "\x00' OR 1=1 --")


def names_asked() -> list[str]:
    """Every name by which a page of ours is asked for something, in any domain."""
    found = set()
    for path in [*SOURCE.rglob("views/*.py"), *SOURCE.rglob("queries/*.py"), *SOURCE.rglob("*.html")]:
        for groups in ASKED.findall(path.read_text("utf-8")):
            found |= {name for name in groups if name}
    return sorted(found)


def test_finds_names() -> None:
    assert {"q", "after", "branch", "state", "number", "step"} <= set(names_asked())


@pytest.mark.slow
@pytest.mark.parametrize("route", [pytest.param(route, id=route.name) for route in staff_routes()])
def test_answers_nonsense(route: Route, head_office: Any, client_of: Any, now: Any) -> None:
    client = client_of(make_staff("right", head_office, *sorted(route.door.roles)))
    address = route.address(head_office)
    if send(client, "get", address).status_code == 405:
        pytest.skip("takes no GET")
    for nonsense in NONSENSE:
        asked = urlencode(dict.fromkeys(names_asked(), nonsense))
        response = send(client, "get", f"{address}?{asked}")
        assert response.status_code < 500, f"{address} broke on {nonsense!r}"
