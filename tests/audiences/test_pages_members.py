"""Pages of who is in an audience: trend, why, alerts, schedules, overlap, profile, files."""

import json
from typing import Any

import pytest

from huiqun.audiences import actions
from huiqun.audiences.actions import exports
from huiqun.audiences.models import Audience, SizeWatch, SnapshotSchedule
from huiqun.customers.models import Erasure
from huiqun.foundation.models import Fact
from tests.conftest import make_staff
from tests.makers.audiences import NOW, make_audience, make_lake, profile
from tests.makers.customers import make_customer

WOMEN = {"field": "profile.sex", "op": "eq", "value": "F"}
YOUNG = {"field": "profile.age", "op": "lt", "value": 40}


@pytest.fixture
def people(north: Any, south: Any, now: Any) -> list[Any]:
    """Two women and a man of the north, a woman of the south."""
    customers = [make_customer(branch=north) for _ in range(3)] + [make_customer(branch=south)]
    make_lake(
        profiles=[
            profile(customer.pk, customer.branch, sex=sex, city=city)
            for customer, sex, city in zip(customers, "FFMF", ["上海", "杭州", "上海市", "北京"], strict=True)
        ]
    )
    return customers


@pytest.fixture
def women(people: Any, north: Any) -> Audience:
    audience = make_audience(branch=north, name="女性客户", rule={"all": [WOMEN]})
    actions.refresh_membership(audience_id=audience.pk, now=NOW)
    return audience


def said(client: Any, path: str, **data: Any) -> str:
    response = client.post(path, data) if data else client.get(path)
    return str(response.content.decode())


def test_says_of_each_condition_what_it_takes_away(client_of: Any, marketer: Any, people: Any) -> None:
    rule = {"all": [WOMEN, {"field": "profile.city", "op": "eq", "value": "上海"}]}
    text = said(client_of(marketer), "/audiences/funnel/", rule=json.dumps(rule))
    assert 'data-funnel-path="rule.all[0]"' in text and "剩 2 人，减少 1 人（33.3%）" in text
    assert "剩 1 人，减少 1 人（50.0%）" in text


def test_what_stands_under_a_not_is_said_and_counted_so(client_of: Any, marketer: Any, people: Any) -> None:
    text = said(
        client_of(marketer), "/audiences/funnel/", rule=json.dumps({"all": [{"not": {"any": [WOMEN]}}]})
    )
    assert "不满足（性别为女）" in text and "单独满足：1" in text
    text = said(client_of(marketer), "/audiences/funnel/", rule=json.dumps({"not": {"not": WOMEN}}))
    assert "不满足" not in text and "单独满足：2" in text


def test_the_funnel_calls_other_audiences_by_their_names(
    client_of: Any, marketer: Any, women: Audience
) -> None:
    rule = {"all": [{"field": f"audience:{women.pk}", "op": "eq", "value": True}]}
    assert "属于客群“女性客户”" in said(client_of(marketer), "/audiences/funnel/", rule=json.dumps(rule))


@pytest.mark.parametrize("door", ["count", "funnel", "text"])
def test_auditors_ask_what_a_rule_means(client_of: Any, auditor: Any, people: Any, door: str) -> None:
    answer = client_of(auditor).post(f"/audiences/{door}/", {"rule": json.dumps({"all": [WOMEN]})})
    words = answer.json()["text"] if door == "text" else answer.content.decode()
    assert answer.status_code == 200 and "性别" in words


def test_auditors_see_no_sample(client_of: Any, auditor: Any, people: Any) -> None:
    answer = client_of(auditor).post("/audiences/sample/", {"rule": json.dumps({"all": [WOMEN]})})
    assert answer.status_code == 403


def test_a_family_without_its_member_is_refused_in_words(client_of: Any, marketer: Any, people: Any) -> None:
    rule = {"all": [{"field": "audience:", "op": "eq", "value": True}]}
    text = said(client_of(marketer), "/audiences/count/", rule=json.dumps(rule))
    assert "rule.all[0].field：请选择“客群”具体指哪一个。" in text


def test_a_refused_rule_leaves_neither_funnel_nor_sql_behind(
    client_of: Any, analyst: Any, people: Any
) -> None:
    text = said(client_of(analyst), "/audiences/count/", rule="{")
    assert 'id="rule-funnel" hx-swap-oob="true"' in text and 'id="rule-sql" hx-swap-oob="true"' in text


def test_a_wrong_rule_has_no_funnel(client_of: Any, marketer: Any, people: Any) -> None:
    assert said(client_of(marketer), "/audiences/funnel/", rule="{") == ""


def test_finds_values_by_part_of_them(client_of: Any, marketer: Any, people: Any) -> None:
    found = client_of(marketer).get("/audiences/values/", {"field": "profile.city", "q": "上海"}).json()
    assert found == {"values": ["上海", "上海市"]}


@pytest.mark.parametrize("field", ["profile.branch", "profile.age", "transactions.count", "nothing"])
def test_finds_no_values_of_what_is_not_free_text(
    client_of: Any, marketer: Any, people: Any, field: str
) -> None:
    assert client_of(marketer).get("/audiences/values/", {"field": field, "q": "1"}).json() == {"values": []}


