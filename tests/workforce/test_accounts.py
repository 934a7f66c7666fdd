"""Whether an account can be used: active, locked, links, second steps."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt

from huiqun.foundation.models import Staff
from huiqun.workforce import actions, queries
from huiqun.workforce.rules import BranchClosed, FourEyes, NotActive, OwnAccount

Kinds = Callable[[str, int], list[str]]


def is_active(staff: Any) -> bool:
    return Staff.objects.get_queryset().get(pk=staff.pk).is_active


def give_second_step(staff: Any) -> None:
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "sealed"})


def lock(staff: Any, now: datetime) -> None:
    attempt = AccessAttempt.objects.create(
        username=staff.username, ip_address="192.0.2.1", user_agent="", get_data="", post_data="",
        http_accept="", path_info="/", failures_since_start=5,
    )  # fmt: skip
    AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now)


def test_deactivates_and_signs_out(
    administrator: Any, marketer: Any, client_of: Callable[[Any], Any], now: datetime, kinds_about: Kinds
) -> None:
    client = client_of(marketer)
    assert client.get("/").status_code == 200
    actions.deactivate_staff(staff_id=marketer.pk, by=administrator, now=now)
    assert client.get("/").status_code == 302
    actions.reactivate_staff(staff_id=marketer.pk, by=administrator, now=now)
    assert is_active(marketer)
    assert kinds_about("staff", marketer.pk) == ["workforce.StaffDeactivated", "workforce.StaffReactivated"]


def test_nobody_deactivates_themselves(administrator: Any, now: datetime) -> None:
    with pytest.raises(OwnAccount):
        actions.deactivate_staff(staff_id=administrator.pk, by=administrator, now=now)
    assert is_active(administrator)


def test_activates_nobody_at_a_closed_branch(
    administrator: Any, marketer: Any, north: Any, now: datetime
) -> None:
    actions.deactivate_staff(staff_id=marketer.pk, by=administrator, now=now)
    actions.close_branch(branch_id=north.pk, by=administrator, now=now)
    with pytest.raises(BranchClosed):
        actions.reactivate_staff(staff_id=marketer.pk, by=administrator, now=now)
    assert not is_active(marketer)


@pytest.mark.parametrize("active", [True, False])
def test_changes_nothing_when_the_last_step_fails(
    administrator: Any, marketer: Any, now: datetime, failing_facts: type[Exception], active: bool
) -> None:
    Staff.objects.get_queryset().filter(pk=marketer.pk).update(is_active=active)
    action = actions.deactivate_staff if active else actions.reactivate_staff
    with pytest.raises(failing_facts):
        action(staff_id=marketer.pk, by=administrator, now=now)
    assert is_active(marketer) is active


def test_lifts_a_lock(administrator: Any, marketer: Any, now: datetime, kinds_about: Kinds) -> None:
    lock(marketer, now)
    assert queries.locked_usernames(usernames=["marketer"], now=now) == {"marketer"}
    actions.lift_lock(staff_id=marketer.pk, by=administrator, now=now)
    assert not queries.locked_usernames(usernames=["marketer"], now=now)
    assert kinds_about("staff", marketer.pk) == ["workforce.SignInLockLifted"]


def test_lifts_no_lock_when_the_last_step_fails(
    administrator: Any, marketer: Any, now: datetime, failing_facts: type[Exception]
) -> None:
    lock(marketer, now)
    with pytest.raises(failing_facts):
        actions.lift_lock(staff_id=marketer.pk, by=administrator, now=now)
    assert queries.locked_usernames(usernames=["marketer"], now=now) == {"marketer"}


def test_a_lock_passes_by_itself(marketer: Any, now: datetime) -> None:
    lock(marketer, now - timedelta(minutes=16))
    assert not queries.locked_usernames(usernames=["marketer"], now=now)


def test_a_link_sets_a_password_once(
    administrator: Any, marketer: Any, client: Any, now: datetime, kinds_about: Kinds
) -> None:
    key = actions.issue_sign_in_link(staff_id=marketer.pk, by=administrator, now=now)
    address = f"/accounts/password/reset/key/{key}/"
    form = client.get(address, follow=True).redirect_chain[-1][0]
    new = {"password1": "lantern-river-7", "password2": "lantern-river-7"}
    assert client.post(form, new).status_code == 302
    assert Staff.objects.get_queryset().get(pk=marketer.pk).check_password("lantern-river-7")
    assert client.get(address, follow=True).context["token_fail"]
    assert kinds_about("staff", marketer.pk) == ["workforce.SignInLinkIssued"]


def test_gives_no_link_to_a_closed_account(
    administrator: Any, marketer: Any, now: datetime, kinds_about: Kinds
) -> None:
    Staff.objects.get_queryset().filter(pk=marketer.pk).update(is_active=False)
    with pytest.raises(NotActive):
        actions.issue_sign_in_link(staff_id=marketer.pk, by=administrator, now=now)
    assert not kinds_about("staff", marketer.pk)


def test_one_administrator_alone_does_not_open_an_account(
    administrator: Any, north_administrator: Any, marketer: Any, now: datetime
) -> None:
    give_second_step(marketer)
    actions.issue_sign_in_link(staff_id=marketer.pk, by=administrator, now=now)
    with pytest.raises(FourEyes):
        actions.remove_second_step(staff_id=marketer.pk, by=administrator, now=now)
    assert Authenticator.objects.filter(user=marketer).exists()
    actions.remove_second_step(staff_id=marketer.pk, by=north_administrator, now=now)
    with pytest.raises(FourEyes):
        actions.issue_sign_in_link(staff_id=marketer.pk, by=north_administrator, now=now)


def test_keeps_the_second_step_when_the_last_step_fails(
    administrator: Any, marketer: Any, now: datetime, failing_facts: type[Exception]
) -> None:
    give_second_step(marketer)
    with pytest.raises(failing_facts):
        actions.remove_second_step(staff_id=marketer.pk, by=administrator, now=now)
    assert Authenticator.objects.filter(user=marketer).exists()


def test_gives_no_link_when_the_last_step_fails(
    administrator: Any, marketer: Any, now: datetime, failing_facts: type[Exception], kinds_about: Kinds
) -> None:
    with pytest.raises(failing_facts):
        actions.issue_sign_in_link(staff_id=marketer.pk, by=administrator, now=now)
    assert not kinds_about("staff", marketer.pk)
