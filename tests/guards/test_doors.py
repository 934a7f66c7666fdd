"""Every route asks who you are: walked as nobody, in the wrong role, and from another branch."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiqun.foundation.api import SCOPES
from huiqun.foundation.models import ApiKey
from huiqun.foundation.roles import Role
from tests.conftest import make_staff
from tests.guards.markup import complaints_about
from tests.guards.routes import (
    Route,
    all_routes,
    bank_wide,
    clerk_routes,
    phone_routes,
    phone_wide,
    staff_routes,
)
from tests.makers.campaigns import make_running
from tests.makers.customers import make_customer
from tests.makers.partners import counter_of, make_clerk, make_partner
from tests.makers.workforce import make_api_key

MOST_QUERIES = 30
METHODS = ("get", "post")


def by_name(routes: Any) -> Any:
    return pytest.mark.parametrize("route", [pytest.param(route, id=route.name) for route in routes])


WITH_RUNS = (
    "campaigns:campaign_progress",
    "insights:result",
    "insights:people",
    "insights:report",
    "insights:export",
)
"""Shown as well for a campaign that has been sent."""

OF_THEIR_OWN = {
    "my_ticket": 403,  # the app signs a new one each time
    "compliance:dossier_withdraw": 403,  # not an author of this dossier
    "compliance:step_remind": 403,
    "compliance:waiver_withdraw": 403,  # made by somebody else
    "compliance:evidence_export": 404,  # no such subject
    "compliance:evidence_anchor": 409,  # nothing is sealed in a test's transaction
}
"""Refusals that the right person meets on an empty form, by the domain and not by the door."""

key_routes = [route for route in all_routes() if route.door and route.door.kind == "key"]
scoped_routes = [route for route in staff_routes() if set(route.object_kwargs) - bank_wide()]


@by_name(all_routes())
def test_has_a_name_and_exactly_one_door(route: Route):
    assert route.name.rpartition(":")[2], f"{route.pattern} has no name"
    assert route.door is not None, f"{route.name} has no door: use staff_door, public_door or signed_door"
    assert len(route.doors) == 1, f"{route.name} has {len(route.doors)} doors"
    if route.door.kind in {"public", "signed"}:
        assert len(route.door.why) > 10, f"{route.name} must say why it is open"


@by_name(staff_routes())
def test_each_noun_in_the_address_has_a_maker(route: Route):
    assert not route.unknown_kwargs, (
        f"{route.name}: add {route.unknown_kwargs} to ROUTE_OBJECTS in tests/makers"
    )


@by_name(staff_routes())
def test_sends_nobody_to_sign_in(route: Route, db, now):
    for method in METHODS:
        response = send(Client(), method, route.any_address)
        assert response.status_code in (302, 401, 405)
        if response.status_code == 302:
            assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("method", METHODS)
@by_name(staff_routes())
def test_refuses_the_wrong_role(route: Route, method: str, north, client_of, now):
    roles = wrong_roles(route, method)
    if not roles:
        pytest.skip("open to everybody who works here")
    response = send(client_of(make_staff("wrong", north, *roles)), method, route.any_address)
    assert response.status_code in (403, 405)


@by_name(scoped_routes)
def test_hides_what_belongs_to_another_branch(route: Route, north, south, client_of, now):
    """Whatever the right role may do here, it may not do there, nor learn that there is something."""
    stranger = client_of(make_staff("stranger", south, *sorted(route.door.roles)))
    address = route.address(north)
    for method in METHODS:
        response = send(stranger, method, address)
        assert response.status_code in (404, 405), f"{method.upper()} {address} gave {response.status_code}"


@pytest.mark.parametrize(
    "each",
    [pytest.param(False, id="all_at_once"), pytest.param(True, id="each_role", marks=pytest.mark.slow)],
)
@by_name(staff_routes())
def test_shows_the_right_person_a_sound_page(route: Route, each: bool, head_office, north, client_of, now):
    """Few queries, and nothing that the content security policy would stop."""
    branch = head_office if Role.ADMINISTRATOR in route.door.roles else north
    address = route.address(branch)
    roles = sorted(route.door.roles)
    for number, held in enumerate([[role] for role in roles] if each else [roles]):
        client = client_of(make_staff(f"right-{number}", branch, *held))
        first = send(client, "get", address)  # what is fetched once per process does not count
        if first.status_code == 405:
            pytest.skip("takes no GET")
        look_at(route, client, address)


@by_name([route for route in staff_routes() if route.name in WITH_RUNS])
def test_shows_a_campaign_that_was_sent(route: Route, north, client_of, now):
    address = route.address(north, campaign_id=make_running(branch=north, people=3).pk)
    for role in sorted(route.door.roles):
        look_at(route, client_of(make_staff(f"right-{role}", north, role)), address)


def look_at(route: Route, client: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = send(client, "get", address)
    expected = (200, 204, 302, OF_THEIR_OWN.get(route.name))
    assert response.status_code in expected, f"GET {address} gave {response.status_code}"
    assert len(queries) <= MOST_QUERIES, "\n".join(query["sql"][:200] for query in queries)
    if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
        assert complaints_about(response.content.decode()) == []


@by_name(phone_routes())
def test_asks_an_unknown_customer_who_is_there(route: Route, db, now):
    for method in METHODS:
        response = send(Client(), method, route.any_address)
        assert response.status_code in (302, 405)
        if response.status_code == 302:
            assert response["Location"].startswith("/my/sign-in/")


@by_name(phone_routes())
def test_shows_a_customer_a_sound_page(route: Route, north, phone_of, now):
    customer = make_customer(branch=north)
    address, client = route.phone_address(customer), phone_of(customer)
    if send(client, "get", address).status_code == 405:
        pytest.skip("takes no GET")
    look_at(route, client, address)


@by_name([route for route in phone_routes() if set(route.kwargs) - phone_wide()])
def test_hides_from_a_customer_what_is_anothers(route: Route, north, phone_of, now):
    address = route.phone_address(make_customer(branch=north))
    stranger = phone_of(make_customer(branch=north))
    for method in METHODS:
        assert send(stranger, method, address).status_code in (404, 405)


@by_name(phone_routes())
def test_answers_a_customers_empty_form_without_breaking(route: Route, north, phone_of, now):
    customer = make_customer(branch=north)
    response = send(phone_of(customer), "post", route.phone_address(customer))
    assert response.status_code < 500 and response.status_code not in (401, 404)


@by_name(clerk_routes())
def test_asks_an_unknown_clerk_to_sign_in(route: Route, db, now):
    for method in METHODS:
        response = send(Client(), method, route.any_address)
        assert response.status_code in (302, 405)
        if response.status_code == 302:
            assert response["Location"].startswith("/counter/sign-in/")


@by_name(clerk_routes())
def test_shows_a_clerk_a_sound_page_and_no_more_than_their_role(route: Route, north, now):
    clerk, manager = (
        make_clerk(partner=partner, role=role)
        for partner in [make_partner(branch=north)]
        for role in ("clerk", "manager")
    )
    address = route.counter_address(manager)
    client = counter_of(manager, now=now)
    if send(client, "get", address).status_code == 405:
        pytest.skip("takes no GET")
    look_at(route, client, address)
    refused = send(counter_of(clerk, now=now), "get", address).status_code
    assert refused == 403 if route.door.manager else refused in (200, 302)


@by_name(clerk_routes())
def test_sends_a_first_password_to_be_changed(route: Route, north, now):
    clerk = make_clerk(partner=make_partner(branch=north), must_change=True)
    response = send(counter_of(clerk, now=now), "post", route.any_address)
    if route.name not in ("counter_password", "counter_sign_out") and response.status_code != 405:
        assert response["Location"] == "/counter/password/"


@by_name([route for route in clerk_routes() if route.kwargs])
def test_hides_from_a_clerk_what_is_another_partners(route: Route, north, now):
    address = route.counter_address(make_clerk(partner=make_partner(branch=north), role="manager"))
    stranger = counter_of(make_clerk(partner=make_partner(branch=north), role="manager"), now=now)
    for method in METHODS:
        assert send(stranger, method, address).status_code in (404, 405)


@by_name(clerk_routes())
def test_answers_a_clerks_empty_form_without_breaking(route: Route, north, now):
    clerk = make_clerk(partner=make_partner(branch=north), role="manager")
    response = send(counter_of(clerk, now=now), "post", route.counter_address(clerk))
    assert response.status_code < 500 and response.status_code not in (401, 404)


@by_name(key_routes)
def test_opens_to_no_program_without_the_right_key(route: Route, north):
    assert route.door.scope in SCOPES
    other = next(iter(set(SCOPES) - {route.door.scope}), "")
    key_id, whole = make_api_key(branch=north, scopes=(route.door.scope,))
    ApiKey.objects.filter(pk=key_id).update(scopes=[other])
    for method in METHODS:
        assert send(Client(), method, route.any_address).status_code in (401, 405)
        keyed = Client(headers={"authorization": f"Bearer {whole}"})
        assert send(keyed, method, route.any_address).status_code in (403, 405)


@by_name([route for route in all_routes() if route.door and route.door.kind in {"public", "signed"}])
def test_shows_anybody_a_sound_page(route: Route, north, now):
    """Customers' pages and those before sign-in, as whoever bears the right address."""
    address = route.address(north)
    if send(Client(), "get", address).status_code == 405:
        pytest.skip("takes no GET")
    look_at(route, Client(), address)


