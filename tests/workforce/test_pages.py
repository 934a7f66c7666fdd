"""The administrator's pages through their doors."""

from collections.abc import Callable
from typing import Any

import pytest

from huiqun.foundation.models import Branch, Staff

PAGES = ("branches/", "branches/add/", "staff/", "staff/add/", "staff/import/")
Clients = Callable[[Any], Any]


@pytest.mark.parametrize("page", PAGES)
def test_only_administrators_come_in(
    page: str, administrator: Any, marketer: Any, client_of: Clients
) -> None:
    assert client_of(administrator).get(f"/workforce/{page}").status_code == 200
    assert client_of(marketer).get(f"/workforce/{page}").status_code == 403


def test_auditors_read_and_change_nothing(auditor: Any, marketer: Any, client_of: Clients) -> None:
    client = client_of(auditor)
    assert client.get(f"/workforce/staff/{marketer.pk}/").status_code == 200
    assert client.post(f"/workforce/staff/{marketer.pk}/roles/", {"roles": ["analyst"]}).status_code == 403
    assert Staff.objects.get_queryset().get(pk=marketer.pk).role_set == {"marketer"}


def test_another_branch_is_not_there(
    north_administrator: Any, stranger: Any, south: Any, client_of: Clients
) -> None:
    client = client_of(north_administrator)
    assert client.get(f"/workforce/staff/{stranger.pk}/").status_code == 404
    assert client.get(f"/workforce/branches/{south.pk}/").status_code == 404


def test_a_branch_is_added_by_the_form(administrator: Any, north: Any, client_of: Clients) -> None:
    asked = {"parent": north.pk, "name": "城北一部", "code": "N1"}
    client = client_of(administrator)
    assert client.post("/workforce/branches/add/", asked).status_code == 302
    again = client.post("/workforce/branches/add/", asked)
    assert again.status_code == 200
    assert "N1" in again.content.decode()
    assert Branch.objects.filter(code="N1").count() == 1


def test_an_account_is_made_and_its_roles_changed(administrator: Any, north: Any, client_of: Clients) -> None:
    client = client_of(administrator)
    asked = {"username": "xu.an", "full_name": "许安", "branch": north.pk, "roles": ["marketer"]}
    assert client.post("/workforce/staff/add/", asked).status_code == 302
    staff = Staff.objects.get_queryset().get(username="xu.an")
    client.post(f"/workforce/staff/{staff.pk}/roles/", {"roles": ["analyst"]})
    assert Staff.objects.get_queryset().get(pk=staff.pk).role_set == {"analyst"}


def test_the_page_of_a_member_says_what_happened(
    administrator: Any, marketer: Any, client_of: Clients
) -> None:
    client = client_of(administrator)
    client.post(f"/workforce/staff/{marketer.pk}/deactivate/")
    client.cookies["huiqun_language"] = "en"
    assert "Account closed" in client.get(f"/workforce/staff/{marketer.pk}/").content.decode()


def test_the_list_asks_few_questions_of_the_database(
    administrator: Any, north: Any, client_of: Clients, django_assert_max_num_queries: Any
) -> None:
    from tests.makers.workforce import make_member

    for _ in range(25):
        make_member(branch=north)
    client = client_of(administrator)
    with django_assert_max_num_queries(30):
        assert client.get("/workforce/staff/").status_code == 200
