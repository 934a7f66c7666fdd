"""The interface as a whole: its document, its keys' powers, its idempotency, its lists."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import resolve

from huiqun.foundation import api, api_calls, clock
from huiqun.foundation.api import DESCRIBED
from huiqun.foundation.models import ApiCall, ApiKey, Fact, Staff
from huiqun.foundation.views.api import document
from huiqun.lib.refusal import NotFound
from huiqun.workforce import actions as workforce
from huiqun.workforce.rules import BadApiKey, OwnKey
from tests.conftest import make_staff
from tests.makers.customers import make_customer
from tests.makers.foundation import Program, program
from tests.makers.workforce import make_api_key, make_member

LIST = "/api/delivery/suppressions/"
ADD = "/api/delivery/suppressions/add/"


def suppression(customer: Any, **over: Any) -> dict[str, Any]:
    return {"customer_number": customer.number, "channel": "sms", "reason": "asked", **over}


class TestDocument:
    """Structure of OpenAPI 3.1, as far as a client generator needs it."""

    OPERATIONS = [
        (path, method, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]

    def test_operations_have_ids_of_their_own(self):
        ids = [operation["operationId"] for _, _, operation in self.OPERATIONS]
        assert len(ids) == len(set(ids)) == len(DESCRIBED)
        assert all(re.fullmatch(r"[a-z_]+", each) for each in ids)

    @pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=lambda each: str(each)[:60])
    def test_each_operation_is_a_door_with_this_scope(self, path, method, operation):
        """The document cannot tell of an address that is not there, nor of another scope."""
        found = resolve(re.sub(r"{\w+}", "1", path))
        assert found.func.door.kind == "key"
        assert operation["description"] == f"Scope: {found.func.door.scope}"
        assert found.func.door.scope in api.SCOPES
        assert method in ("get", "post")

    @pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=lambda each: str(each)[:60])
    def test_places_parameters_bodies_and_answers_are_told(self, path, method, operation):
        parameters = operation.get("parameters", [])
        assert {p["name"] for p in parameters if p["in"] == "path"} == set(re.findall(r"{(\w+)}", path))
        assert len({(p["in"], p["name"]) for p in parameters}) == len(parameters)
        assert all(p["in"] in ("path", "query", "header") and "type" in p["schema"] for p in parameters)
        assert all(p["required"] for p in parameters if p["in"] == "path")
        assert (method == "get") <= ("requestBody" not in operation)
        assert {"200", "401", "403", "429"} <= set(operation["responses"])
        for code, answer in operation["responses"].items():
            schema = answer["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Refusal"} or code == "200"
        assert_schema(operation["responses"]["200"]["content"]["application/json"]["schema"])
        if body := operation.get("requestBody"):
            assert_schema(body["content"]["application/json"]["schema"])

    def test_every_door_for_programs_is_described(self):
        from tests.guards.routes import all_routes

        doors = {r.view for r in all_routes() if r.door and r.door.kind == "key"}
        told = {resolve(re.sub(r"{\w+}", "1", path)).func for path, _, _ in self.OPERATIONS}
        assert doors == told


def assert_schema(schema: dict[str, Any]) -> None:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert set(kinds) <= {"object", "array", "string", "integer", "boolean", "null", "number"}
    assert set(schema.get("required", ())) <= set(schema.get("properties", ())), schema
    assert ("items" in schema) == ("array" in kinds)
    for inner in [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]:
        assert_schema(inner)


class TestPowers:
    def test_a_key_opens_nothing_before_an_administrator_has_allowed_it(self, north, now):
        desk = make_member(branch=north, roles=("service_desk",))
        key_id, whole = make_api_key(branch=north, scopes=("suppressions:read",), by=desk, allowed=False)
        assert Program(whole).get(LIST).json()["code"] == "api.no_key"
        administrator = make_member(branch=north, roles=("administrator",))
        workforce.allow_api_key(api_key_id=key_id, by=administrator, now=now)
        assert Program(whole).get(LIST).status_code == 200
        assert Fact.objects.get(kind="workforce.ApiKeyAllowed").by_id == administrator.pk

    def test_nobody_makes_a_key_for_more_than_own_roles(self, north, now):
        analyst = make_member(branch=north, roles=("analyst",))
        with pytest.raises(BadApiKey):
            make_api_key(branch=north, scopes=("consents:read",), by=analyst)
        with pytest.raises(BadApiKey):
            make_api_key(
                branch=north,
                scopes=("suppressions:write",),
                by=make_member(branch=north, roles=("administrator",)),
            )

    def test_nobody_allows_an_own_key(self, north, now):
        both = make_member(branch=north, roles=("service_desk",))
        key_id, _ = make_api_key(branch=north, scopes=("suppressions:read",), by=both, allowed=False)
        with pytest.raises(OwnKey):
            workforce.allow_api_key(api_key_id=key_id, by=both, now=now)

    def test_an_administrator_elsewhere_does_not_see_the_key(self, north, south, now):
        key_id, _ = make_api_key(branch=north, scopes=("suppressions:read",), allowed=False)
        with pytest.raises(NotFound):
            workforce.allow_api_key(
                api_key_id=key_id, by=make_member(branch=south, roles=("administrator",)), now=now
            )

    def test_colleagues_do_not_revoke_each_others_keys(self, north, now):
        key_id, _ = make_api_key(branch=north, scopes=("suppressions:read",))
        with pytest.raises(NotFound):
            workforce.revoke_api_key(api_key_id=key_id, by=make_member(branch=north), now=now)

    def test_the_key_goes_when_the_person_goes(self, north, now):
        desk = make_member(branch=north, roles=("service_desk",))
        caller = program(north, "suppressions:read", by=desk)
        assert caller.get(LIST).status_code == 200
        Staff.objects.filter(pk=desk.pk).update(is_active=False)
        assert caller.get(LIST).status_code == 401

    def test_the_key_loses_what_the_person_loses(self, north, now):
        desk = make_member(branch=north, roles=("service_desk",))
        caller = program(north, "suppressions:read", by=desk)
        desk.roles.all().delete()
        refused = caller.get(LIST)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")

    def test_the_key_goes_when_the_person_moves_away_from_its_branch(self, north, south, now):
        desk = make_member(branch=north, roles=("service_desk",))
        caller = program(north, "suppressions:read", by=desk)
        Staff.objects.filter(pk=desk.pk).update(branch=south)
        assert caller.get(LIST).status_code == 401

    def test_a_key_of_one_branch_sees_no_other_though_its_maker_does(self, head_office, north, south, now):
        desk = make_staff("head-desk", head_office, "service_desk")
        caller = program(north, "suppressions:read", by=desk)
        customer = make_customer(branch=south)
        wide = program(head_office, "suppressions:write", by=desk)
        assert wide.post(ADD, suppression(customer)).status_code == 200
        assert caller.get(LIST).json()["items"] == []
        assert Staff.objects.get(pk=desk.pk).branch_id == head_office.pk


class TestOnce:
    def test_the_same_call_again_gets_the_same_answer_and_does_nothing(self, north, now):
        caller, customer = program(north, "suppressions:write"), make_customer(branch=north)
        first = caller.post(ADD, suppression(customer))
        second = caller.post(ADD, suppression(customer))
        assert first.json()["is_new"] is True
        assert (second.status_code, second.json()) == (200, first.json())
        assert second["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
        assert Fact.objects.filter(kind="delivery.CustomerSuppressed").count() == 1
        acted = Fact.objects.get(kind="foundation.ProgramActed")
        assert acted.body["operation"] == "delivery_api:suppression_add"

    def test_another_body_under_the_same_key_is_a_conflict(self, north, now):
        caller, customer = program(north, "suppressions:write"), make_customer(branch=north)
        caller.post(ADD, suppression(customer))
        other = caller.post(ADD, suppression(customer, channel="email"))
        assert (other.status_code, other.json()["code"]) == (409, "foundation.call_key_taken")

    @pytest.mark.parametrize("key", ["", "x" * 101, "with space"])
    def test_wants_a_key_for_each_thing_to_be_done(self, north, now, key):
        refused = program(north, "suppressions:write").post(
            ADD, suppression(make_customer(branch=north)), key=key
        )
        assert (refused.status_code, refused.json()["code"]) == (400, "foundation.call_key_missing")

    def test_keys_of_two_programs_are_two_keys(self, north, now):
        customer = make_customer(branch=north)
        for channel in ("sms", "email"):
            caller = program(north, "suppressions:write")
            assert caller.post(ADD, suppression(customer, channel=channel)).json()["is_new"] is True

    def test_a_refusal_leaves_nothing_and_the_call_is_judged_anew(self, north, now):
        caller = program(north, "suppressions:write")
        assert (
            caller.post(ADD, {"customer_number": "N404", "channel": "sms", "reason": "asked"}).status_code
            == 404
        )
        assert (
            not ApiCall.objects.exists() and not Fact.objects.filter(kind="foundation.ProgramActed").exists()
        )
        make_customer(branch=north, number="N404")
        assert (
            caller.post(ADD, {"customer_number": "N404", "channel": "sms", "reason": "asked"}).status_code
            == 200
        )

    def test_old_calls_are_forgotten(self, north, now):
        caller, customer = program(north, "suppressions:write"), make_customer(branch=north)
        caller.post(ADD, suppression(customer))
        assert api_calls.sweep(now=now + timedelta(days=1)) == 0
        assert api_calls.sweep(now=now + timedelta(days=3)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_calls_at_once_one_does_it_and_both_are_answered(now):
    from tests.conftest import make_branch

    north = make_branch("N", "城北支行")
    customer = make_customer(branch=north)
    _id, whole = make_api_key(branch=north, scopes=("suppressions:write",))

    def call(_number: int) -> Any:
        try:
            with clock.at(now):
                return Program(whole).post(ADD, suppression(customer))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(call, range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sum("Idempotent-Replayed" not in answer for answer in answers) == 1
    assert len({json.dumps(answer.json(), sort_keys=True) for answer in answers}) == 1
    assert Fact.objects.filter(kind="delivery.CustomerSuppressed").count() == 1


class TestLists:
    def test_pages_join_without_a_gap_or_a_repetition(self, north, now):
        caller, writer = program(north, "suppressions:read"), program(north, "suppressions:write")
        people = [make_customer(branch=north) for _ in range(5)]
        for number, customer in enumerate(people):
            writer.post(ADD, suppression(customer), key=f"c{number}")
        seen, place = [], ""
        while True:
            page = caller.get(LIST, size=2, **({"after": place} if place else {})).json()
            seen += [item["customer_number"] for item in page["items"]]
            if not (place := page["next"]):
                break
        assert seen == [customer.number for customer in reversed(people)]

    def test_a_made_up_place_is_refused(self, north, now):
        refused = program(north, "suppressions:read").get(LIST, after="nowhere")
        assert (refused.status_code, refused.json()["code"]) == (400, "api.wrong_place")

    @pytest.mark.parametrize("query", [{"size": "0"}, {"size": "201"}, {"channel": "fax"}, {"whom": "me"}])
    def test_says_which_parameter_is_wrong(self, north, now, query):
        refused = program(north, "suppressions:read").get(LIST, **query)
        assert (refused.status_code, set(refused.json()["fields"])) == (422, set(query))

    def test_says_when_to_come_again(self, north, now):
        caller = program(north, "suppressions:read", per_minute=1)
        assert caller.get(LIST).status_code == 200
        refused = caller.get(LIST)
        assert refused.status_code == 429 and int(refused["Retry-After"]) == 60


def test_the_page_for_people_tells_of_every_operation(client_of, marketer):
    page = client_of(marketer).get("/api/").content.decode()
    assert all(path in page for path in document()["paths"])


def test_a_key_made_before_is_valid_as_it_was(north, now):
    key_id, _ = make_api_key(branch=north)
    assert ApiKey.objects.get(pk=key_id).is_valid(now)
