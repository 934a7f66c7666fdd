"""Consents for programs: read, and recorded with their evidence."""

from typing import Any

import pytest

from huiqun.customers import actions
from huiqun.customers.models import Consent, ConsentBatch, ConsentRecord, ImportRun
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.foundation import program

IMPORT, READ = "/api/customers/consents/import/", "/api/customers/consents/"


@pytest.fixture
def text(db, now):
    return actions.publish_consent_text(
        channel="sms", purpose="marketing", version="v9", title="短信营销", body="同意接收", now=now
    )


def answer(customer: Any, **over: Any) -> dict[str, Any]:
    return {
        "customer_number": customer.number,
        "channel": "sms",
        "purpose": "marketing",
        "state": "given",
        "text_version": "v9",
        "at": "2026-11-19T10:00:00+08:00",
        "evidence": "form/2026-000123",
        **over,
    }


def send(caller: Any, *answers: Any, key: str = "batch-1") -> Any:
    return caller.post(IMPORT, {"name": "网点签约系统 11-20", "answers": list(answers)}, key=key)


def test_records_answers_with_evidence_under_one_root(north, now, text):
    people = [make_customer(branch=north) for _ in range(2)]
    caller = program(north, "consents:write", "consents:read")
    told = send(caller, *(answer(each) for each in people)).json()
    assert (told["applied"], told["unchanged"], told["refused"]) == (2, 0, [])
    record = ConsentRecord.objects.filter(customer=people[0]).get()
    assert (record.source, record.text_version) == ("api:form/2026-000123", "v9")
    assert ConsentBatch.objects.get().import_run_id == told["import_id"] == ImportRun.objects.get().pk
    assert Fact.objects.get(kind="customers.ConsentsImported").body["count"] == 2
    assert Fact.objects.get(kind="customers.CustomersImported").by_id is not None
    (now_answer,) = caller.get(READ, customer_number=people[0].number).json()["now"]
    assert (now_answer["state"], now_answer["at"]) == ("given", "2026-11-19T02:00:00Z")


def test_the_same_batch_again_changes_nothing(north, now, text):
    caller, customer = program(north, "consents:write"), make_customer(branch=north)
    first, replayed = send(caller, answer(customer)), send(caller, answer(customer))
    assert first.json() == replayed.json() and replayed["Idempotent-Replayed"]
    again = send(caller, answer(customer), key="batch-2").json()
    assert (again["applied"], again["unchanged"]) == (0, 1)
    assert ConsentRecord.objects.filter(customer=customer).count() == 1


def test_no_batch_brings_back_what_was_withdrawn_since(north, now, text):
    caller, customer = program(north, "consents:write"), make_customer(branch=north)
    send(caller, answer(customer, state="withdrawn", text_version="", at="2026-11-19T12:00:00+08:00"))
    assert send(caller, answer(customer), key="older").json()["applied"] == 0
    assert Consent.objects.get(customer=customer).state == "withdrawn"


def test_refuses_line_by_line_and_takes_the_rest(north, south, now, text):
    mine, other = make_customer(branch=north), make_customer(branch=south)
    told = send(
        program(north, "consents:write"),
        answer(other),
        answer(mine, text_version="v404"),
        answer(mine, at="2026-11-21T10:00:00+08:00"),
        answer(mine),
    ).json()
    assert told["applied"] == 1
    assert [(each["line"], each["code"]) for each in told["refused"]] == [
        (1, "customer_unknown"),
        (2, "text_version"),
        (3, "date_future"),
    ]
    assert not Consent.objects.filter(customer=other).exists()


@pytest.mark.parametrize(
    "over",
    [{"at": "yesterday"}, {"at": "2026-11-19T10:00:00"}, {"evidence": "客户张三口头同意"}, {"evidence": ""},
     {"channel": "fax"}, {"state": "maybe"}, {"text_version": ""}, {"name": "张三"}],
)  # fmt: skip
def test_a_wrong_form_is_refused_as_a_whole(north, now, text, over):
    customer = make_customer(branch=north)
    refused = send(program(north, "consents:write"), answer(customer), answer(customer, **over))
    assert refused.status_code == 422
    assert list(refused.json()["fields"]) == [f"answers.2.{next(iter(over))}"]
    assert not ConsentRecord.objects.filter(customer=customer).exists() and not ImportRun.objects.exists()


@pytest.mark.parametrize("answers", [None, [], {}, [1], ["x"] * 501])
def test_answers_are_a_list_of_objects(north, now, answers):
    refused = program(north, "consents:write").post(IMPORT, {"name": "x", "answers": answers})
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["answers"])


def test_the_import_stands_in_the_list(head_office, now, text, client_of, head_marketer):
    customer = make_customer(branch=head_office)
    told = send(program(head_office, "consents:write"), answer(customer)).json()
    client = client_of(head_marketer)
    assert "网点签约系统" in client.get("/customers/imports/").content.decode()
    assert client.get(f"/customers/imports/{told['import_id']}/").status_code == 200
