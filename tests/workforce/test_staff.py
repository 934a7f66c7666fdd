"""Adding, editing and giving roles to members of staff."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.refusal import NotFound
from huiqun.workforce import actions, queries
from huiqun.workforce.rules import BranchClosed, DutiesNotSeparate, NameTaken, OwnAccount

Kinds = Callable[[str, int], list[str]]


def find(staff_id: int) -> Staff:
    return Staff.objects.get_queryset().get(pk=staff_id)


def test_adds_an_account_that_waits_for_its_owner(
    administrator: Any, north: Any, now: datetime, kinds_about: Kinds
) -> None:
    staff_id = actions.add_staff(
        username="xu.an", full_name="许安", branch_id=north.pk, roles=["marketer"], by=administrator, now=now
    )
    assert find(staff_id).role_set == {"marketer"}
    assert not find(staff_id).has_usable_password()
    assert kinds_about("staff", staff_id) == ["workforce.StaffAdded"]


def test_facts_hold_no_names_of_people(administrator: Any, north: Any, now: datetime) -> None:
    staff_id = actions.add_staff(
        username="xu.an",
        full_name="许安",
        branch_id=north.pk,
        roles=[],
        by=administrator,
        now=now,
        email="x@y.cn",
    )
    body = str(facts.about("staff", staff_id).get().body)
    assert not any(personal in body for personal in ("xu.an", "许安", "x@y.cn"))


def test_refuses_a_user_name_twice_however_written(administrator: Any, marketer: Any, now: datetime) -> None:
    before = Staff.objects.get_queryset().count()
    with pytest.raises(NameTaken):
        actions.add_staff(
            username="Marketer",
            full_name="又",
            branch_id=marketer.branch_id,
            roles=[],
            by=administrator,
            now=now,
        )
    assert Staff.objects.get_queryset().count() == before


@pytest.mark.parametrize("roles", [["administrator", "legal_reviewer"], ["marketer", "compliance_reviewer"]])
def test_adds_nobody_whose_duties_are_not_separate(
    administrator: Any, north: Any, now: datetime, roles: list[str]
) -> None:
    with pytest.raises(DutiesNotSeparate):
        actions.add_staff(
            username="xu.an", full_name="许安", branch_id=north.pk, roles=roles, by=administrator, now=now
        )
    assert not Staff.objects.get_queryset().filter(username="xu.an").exists()


def test_adds_nobody_outside_ones_own_branches(north_administrator: Any, south: Any, now: datetime) -> None:
    with pytest.raises(NotFound):
        actions.add_staff(
            username="xu.an", full_name="许安", branch_id=south.pk, roles=[], by=north_administrator, now=now
        )
    assert not Staff.objects.get_queryset().filter(username="xu.an").exists()


def test_adds_nobody_to_a_closed_branch(administrator: Any, north: Any, now: datetime) -> None:
    Branch.objects.filter(pk=north.pk).update(is_open=False)
    with pytest.raises(BranchClosed):
        actions.add_staff(
            username="xu.an", full_name="许安", branch_id=north.pk, roles=[], by=administrator, now=now
        )
    assert not Staff.objects.get_queryset().filter(username="xu.an").exists()


def test_adds_nobody_when_the_last_step_fails(
    administrator: Any, north: Any, now: datetime, failing_facts: type[Exception]
) -> None:
    with pytest.raises(failing_facts):
        actions.add_staff(
            username="xu.an",
            full_name="许安",
            branch_id=north.pk,
            roles=["marketer"],
            by=administrator,
            now=now,
        )
    assert not Staff.objects.get_queryset().filter(username="xu.an").exists()


def edit(member: Any, by: Any, now: datetime, **over: Any) -> None:
    values = {name: getattr(member, name) for name in ("full_name", "email", "phone", "branch_id")}
    actions.edit_staff(staff_id=member.pk, **{**values, **over}, by=by, now=now)


def test_edits_and_moves(
    administrator: Any, marketer: Any, south: Any, now: datetime, kinds_about: Kinds
) -> None:
    edit(marketer, administrator, now, full_name="孟晓", branch_id=south.pk)
    edit(find(marketer.pk), administrator, now)
    assert (find(marketer.pk).full_name, find(marketer.pk).branch_id) == ("孟晓", south.pk)
    assert kinds_about("staff", marketer.pk) == ["workforce.StaffEdited", "workforce.StaffMoved"]


def test_edits_nothing_when_the_last_step_fails(
    administrator: Any, marketer: Any, south: Any, now: datetime, failing_facts: type[Exception]
) -> None:
    with pytest.raises(failing_facts):
        edit(marketer, administrator, now, branch_id=south.pk)
    assert find(marketer.pk).branch_id == marketer.branch_id


def test_nobody_edits_their_own_account(administrator: Any, now: datetime) -> None:
    with pytest.raises(OwnAccount):
        edit(administrator, administrator, now, full_name="别名")
    assert find(administrator.pk).full_name == administrator.full_name


def test_changes_roles(administrator: Any, marketer: Any, now: datetime) -> None:
    actions.change_roles(staff_id=marketer.pk, roles=["analyst", "marketer"], by=administrator, now=now)
    assert find(marketer.pk).role_set == {"analyst", "marketer"}
    fact = facts.about("staff", marketer.pk).get()
    assert (fact.body["before"], fact.body["after"]) == (["marketer"], ["analyst", "marketer"])


def test_nobody_gives_roles_to_themselves(administrator: Any, now: datetime) -> None:
    with pytest.raises(OwnAccount):
        actions.change_roles(staff_id=administrator.pk, roles=["legal_reviewer"], by=administrator, now=now)
    assert find(administrator.pk).role_set == {"administrator"}


def test_gives_no_roles_that_do_not_go_together(administrator: Any, marketer: Any, now: datetime) -> None:
    with pytest.raises(DutiesNotSeparate):
        actions.change_roles(
            staff_id=marketer.pk, roles=["marketer", "legal_reviewer"], by=administrator, now=now
        )
    assert find(marketer.pk).role_set == {"marketer"}


def test_changes_no_roles_of_another_branch(north_administrator: Any, stranger: Any, now: datetime) -> None:
    with pytest.raises(NotFound):
        actions.change_roles(staff_id=stranger.pk, roles=["analyst"], by=north_administrator, now=now)
    assert find(stranger.pk).role_set == {"marketer"}


def test_changes_no_roles_when_the_last_step_fails(
    administrator: Any, marketer: Any, now: datetime, failing_facts: type[Exception]
) -> None:
    with pytest.raises(failing_facts):
        actions.change_roles(staff_id=marketer.pk, roles=["analyst"], by=administrator, now=now)
    assert find(marketer.pk).role_set == {"marketer"}


def test_the_list_answers_to_every_field(
    administrator: Any, marketer: Any, stranger: Any, north: Any
) -> None:
    def names(**filters: str) -> set[str]:
        return {member.username for member in queries.staff_list(staff=administrator, filters=filters)}

    assert names() == {"admin", "marketer", "stranger"}
    assert names(q="孟") == {"marketer"}
    assert names(branch=str(north.pk)) == {"marketer"}
    assert names(role="administrator") == {"admin"}
    assert names(state="inactive") == set()


def test_the_list_ends_at_ones_own_branch(north_administrator: Any, marketer: Any, stranger: Any) -> None:
    shown = {member.username for member in queries.staff_list(staff=north_administrator, filters={})}
    assert shown == {"north_admin", "marketer"}


def test_installs_the_first_administrator_as_a_fact(db: None, now: datetime, kinds_about: Kinds) -> None:
    staff_id = install(now)
    first = find(staff_id)
    assert first.role_set == {"administrator"} and first.check_password("correct horse battery")
    assert first.branch is not None and (first.branch.code, first.branch.parent) == ("HO", None)
    assert kinds_about("staff", staff_id) == ["workforce.StaffAdded"]
    assert kinds_about("branch", first.branch.pk) == ["workforce.BranchAdded"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"branch_code": "nowhere"}, NotFound),
        ({"username": "Admin"}, NameTaken),
        ({"roles": ["administrator", "marketer"]}, DutiesNotSeparate),
    ],
)
def test_installs_nobody_when_refused(
    administrator: Any, now: datetime, change: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        install(now, **change)
    assert Staff.objects.get_queryset().count() == 1 and Branch.objects.count() == 1


def test_installs_nobody_when_the_last_step_fails(
    db: None, now: datetime, failing_facts: type[Exception]
) -> None:
    with pytest.raises(failing_facts):
        install(now)
    assert not Staff.objects.get_queryset().exists() and not Branch.objects.exists()


def install(now: datetime, **change: Any) -> int:
    wanted = {
        "username": "root",
        "full_name": "安装员",
        "branch_code": "HO",
        "roles": ["administrator"],
        "password": "correct horse battery",
        "now": now,
    }
    return actions.install_staff(**wanted | change)
