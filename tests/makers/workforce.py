"""Branches and staff for tests of routes."""

from itertools import count
from typing import Any

from tests.conftest import make_staff

_numbers = count(1)


def make_member(*, branch: Any, roles: tuple[str, ...] = ("marketer",), **over: Any) -> Any:
    fields = {"full_name": "江一鸣", **over}
    return make_staff(fields.pop("username", f"member{next(_numbers)}"), branch, *roles, **fields)


ROUTE_OBJECTS = {
    "branch_id": lambda branch: branch.pk,
    "staff_id": lambda branch: make_member(branch=branch).pk,
}