def test_text_and_rule_say_the_same(client_of: Any, marketer: Any, people: Any) -> None:
    client = client_of(marketer)
    text = client.post("/audiences/text/", {"rule": json.dumps({"all": [WOMEN, YOUNG]})}).json()["text"]
    assert client.post("/audiences/text/", {"text": text}).json() == {"rule": {"all": [WOMEN, YOUNG]}}


def test_text_that_is_no_rule_is_refused_where_it_is_wrong(
    client_of: Any, marketer: Any, people: Any
) -> None:
    told = client_of(marketer).post("/audiences/text/", {"text": "性别 是 女 且 财富 > 1"}).json()
    assert told["offset"] == 9 and "财富" in told["problem"] and "rule" not in told


def test_shows_who_is_in_it_and_who_came(client_of: Any, marketer: Any, women: Any, people: Any) -> None:
    client = client_of(marketer)
    text = said(client, f"/audiences/{women.pk}/members/")
    assert '<p class="stat-value">2</p>' in text and "首次计算" in text and "audience-trend" in text
    cards = said(client, f"/audiences/{women.pk}/members/changed/")
    assert people[0].number in cards and people[2].number not in cards and "王小明" not in cards


def test_says_why_a_customer_is_not_in_it_and_records_that_one_looked(
    client_of: Any, marketer: Any, women: Any, people: Any
) -> None:
    text = said(client_of(marketer), f"/audiences/{women.pk}/members/why/", customer_number=people[2].number)
    assert "不在本客群内" in text and "性别为男" in text
    assert Fact.objects.filter(kind="audiences.MemberLookedUp").count() == 1


def test_tells_nothing_of_a_customer_of_another_branch(
    client_of: Any, marketer: Any, women: Any, people: Any
) -> None:
    text = said(client_of(marketer), f"/audiences/{women.pk}/members/why/", customer_number=people[3].number)
    assert "没有该客户号" in text and "性别" not in text
    assert not Fact.objects.filter(kind="audiences.MemberLookedUp").exists()


def test_an_analyst_looks_nobody_up(client_of: Any, analyst: Any, women: Any, people: Any) -> None:
    path = f"/audiences/{women.pk}/members/why/"
    assert client_of(analyst).post(path, {"customer_number": people[0].number}).status_code == 403


def test_sets_and_ends_an_alert(client_of: Any, marketer: Any, women: Any) -> None:
    client, path = client_of(marketer), f"/audiences/{women.pk}/members/watch/"
    client.post(path, {"percent": "20"})
    assert SizeWatch.objects.get().percent == 20
    assert client.post(path, {"percent": "many"}).status_code == 422 and SizeWatch.objects.get().percent == 20
    client.post(path, {"percent": ""})
    assert not SizeWatch.objects.exists()


def test_schedules_snapshots_and_ends_that(client_of: Any, marketer: Any, women: Any) -> None:
    client, path = client_of(marketer), f"/audiences/{women.pk}/schedules/"
    form = {"rhythm": "weekly", "at": "06:00", "control": "10", "day": "3"}
    assert client.post(path, form).status_code == 422 and not SnapshotSchedule.objects.exists()
    client.post(path, form | {"weekday": "0"})
    schedule = SnapshotSchedule.objects.get()
    assert (schedule.weekday, schedule.day, schedule.control_share) == (0, None, 1_000)
    assert "每周星期一 06:00" in said(client, f"/audiences/{women.pk}/members/")
    client.post(f"/audiences/schedules/{schedule.pk}/end/")
    schedule.refresh_from_db()
    assert schedule.ended_at is not None


def test_compares_audiences(client_of: Any, marketer: Any, women: Any, north: Any) -> None:
    other = make_audience(
        branch=north, name="上海客户", rule={"field": "profile.city", "op": "eq", "value": "上海"}
    )
    client = client_of(marketer)
    text = said(client, f"/audiences/overlap/?audience={women.pk}&audience={other.pk}")
    assert text.count('<circle class="venn-') == 2 and "女性客户 ∩ 上海客户" in text and "50.0%" in text
    assert "请选择 2 至 6 个客群" in said(client, "/audiences/overlap/")
    assert client.get(f"/audiences/overlap/?audience={women.pk}").status_code == 200


def test_compares_nothing_of_another_branch(
    client_of: Any, marketer: Any, stranger: Any, women: Any, south: Any
) -> None:
    other = make_audience(branch=south, name="城南客群")
    path = f"/audiences/overlap/?audience={women.pk}&audience={other.pk}"
    assert client_of(marketer).get(path).status_code == 404


def test_shows_it_beside_the_whole_bank(client_of: Any, marketer: Any, women: Any) -> None:
    text = said(client_of(marketer), f"/audiences/{women.pk}/profile/")
    assert "2 名客户" in text and "全部 3 名客户" in text and "×1.50" in text


