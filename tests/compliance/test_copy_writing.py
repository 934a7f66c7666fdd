"""A copy while it is written: what the editor is told, and what no editor may take for a clean text."""

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from huiqun.compliance import checks
from huiqun.compliance.queries import CopyPart, joined, review_copy
from huiqun.compliance.rules.findings import Finding, FoundBy, InsertAt
from huiqun.lib.severity import Severity
from tests.makers.campaigns import make_campaign

JSON = {"Accept": "application/json"}
WARNING = "理财非存款，产品有风险，投资须谨慎。"
ASKED = {"channel": "h5", "product_kind": "wealth", "product_risk": "2"}


def finding(start: int | None = None, end: int | None = None, **more: Any) -> Finding:
    values = {"rule": "GUA-01", "name": "n", "message": "m", "fix": "f", "citations": ()} | more
    return Finding(severity=values.pop("severity", Severity.BLOCK), start=start, end=end, **values)


@pytest.fixture
def asks(marketer: Any, client_of: Any, now: Any) -> Any:
    client = client_of(marketer)

    def ask(text: str, *, json: bool = True, **more: str) -> Any:
        headers = JSON if json else {}
        return client.post(reverse("compliance:copy_check"), {**ASKED, "text": text, **more}, headers=headers)

    return ask


@pytest.fixture
def with_fixes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule on capital says what to write instead, whatever the book's data say."""
    original = checks.check_copy

    def check(*args: Any, **kwargs: Any) -> tuple[Finding, ...]:
        return tuple(
            replace(each, replacement="稳健") if each.rule == "GUA-01" else each
            for each in original(*args, **kwargs)
        )

    monkeypatch.setattr(checks, "check_copy", check)


def test_the_editor_is_told_places_in_code_points(asks: Any) -> None:
    text = "😀𠮷这款理财保本。"
    answer = asks(text).json()
    marks = [mark for mark in answer["marks"] if text[mark["start"] : mark["end"]] == "保本"]
    assert marks and marks[0]["part"] == "text" and marks[0]["severity"] == "block"
    assert answer["severity"] == "block" and answer["count"] >= len(answer["marks"])
    assert "第二十五条第（一）项" in answer["html"]


def test_a_clean_text_says_that_people_still_decide(asks: Any) -> None:
    answer = asks("今天网点照常营业。", product_kind="brand").json()
    assert answer["count"] == 0 and answer["severity"] == "" and answer["marks"] == []
    assert "人工审核" in answer["sentence"]


