"""What holds of every operation: wrong keys, revoked keys, other branches, unknown things."""

import re
from typing import Any

import pytest
from django.urls import resolve

from huiqun.foundation.api import DESCRIBED, SCOPE_ROLES, SCOPES, Described
from huiqun.foundation.models import ApiKey, Fact
from tests.guards.routes import route_objects
from tests.makers.foundation import Program, program
from tests.makers.workforce import make_api_key, make_member

each_operation = pytest.mark.parametrize(
    "operation", [pytest.param(each, id=each.operation_id) for each in DESCRIBED]
)
each_with_a_place = pytest.mark.parametrize(
    "operation", [pytest.param(each, id=each.operation_id) for each in DESCRIBED if each.places]
)


def path_of(operation: Described, branch: Any = None) -> str:
    """Its address, with objects of the branch in its places, or of nobody."""

    def fill(match: re.Match[str]) -> str:
        return str(route_objects()[match[1]](branch) if branch else 999_999)

    return re.sub(r"{(\w+)}", fill, operation.path)


def call(caller: Program, operation: Described, path: str) -> Any:
    if operation.method == "post":
        required = (operation.request or {}).get("required", ())
        return caller.post(path, dict.fromkeys(required, "x"))
    wanted = {name: "x" for name, schema in operation.parameters.items() if schema.get("required")}
    for name in wanted:
        wanted[name] = operation.parameters[name].get("enum", ["x"])[0]
    return caller.get(path, **wanted)


@each_operation
def test_needs_its_own_scope(operation, north, now):
    other = next(scope for scope in SCOPES if scope != operation.scope)
    refused = call(program(north, other), operation, path_of(operation))
    assert (refused.status_code, refused.json()["code"]) == (403, "api.scope_missing")


@each_operation
def test_a_revoked_key_opens_nothing(operation, north, now):
    key_id, whole = make_api_key(branch=north, scopes=(operation.scope,))
    ApiKey.objects.filter(pk=key_id).update(revoked_at=now)
    assert call(Program(whole), operation, path_of(operation)).json()["code"] == "api.no_key"


@each_operation
def test_a_key_is_of_no_use_without_the_role(operation, north, now):
    if not SCOPE_ROLES[operation.scope]:
        pytest.skip("open to everybody")
    key_id, whole = make_api_key(branch=north, scopes=(operation.scope,))
    ApiKey.objects.get(pk=key_id).made_by.roles.all().delete()
    assert call(Program(whole), operation, path_of(operation)).json()["code"] == "not_yours"


@each_with_a_place
def test_what_belongs_to_another_branch_is_not_there(operation, north, south, now):
    path = path_of(operation, north)
    before = Fact.objects.count()
    caller = program(south, operation.scope)
    made = Fact.objects.count()
    refused = call(caller, operation, path)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert Fact.objects.count() == made > before


@each_with_a_place
def test_what_is_not_there_is_not_there(operation, north, now):
    assert call(program(north, operation.scope), operation, path_of(operation)).status_code == 404


@pytest.mark.parametrize(
    "operation", [pytest.param(each, id=each.operation_id) for each in DESCRIBED if each.request]
)
@pytest.mark.parametrize("body", ["[]", "{", '{"x": 1}', '{"reason": {"a": 1}}', "null"])
def test_any_body_gets_an_answer_in_form(operation, body, north, now):
    caller = program(north, operation.scope)
    answer = caller.post(path_of(operation), body)
    bound = 403 if operation.operation_id == "benefits_redeem" else 422  # this key is bound to no partner
    assert answer.status_code in (400, 404, 422, bound), answer.content
    assert answer.json()["code"]


def test_scopes_name_roles_that_the_pages_let_in():
    """Never more by a program than by hand: administrators and analysts read no customers."""
    for scope in ("messages:read", "consents:read", "suppressions:read", "audiences:members"):
        assert not {"administrator", "analyst"} & set(SCOPE_ROLES[scope])


def test_doors_ask_for_no_more_roles_than_their_scope():
    for each in DESCRIBED:
        door = resolve(re.sub(r"{\w+}", "1", each.path)).func.door
        assert set(door.roles) <= set(SCOPE_ROLES[each.scope])


def test_operators_pause_but_do_not_start(north, now):
    """One scope, and each operation its own roles."""
    caller = program(north, "campaigns:drive", by=make_member(branch=north, roles=("operator",)))
    assert caller.post("/api/campaigns/999999/start/").status_code == 403
    assert caller.post("/api/campaigns/999999/pause/").status_code == 404
