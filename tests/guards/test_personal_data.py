"""Who reads what of a customer, over every page that a role may open.

One customer of the branch 城北 has got a message and taken a benefit; then each role walks all its pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from django.test import Client

from huiqun.customers.models import Customer
from huiqun.delivery.models import Recipient
from huiqun.foundation.roles import Role
from huiqun.lib.masking import mask_email, mask_name, mask_phone
from tests.conftest import make_staff
from tests.guards.routes import Route, route_objects, staff_routes
from tests.makers.campaigns import make_running

NAME, PHONE, MAIL = "欧阳明珠", "13912345678", "mingzhu.ouyang@example.com"
NEVER_SEEN_BY = (Role.ANALYST, Role.ADMINISTRATOR)
"""Analysts read numbers; whoever gives out accounts reads no customers."""

FEW_AND_ALL = (
    pytest.param((*NEVER_SEEN_BY, Role.RELATIONSHIP_MANAGER), id="few"),
    pytest.param(tuple(Role), id="all", marks=pytest.mark.slow),
)


@dataclass
class World:
    """A sent campaign of one branch, and the one customer that it reached."""

    branch: Any

    @cached_property
    def campaign(self) -> Any:
        return make_running(branch=self.branch)

    @cached_property
    def customer(self) -> Customer:
        recipient = Recipient.objects.filter(run_id=self.campaign.run_id)[0]
        customer: Customer = Customer.objects.get(pk=recipient.customer_id)
        customer.name, customer.phone, customer.email = NAME, PHONE, MAIL
        customer.number = "N20261120"
        customer.save()
        return customer

    @cached_property
    def objects(self) -> dict[str, Any]:
        """What each noun in an address stands for; this world's own where it has some."""
        own = {
            "customer_id": self.customer.pk,
            "campaign_id": self.campaign.pk,
            "run_id": self.campaign.run_id,
        }
        wanted = {name for route in staff_routes() for name in route.kwargs} - set(own)
        return own | {name: route_objects()[name](self.branch) for name in wanted}

    def walk(self, role: Role) -> Iterator[tuple[str, str]]:
        """(address, text) of every page that the role may open; lists are searched for the customer too."""
        client = Client()
        staff = make_staff(f"reader-{role}", self.branch, role)
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        for route in open_to(role):
            address = route.address(self.branch, **{name: self.objects[name] for name in route.kwargs})
            searches = [] if route.kwargs else [{"q": self.customer.number, "number": self.customer.number}]
            for query in ({}, *searches):
                response = client.get(address, query)
                if response.status_code == 200:
                    content = b"".join(response) if response.streaming else response.content
                    yield address, content.decode("utf-8", "replace")


def open_to(role: Role) -> list[Route]:
    return [
        route
        for route in staff_routes()
        if role in route.door.roles or (role == Role.AUDITOR and route.door.auditor)
    ]


def traces(customer: Customer) -> tuple[str, ...]:
    return mask_name(NAME), mask_phone(PHONE), mask_email(MAIL), f"/customers/{customer.pk}/"


@pytest.fixture
def world(north: Any, now: Any) -> World:
    world = World(north)
    assert world.customer.number
    return world


@pytest.mark.parametrize("roles", FEW_AND_ALL)
def test_each_role_reads_no_more_than_its_own(roles: tuple[Role, ...], world: World) -> None:
    """Identifiers are masked for everybody (unmasking is a POST with a purpose, and a fact); some roles do
    not meet customers at all."""
    wrong, met = [], set()
    for role in roles:
        for address, text in world.walk(role):
            if any(clear in text for clear in (PHONE, MAIL, NAME)):
                wrong.append(f"{role} reads an identifier in the clear at {address}")
            if any(trace in text for trace in traces(world.customer)):
                met.add((role, address))
    wrong += [f"{role} meets a customer at {address}" for role, address in met if role in NEVER_SEEN_BY]
    assert wrong == []
    places = {"/customers/", f"/customers/{world.customer.pk}/", "/delivery/search/"}
    assert places <= {address for role, address in met if role == Role.RELATIONSHIP_MANAGER}, "walked past"


@pytest.mark.parametrize("roles", FEW_AND_ALL)
def test_lists_end_at_ones_own_branch(roles: tuple[Role, ...], world: World, south: Any) -> None:
    elsewhere = World(south)
    elsewhere.campaign, elsewhere.customer = world.campaign, world.customer
    wrong = [
        f"{role} meets a customer of another branch at {address}"
        for role in roles
        for address, text in elsewhere.walk(role)
        if any(trace in text for trace in traces(world.customer))
    ]
    assert wrong == []
