"""Pages of audiences: what each role sees, and that wrong rules come back where they are wrong."""

import json
import time
from typing import Any

import pytest

from huiqun.audiences.models import Audience, AudienceVersion
from tests.makers.audiences import make_audience, make_lake, make_snapshot, profile, transaction
from tests.makers.customers import make_customer

WOMEN = {"field": "profile.sex", "op": "eq", "value": "F"}


@pytest.fixture
def people(north: Any, south: Any, now: Any) -> list[Any]:
    """Three women and a man of the north, a woman of the south."""
    customers = [make_customer(branch=north) for _ in range(4)] + [make_customer(branch=south)]
    sexes = ["F", "F", "F", "M", "F"]
    make_lake(
        profiles=[
            profile(customer.pk, customer.branch, sex=sex)
            for customer, sex in zip(customers, sexes, strict=True)
        ],
        transactions=[transaction("t1", customers[0].pk, "spend", amount_fen=600_000)],
    )
    return customers


def post(client: Any, path: str, **data: Any) -> Any:
    data["rule"] = data["rule"] if isinstance(data["rule"], str) else json.dumps(data["rule"])
    return client.post(path, data, HTTP_HX_REQUEST="true")


def counted(client: Any, rule: Any, **data: Any) -> str:
    """The page's own way: ask again while the answer asks for it."""
    for _attempt in range(100):
        text: str = post(client, "/audiences/count/", rule=rule, **data).content.decode()
        if "load delay:" not in text:
            return text
        time.sleep(0.05)
    raise AssertionError("never counted to the end")


def test_counts_the_customers_of_ones_own_branch_and_below(
    client_of: Any, marketer: Any, people: Any
) -> None:
    text = counted(client_of(marketer), WOMEN)
    assert '<p class="stat-value">3</p>' in text and "性别为女" in text and "4 名客户" in text
    assert "SELECT" not in text


def test_head_office_counts_every_branch(client_of: Any, head_marketer: Any, people: Any) -> None:
    assert '<p class="stat-value">4</p>' in counted(client_of(head_marketer), WOMEN)


def test_never_counts_a_branch_outside_scope(client_of: Any, marketer: Any, south: Any, people: Any) -> None:
    assert post(client_of(marketer), "/audiences/count/", rule=WOMEN, branch_id=south.pk).status_code == 404


def test_says_for_how_many_a_field_is_unknown(client_of: Any, marketer: Any, people: Any) -> None:
    rule = {"field": "profile.age", "op": "gte", "value": 60}
    assert "年龄：4 人" in counted(client_of(marketer), rule)


def test_shows_masked_samples_to_marketers(client_of: Any, marketer: Any, people: Any) -> None:
    text = post(client_of(marketer), "/audiences/sample/", rule=WOMEN).content.decode()
    assert text.count("<tr>") == 4 and "王*明" in text and "王小明" not in text
    assert people[0].number in text and people[3].number not in text and people[4].number not in text


def test_analysts_see_counts_and_sql_and_no_customers(client_of: Any, analyst: Any, people: Any) -> None:
    client = client_of(analyst)
    assert "SELECT" in post(client, "/audiences/count/", rule=WOMEN).content.decode()
    assert post(client, "/audiences/sample/", rule=WOMEN).status_code == 403


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("{", "rule"),
        (
            {"all": [{"any": [WOMEN, {"field": "profile.age", "op": "gt", "value": "abc"}]}]},
            "rule.all[0].any[1].value",
        ),
        ({"all": [{"field": "profile.wealth", "op": "gt", "value": 1}]}, "rule.all[0].field"),
        ({"all": [{"field": "profile.sex", "op": "gt", "value": 1}]}, "rule.all[0].op"),
    ],
)
def test_a_wrong_rule_is_refused_where_it_is_wrong(
    client_of: Any, marketer: Any, people: Any, rule: Any, path: str
) -> None:
    text = post(client_of(marketer), "/audiences/count/", rule=rule).content.decode()
    assert f'data-rule-path="{path}"' in text and "alert-error" in text


def test_saves_an_audience_and_versions_of_it(client_of: Any, marketer: Any, people: Any) -> None:
    client = client_of(marketer)
    response = client.post("/audiences/new/", {"name": "女性客户", "rule": json.dumps(WOMEN)})
    audience = Audience.objects.get()
    assert response["Location"] == f"/audiences/{audience.pk}/"
    client.post(f"/audiences/{audience.pk}/edit/", {"name": "女性客户", "rule": json.dumps({"not": WOMEN})})
    assert [version.number for version in audience.versions.order_by("number")] == [1, 2]
    page = client.get(f"/audiences/{audience.pk}/diff/").content.decode()
    assert "<ins>" in page and "不满足" in page


def test_a_refused_rule_is_shown_again_with_its_mistake(client_of: Any, marketer: Any, people: Any) -> None:
    response = client_of(marketer).post(
        "/audiences/new/", {"name": "x", "rule": '{"all": [{"field": "no"}]}'}
    )
    assert response.status_code == 422
    assert "rule.all[0].field" in response.content.decode()
    assert not Audience.objects.exists() and not AudienceVersion.objects.exists()


def test_an_audience_is_hidden_from_another_branch(
    client_of: Any, stranger: Any, north: Any, now: Any
) -> None:
    audience = make_audience(branch=north, name="城北客群")
    client = client_of(stranger)
    assert client.get(f"/audiences/{audience.pk}/").status_code == 404
    assert "城北客群" not in client.get("/audiences/").content.decode()


def test_every_page_in_both_languages(client_of: Any, marketer: Any, people: Any, north: Any) -> None:
    snapshot = make_snapshot(branch=north, audience=make_audience(branch=north, rule=WOMEN))
    client = client_of(marketer)
    audience_id = snapshot.audience_version.audience_id
    for language in ("zh-hans", "en"):
        client.cookies["huiqun_language"] = language
        for path in (
            "", "new/", "new/?preset=women_spending", "presets/", "fields/", "data/", "schema.json",
            f"{audience_id}/", f"{audience_id}/edit/", f"{audience_id}/diff/", f"snapshots/{snapshot.pk}/",
        ):  # fmt: skip
            assert client.get(f"/audiences/{path}").status_code == 200, path


def test_archiving_takes_it_out_of_the_choices(client_of: Any, marketer: Any, north: Any, now: Any) -> None:
    from huiqun.audiences import queries

    audience = make_audience(branch=north)
    assert [choice.audience_id for choice in queries.audience_choices(marketer)] == [audience.pk]
    client_of(marketer).post(f"/audiences/{audience.pk}/archive/")
    assert queries.audience_choices(marketer) == []
    refused = client_of(marketer).post(
        f"/audiences/{audience.pk}/edit/", {"name": "x", "rule": json.dumps(WOMEN)}
    )
    assert refused.status_code == 409 and audience.versions.count() == 1
