"""Branches and staff for tests of routes."""

from itertools import count
from typing import Any

from tests.conftest import make_staff

_numbers = count(1)


def make_member(*, branch: Any, roles: tuple[str, ...] = ("marketer",), **over: Any) -> Any:
    fields = {"full_name": "江一鸣", **over}
    return make_staff(fields.pop("username", f"member{next(_numbers)}"), branch, *roles, **fields)


def make_api_key(*, branch: Any, **over: Any) -> tuple[int, str]:
    """A key that opens the check, or ``scopes`` as somebody with the roles for them; its id and the whole key."""
    from datetime import timedelta

    from huiqun.foundation import clock
    from huiqun.foundation.api import SCOPE_ROLES
    from huiqun.foundation.models import ApiKey
    from huiqun.workforce import actions

    now = clock.now()
    scopes = over.get("scopes", ("copy:check",))
    roles = {role for scope in scopes for role in sorted(SCOPE_ROLES.get(scope, ()))}
    allowed = over.pop("allowed", True)
    values = {
        "name": "内容平台",
        "scopes": ("copy:check",),
        "per_minute": 600,
        "expires_at": now + timedelta(days=30),
        "branch_id": branch.pk,
        "by": over.get("by") or make_member(branch=branch, roles=tuple(sorted(roles)) or ("administrator",)),
        "now": now,
    }
    key_id, whole = actions.make_api_key(**{**values, **over})
    if allowed and ApiKey.objects.get(pk=key_id).allowed_at is None:
        administrator = make_member(branch=branch, roles=("administrator",))
        actions.allow_api_key(api_key_id=key_id, by=administrator, now=now)
    return key_id, whole


ROUTE_OBJECTS = {
    "api_key_id": lambda branch: make_api_key(branch=branch)[0],
    "branch_id": lambda branch: branch.pk,
    "staff_id": lambda branch: make_member(branch=branch).pk,
}