def test_exports_members_for_a_purpose_with_a_mark_on_each_line(
    client_of: Any, marketer: Any, women: Any, people: Any, north: Any
) -> None:
    form = {"purpose": "analysis", "reason": "季度复盘分析", "branch_id": north.pk}
    response = client_of(marketer).post(f"/audiences/{women.pk}/export/", form)
    lines = b"".join(response).decode("utf-8-sig").splitlines()
    fact = Fact.objects.get(kind="audiences.MembersExported")
    assert lines[4:] == ["客户号,水印"] + [f"{each.number},{fact.body['mark']}" for each in people[:2]]
    assert "孟晓华" in lines[1] and "2026-11-20 10:00:00" in lines[1] and "行内工具分析" in lines[2]
    assert (fact.body["count"], fact.body["purpose"], fact.by_id) == (2, "analysis", marketer.pk)
    assert fact.body["mark"] in said(client_of(marketer), f"/audiences/{women.pk}/export/")


def test_an_export_masks_numbers_for_whoever_does_not_see_them_and_leaves_out_who_was_erased(
    women: Any, people: Any, analyst: Any, head_marketer: Any, compliance_reviewer: Any
) -> None:
    Erasure.objects.create(
        customer=people[0],
        ground="asked",
        state="done",
        asked_by=head_marketer,
        asked_at=NOW,
        decided_by=compliance_reviewer,
        decided_at=NOW,
    )
    asked = {"audience_id": women.pk, "purpose": "analysis", "reason": "复盘", "branch_id": women.branch_id}
    found = {staff: exports.export_members(**asked, by=staff, now=NOW) for staff in (analyst, head_marketer)}
    lines = {
        staff: b"".join(file.stream()).decode("utf-8-sig").splitlines()[5:] for staff, file in found.items()
    }
    number = people[1].number
    assert lines[head_marketer] == [f"{number},{found[head_marketer].mark}"]
    assert lines[analyst] == [f"{'*' * (len(number) - 4)}{number[-4:]},{found[analyst].mark}"]
    assert [each.body["masked"] for each in Fact.objects.filter(kind="audiences.MembersExported")].count(
        True
    ) == 1


@pytest.mark.parametrize(
    "over", [{"purpose": ""}, {"reason": ""}, {"purpose": "fun"}, {"reason": "客户 13812345678 要求"}]
)
def test_exports_nothing_without_a_purpose_or_with_a_person_in_the_reason(
    client_of: Any, marketer: Any, women: Any, north: Any, over: dict[str, str]
) -> None:
    form = {"purpose": "analysis", "reason": "季度复盘分析", "branch_id": north.pk} | over
    response = client_of(marketer).post(f"/audiences/{women.pk}/export/", form)
    assert response.status_code == 422 and not Fact.objects.filter(kind="audiences.MembersExported").exists()


def test_exports_only_branches_in_scope(
    client_of: Any, marketer: Any, women: Any, south: Any, analyst: Any
) -> None:
    form = {"purpose": "analysis", "reason": "季度复盘分析", "branch_id": south.pk}
    path = f"/audiences/{women.pk}/export/"
    assert client_of(marketer).post(path, form).status_code == 422
    assert client_of(analyst).post(path, form).status_code == 403
    assert not Fact.objects.filter(kind="audiences.MembersExported").exists()


def test_a_head_office_exports_one_branch_of_an_audience(
    client_of: Any, head_marketer: Any, head_office: Any, people: Any, south: Any
) -> None:
    audience = make_audience(branch=head_office, name="全行女性", rule=WOMEN)
    form = {"purpose": "branch_follow_up", "reason": "机构跟进名单", "branch_id": south.pk}
    response = client_of(head_marketer).post(f"/audiences/{audience.pk}/export/", form)
    lines = b"".join(response).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[5:]] == [people[3].number]


def test_a_rule_travels_as_a_file(client_of: Any, marketer: Any, women: Any, tmp_path: Any) -> None:
    client = client_of(marketer)
    exported = client.get(f"/audiences/{women.pk}/rule.json")
    file = tmp_path / "audience.json"
    file.write_bytes(exported.content)
    with file.open("rb") as opened:
        page = client.post("/audiences/import/", {"file": opened})
    assert page.status_code == 200 and "女性客户" in page.content.decode() and Audience.objects.count() == 1


def test_a_file_that_is_no_audience_is_refused(
    client_of: Any, marketer: Any, women: Any, tmp_path: Any
) -> None:
    file = tmp_path / "audience.json"
    file.write_text('{"kind": "other"}')
    with file.open("rb") as opened:
        page = client_of(marketer).post("/audiences/import/", {"file": opened})
    assert page.status_code == 422 and "field-error" in page.content.decode()


def test_every_page_in_both_languages(client_of: Any, north: Any, women: Any) -> None:
    client = client_of(make_staff("both", north, "marketer", "operator"))
    for language in ("zh-hans", "en"):
        client.cookies["huiqun_language"] = language
        for path in (
            "members/",
            "members/changed/",
            "profile/",
            "export/",
            "rule.json",
            "../import/",
            "../overlap/",
        ):
            assert (
                client.get(f"/audiences/{women.pk}/{path}".replace(f"{women.pk}/../", "")).status_code == 200
            ), path