def test_windows_line_ends_do_not_shift_places(asks: Any) -> None:
    (mark,) = [m for m in asks("你好\r\n这款理财保本").json()["marks"] if m["end"] - m["start"] == 2]
    assert "你好\n这款理财保本"[mark["start"] : mark["end"]] == "保本"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"text": ""}, "没有可检查"),
        ({"text": "好" * 20_001}, "20001"),
        ({"text": "保本\x02"}, "控制字符"),
        ({"text": "保本", "channel": "tv"}, "tv"),
        ({"text": "保本", "product_risk": "9"}, "9"),
        ({"text": "保本", "on": "yesterday"}, ""),
        ({"text": "保本", "on": "1066-10-14"}, "2000"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_words(asks: Any, asked: dict[str, str], words: str) -> None:
    answer = asks(**asked)
    assert answer.status_code == 422
    assert answer.json()["code"] == "not_checked" and words in answer.json()["sentence"]
    assert "marks" not in answer.json()


def test_a_nul_is_refused(asks: Any) -> None:
    assert asks("保本", channel="\x00").status_code in (400, 422)


def test_the_longest_text_is_checked(asks: Any) -> None:
    assert asks("网点照常营业。\n" * 2_500).status_code == 200


def test_whoever_has_left_is_told_to_sign_in(client: Any, db: None) -> None:
    answer = client.post(reverse("compliance:copy_check"), {"text": "保本"}, headers=JSON)
    assert answer.status_code == 401 and answer.json()["sentence"]


def test_the_day_decides_by_which_law(asks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    days: list[object] = []
    original = checks.check_copy
    monkeypatch.setattr(checks, "check_copy", lambda *a, **k: days.append(k["on"]) or original(*a, **k))
    asks("保本", on="2015-08-31")
    asks("保本")
    assert [str(day) for day in days] == ["2015-08-31", "2026-11-20"]


def test_without_scripts_a_button_mends_and_checks_again(asks: Any, with_fixes: None) -> None:
    page = asks("这款理财保本。", json=False).content.decode()
    assert 'name="fix" value="GUA-01@4"' in page
    page = asks("这款理财保本。", json=False, fix="GUA-01@4").content.decode()
    assert "这款理财稳健。</textarea>" in page
    assert 'value="GUA-01@4"' not in page


def test_a_fix_that_is_not_offered_changes_nothing(asks: Any) -> None:
    page = asks("这款理财保本。", json=False, fix="GUA-01@99").content.decode()
    assert "这款理财保本。</textarea>" in page


def test_what_is_written_is_shown_as_words(asks: Any, with_fixes: None) -> None:
    answer = asks("<script>保本</script>").json()
    assert "<script>" not in answer["html"]


# Forms of several fields --------------------------------------------------------------------------------

PARTS = [
    CopyPart(name="title", text="😀保本"),
    CopyPart(name="note", text=""),
    CopyPart(name="body", text="稳赚 {{ link }} 拒收请回复R"),
]


def review(*found: Finding, parts: Any = PARTS) -> Any:
    return review_copy(parts=parts, findings=found, channel="sms", bank="江川银行")


def test_parts_are_joined_without_those_left_empty() -> None:
    parts = [
        CopyPart(name="a", text="x"),
        CopyPart(name="b", text="y", before=" "),
        CopyPart(name="c", text=""),
    ]
    assert joined(PARTS) == "😀保本\n稳赚 {{ link }} 拒收请回复R"
    assert joined(parts) == "x y"
    assert joined([CopyPart(name="a", text=""), CopyPart(name="b", text="y", before=" ")]) == "y"


def test_each_finding_is_placed_in_its_part(db: None) -> None:
    marks = review(finding(1, 3), finding(4, 6)).as_answer()["marks"]
    assert [(mark["part"], mark["start"], mark["end"]) for mark in marks] == [("title", 1, 3), ("body", 0, 2)]


def test_a_missing_sentence_goes_into_the_last_part(db: None) -> None:
    answer = review(finding(insertion=WARNING)).as_answer()
    assert answer["marks"] == []
    assert answer["fixed"] == {"body": f"稳赚 {{{{ link }}}} {WARNING}拒收请回复R"}
    answer = review(finding(insertion="【{bank}】", insert_at=InsertAt.START)).as_answer()
    assert answer["edits"][0] == {"part": "body", "start": 0, "end": 0, "put": "【江川银行】"}


def test_words_that_run_on_into_the_next_part_are_for_a_person(db: None) -> None:
    answer = review(finding(1, 6, replacement="")).as_answer()
    assert answer["edits"] == {}
    assert [(mark["part"], mark["end"]) for mark in answer["marks"]] == [("title", 3)]


def test_everything_empty_is_no_mistake(db: None) -> None:
    parts = [CopyPart(name="title", text=""), CopyPart(name="body", text="")]
    assert review(finding(insertion=WARNING), parts=parts).as_answer()["fixed"] == {"body": WARNING}


def test_a_rule_that_is_broken_often_is_explained_once(db: None) -> None:
    parts = [CopyPart(name="body", text="保本" * 40)]
    found = [finding(at * 2, at * 2 + 2, quote="保本", message="explained") for at in range(40)]
    answer = review(*found, parts=parts).as_answer()
    assert answer["html"].count("explained") == 1
    assert len(answer["marks"]) == 40 and answer["html"].count("data-copy-show") == 8


def test_a_machines_opinion_is_said_to_be_one(db: None) -> None:
    assert "训练模型" in review(finding(1, 3, quote="保本", found_by=FoundBy.MODEL)).as_html()
    assert "第二审读者" in review(finding(1, 3, quote="保本", found_by=FoundBy.READER)).as_html()


# In a campaign --------------------------------------------------------------------------------------------


@pytest.fixture
def campaign(marketer: Any) -> Any:
    return make_campaign(branch=marketer.branch, by=marketer, people=1)


def judged(client: Any, campaign: Any, of: str, **asked: str) -> Any:
    address = reverse("campaigns:copy_findings", args=[campaign.pk])
    return client.post(f"{address}?of={of}", asked, headers=JSON)


def test_each_form_of_a_campaign_is_judged_as_it_will_be(
    campaign: Any, marketer: Any, client_of: Any, now: Any
) -> None:
    client = client_of(marketer)
    answer = judged(client, campaign, "variant", channel="email", title="保本理财", body="本金无忧").json()
    assert {mark["part"] for mark in answer["marks"]} == {"title", "body"}
    answer = judged(client, campaign, "page", title="活动", body="保本理财").json()
    assert {mark["part"] for mark in answer["marks"]} == {"body"}
    answer = judged(client, campaign, "offer", name="礼品", item="米", terms="购买保本理财可领").json()
    assert "terms" in {mark["part"] for mark in answer["marks"]}


def test_a_campaigns_copy_is_refused_when_it_cannot_be_judged(
    campaign: Any, marketer: Any, client_of: Any, now: Any
) -> None:
    client = client_of(marketer)
    answer = judged(client, campaign, "variant", channel="sms", body="好" * 20_001)
    assert answer.status_code == 422 and "20001" in answer.json()["sentence"]
    assert judged(client, campaign, "goal", body="x").status_code == 404
    assert judged(client, campaign, "variant", channel="tv", body="x").status_code == 404


def test_another_branchs_campaign_is_not_judged(
    campaign: Any, stranger: Any, client_of: Any, now: Any
) -> None:
    assert judged(client_of(stranger), campaign, "page", title="x", body="保本").status_code == 404