@by_name([route for route in all_routes() if route.door and route.door.kind == "signed"])
def test_refuses_whoever_bears_no_signature(route: Route, north, now):
    """A made-up token, or a true address without its signature."""
    made_up = {"token": "AAAAAAAAAAAAAAAAAAAAAA"} if "token" in route.kwargs else {}
    for method in METHODS:
        response = send(Client(), method, route.address(north, **made_up))
        assert 400 <= response.status_code < 500, f"{method.upper()} gave {response.status_code}"


@by_name(staff_routes())
def test_answers_an_empty_form_without_breaking(route: Route, head_office, north, client_of, now):
    """A stale page or a script may post anything: it is refused or shown again, never an error of ours."""
    branch = head_office if Role.ADMINISTRATOR in route.door.roles else north
    client = client_of(make_staff("right", branch, *sorted(route.door.roles)))
    response = send(client, "post", route.address(branch))
    refused = {401, 403, 404} - {OF_THEIR_OWN.get(route.name)}
    assert response.status_code < 500 and response.status_code not in refused


def send(client: Client, method: str, address: str) -> Any:
    response = getattr(client, method)(address)
    if response.streaming:
        list(response)  # to its end: closing it early would close the test's own connection
    return response


def wrong_roles(route: Route, method: str) -> list[Role]:
    admitted = set(route.door.roles)
    if route.door.auditor and method == "get":
        admitted.add(Role.AUDITOR)
    return [role for role in Role if role not in admitted]
