"""The check for the bank's other programs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.makers.workforce import make_api_key

CHECK = "/api/compliance/check/"
COPY = {"text": "😀本产品保本", "channel": "h5", "product_kind": "wealth", "product_risk": 2}


@pytest.fixture
def call(north: Any, client: Any) -> Any:
    _id, whole = make_api_key(branch=north, per_minute=6_000)

    def post(body: Any) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {whole}"}
        return client.post(CHECK, content, content_type="application/json", headers=headers)

    return post


def test_tells_what_was_found_with_the_laws_own_words(call):
    answer = call(COPY).json()
    (finding,) = [each for each in answer["findings"] if each["rule"] == "GUA-01"]
    assert (finding["start"], finding["end"]) == (4, 6), "code points"
    assert finding["severity"] == "block"
    assert "不得" in finding["citations"][0]["text"]
    assert answer["rulebook_version"]


def test_judges_many_at_once_in_their_order(call):
    clean = {"text": "周末照常营业。", "channel": "h5", "product_kind": "brand"}
    answer = call({"items": [COPY, clean]}).json()
    assert [bool(item["findings"]) for item in answer["items"]] == [True, False]


def test_judges_by_the_law_of_the_day_it_is_asked_for(call):
    assert call({**COPY, "on": "2026-09-01"}).json()["on"] == "2026-09-01"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**COPY, "channel": "fax"}, "channel"),
        ({**COPY, "product_risk": 9}, "product_risk"),
        ({**COPY, "text": ""}, "text"),
        ({**COPY, "text": "x" * 20_001}, "text"),
        ({**COPY, "text": "a\0b"}, "text"),
        ({**COPY, "txt": "?"}, "txt"),
        ({**COPY, "text": ["本"]}, "text"),
        ({**COPY, "product_risk": True}, "product_risk"),
        ({**COPY, "on": "yesterday"}, "on"),
        ({"items": []}, "items"),
        ({"items": [COPY] * 101}, "items"),
        ({"items": [1]}, "items"),
        ({"items": [COPY], "text": "x"}, "items"),
    ],
)
def test_says_which_field_is_wrong(call, body, field):
    answer = call(body)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"3", b"[" * 100_000])
def test_says_when_the_body_is_no_object(call, body):
    assert call(body).json()["code"] == "api.bad_body"


def test_a_check_that_fails_never_looks_clean(call, monkeypatch):
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the rulebook is broken")

    monkeypatch.setattr("huiqun.compliance.checks.check_copy", fail)
    answer = call(COPY)
    assert answer.status_code == 503
    assert answer.json()["code"] == "compliance.check_failed"
    assert b"findings" not in answer.content


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*COPY, "items", "on", "x"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=json_values)
def test_any_json_at_all_gets_an_answer_in_form(call, body):
    answer = call(body)
    assert answer.status_code in {200, 400, 422}
    assert answer["Content-Type"] == "application/json"


def test_the_openapi_document_describes_what_is_there(client, call):
    document = client.get("/api/openapi.json").json()
    fields = document["paths"][CHECK]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert call({name: COPY[name] for name in fields["required"]}).status_code == 200
    assert set(COPY) < set(fields["properties"])


def test_the_page_for_people_lists_it(client_of, marketer):
    assert CHECK in client_of(marketer).get("/api/").content.decode()


def test_the_examples_of_the_manual_work(call):
    manual = (Path(__file__).parents[2] / "docs/howto/check-copy-by-api.md").read_text(encoding="utf-8")
    bodies = re.findall(r"-d '(.*?)'", manual, re.DOTALL)
    assert len(bodies) == 2
    for body in bodies:
        assert call(body.encode()).status_code == 200
