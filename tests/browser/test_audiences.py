"""Writing a rule by mouse and by keyboard: the tree, the text and the numbers keep up with one another."""

import json
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from huiqun.audiences.bitmaps import samples
from tests.browser.conftest import PHONE
from tests.makers.audiences import make_audience, make_lake, profile, transaction

PageAs = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)

SEX = {"field": "profile.sex", "op": "eq", "value": "F"}
CITY = {"field": "profile.city", "op": "eq", "value": "上海"}
AGE = {"field": "profile.age", "op": "gte", "value": 18}
FEW = {"field": "transactions.count", "with": {"days": 30}, "op": "lt", "value": 5}
"""Asks the lake's events, which takes a while."""
RULE = {"all": [SEX, {"any": [CITY, AGE]}]}


@pytest.fixture
def builder(page_as: PageAs, marketer: Any, north: Any) -> Page:
    """An audience open in the builder, over three women and a man; a woman and the man are of Shanghai."""
    make_lake(
        profiles=[
            profile(number, north, sex=sex, city=city)
            for number, (sex, city) in enumerate(
                [("F", "上海"), ("F", "杭州"), ("F", "北京"), ("M", "上海")], start=1
            )
        ]
    )
    page = page_as(marketer)
    page.goto(f"/audiences/{make_audience(branch=north, name='女性客户', rule=RULE).pk}/edit/")
    return page


def rule_of(page: Page) -> Any:
    return json.loads(page.locator("#rule").input_value())


def grip(page: Page, field: str) -> Any:
    return page.get_by_role("button", name=f"移动： {field}")


def test_counts_and_shows_what_each_condition_takes_away(builder: Page) -> None:
    expect(builder.locator("#rule-count .stat-value")).to_have_text("1")
    expect(builder.locator("#rule-funnel li")).to_have_count(3)
    expect(builder.locator("[data-path='rule.all[0]'] .rule-effect")).to_contain_text("减少 1 人")
    expect(builder.locator("[data-path='rule.all[1].any[0]'] .rule-effect")).to_contain_text("减少 2 人")


def test_a_field_is_found_by_two_characters_or_the_first_letters_of_its_pinyin(builder: Page) -> None:
    box = builder.locator("[data-path='rule.all[0]'] .rule-field input")
    for typed, found in (("城市", "城市"), ("sm", "生命周期阶段")):
        box.click()
        box.fill(typed)
        expect(builder.get_by_role("option").filter(has_text=found).first).to_be_visible()
    box.press("Escape")
    box.click()
    box.fill("城市")
    box.press("Enter")
    assert rule_of(builder)["all"][0]["field"] == "profile.city"


def test_undo_and_redo_by_keyboard(builder: Page) -> None:
    number = builder.locator("[data-key='rule.all[1].any[1] value']")
    number.fill("60")
    number.press("Enter")
    assert rule_of(builder)["all"][1]["any"][1]["value"] == 60
    number.press("Control+z")
    assert rule_of(builder) == RULE
    expect(number).to_have_value("18")
    number.press("Control+Shift+z")
    assert rule_of(builder)["all"][1]["any"][1]["value"] == 60


def test_arrow_keys_move_a_condition_into_a_group_and_out_of_it(builder: Page) -> None:
    grip(builder, "性别").focus()
    builder.keyboard.press("ArrowRight")
    assert rule_of(builder) == {"all": [{"any": [SEX, CITY, AGE]}]}
    expect(grip(builder, "性别")).to_be_focused()
    builder.keyboard.press("ArrowDown")
    assert rule_of(builder) == {"all": [{"any": [CITY, SEX, AGE]}]}
    builder.keyboard.press("ArrowLeft")
    assert rule_of(builder) == {"all": [{"any": [CITY, AGE]}, SEX]}
    builder.keyboard.press("Delete")
    assert rule_of(builder) == {"all": [{"any": [CITY, AGE]}]}


def test_a_condition_is_dragged_from_one_group_to_another(builder: Page) -> None:
    expect(builder.locator("#rule-funnel li")).to_have_count(3)  # nothing moves under the mouse any more
    target = builder.locator("[data-path='rule.all[1].any[1]']").bounding_box()
    grip(builder, "性别").hover()
    builder.mouse.down()
    builder.mouse.move(target["x"] + 60, target["y"] + target["height"] - 12, steps=8)
    expect(builder.locator(".rule-drop")).to_have_count(1)
    builder.mouse.up()
    assert rule_of(builder) == {"all": [{"any": [CITY, AGE, SEX]}]}
    expect(builder.locator("#rule-count .stat-value")).to_have_text("4")


def test_escape_leaves_a_dragged_condition_where_it_was(builder: Page) -> None:
    target = builder.locator("[data-path='rule.all[1].any[1]']").bounding_box()
    grip(builder, "性别").hover()
    builder.mouse.down()
    builder.mouse.move(target["x"] + 60, target["y"] + target["height"] - 12, steps=8)
    builder.keyboard.press("Escape")
    builder.mouse.up()
    assert rule_of(builder) == RULE


def test_groups_are_made_and_dissolved(builder: Page) -> None:
    leaf = builder.locator("[data-path='rule.all[0]']")
    leaf.get_by_role("button", name="放入新的条件组").click()
    assert rule_of(builder) == {"all": [{"any": [SEX]}, {"any": [CITY, AGE]}]}
    group = builder.locator("[data-path='rule.all[1]']")
    group.get_by_role("button", name="解散条件组，保留其中条件").click()
    assert rule_of(builder) == {"all": [{"any": [SEX]}, CITY, AGE]}


def test_text_that_is_typed_becomes_the_tree(builder: Page) -> None:
    builder.get_by_role("tab", name="文本").click()
    box = builder.locator("#rule-text")
    expect(box).to_have_value('性别 是 女 且 (城市 是 "上海" 或 年龄 >= 18)')
    box.fill("性别 是 女 且 财富 > 1")
    expect(builder.locator("[data-text-problem]")).to_contain_text("财富")
    assert rule_of(builder) == RULE
    box.fill("性别 是 男")
    expect(builder.locator("#rule-count .stat-value")).to_have_text("1")
    expect(builder.locator("[data-text-problem]")).to_be_hidden()
    assert rule_of(builder) == {**SEX, "value": "M"}
    builder.get_by_role("tab", name="条件编辑").click()
    expect(builder.locator(".rule-leaf")).to_have_count(1)


def test_json_that_is_wrong_is_marked_where_it_is_wrong(builder: Page) -> None:
    builder.get_by_role("tab", name="JSON").click()
    wrong = {"all": [SEX, {"any": [{**AGE, "value": "abc"}]}]}
    builder.locator("#rule").fill(json.dumps(wrong))
    builder.locator("#rule").blur()
    expect(builder.locator("#rule-count [data-rule-path]")).to_be_visible()
    builder.get_by_role("tab", name="条件编辑").click()
    expect(builder.locator("[data-path='rule.all[1].any[0]']")).to_have_class("rule-leaf rule-wrong")


def test_what_conditions_did_is_not_shown_beside_a_rule_that_is_refused(builder: Page) -> None:
    expect(builder.locator("#rule-funnel li")).to_have_count(3)
    builder.locator("[data-path='rule.all[1].any[1]'] input[type=number]").fill("")
    expect(builder.locator("#rule-count [role=alert]")).to_be_visible()
    expect(builder.locator("#rule-funnel li")).to_have_count(0)
    expect(builder.locator(".rule-effect")).to_have_count(0)
    builder.locator("[data-path='rule.all[1].any[1]'] input[type=number]").fill("18")
    expect(builder.locator("#rule-funnel li")).to_have_count(3)


def test_an_estimate_gives_way_to_the_exact_number_by_itself(
    builder: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting from the lake is held up until the page has shown the estimate; nobody reloads anything."""
    expect(builder.locator("#rule-count .stat-value")).to_have_text("1")
    make_lake(transactions=[transaction("t1", 1, "spend")])
    counting = import_module("huiqun.audiences.queries.counting")  # its package has a function of that name
    counted, work_out = threading.Event(), counting._work_out
    monkeypatch.setattr(samples, "estimate", lambda *_: samples.Estimate(n=2, low=1, high=4))
    monkeypatch.setattr(counting, "_work_out", lambda *asked: counted.wait(30) and work_out(*asked))
    builder.get_by_role("tab", name="JSON").click()
    builder.locator("#rule").fill(json.dumps({"all": [SEX, FEW]}))
    builder.get_by_role("tab").first.click()
    number = builder.locator("#rule-count .stat-value")
    expect(number).to_have_text("≈ 2 ± 2")
    expect(builder.locator("#rule-count")).to_contain_text("准确人数稍后显示")
    counted.set()
    expect(number).to_have_text("3")
    expect(builder.locator("#rule-count")).not_to_contain_text("±")
    expect(builder.locator("#rule-funnel li")).to_have_count(2)


def test_an_audience_is_chosen_by_its_name_and_never_itself(builder: Page, north: Any, south: Any) -> None:
    for branch, name in ((north, "本月生日"), (south, "城南客群")):
        make_audience(branch=branch, name=name, rule={"all": [CITY]})
    builder.reload()
    field = builder.locator("[data-path='rule.all[0]'] .rule-field input")
    field.click()
    field.fill("客群")
    builder.get_by_role("option", name="客群", exact=False).first.click()
    which = builder.get_by_role("combobox", name="选择客群")
    which.click()
    expect(builder.locator(".rule-options:not([hidden]) [role=option]")).to_have_text(["本月生日"])
    expect(builder.locator("#rule-count")).to_contain_text("且属于客群“本月生日”"[1:])


def test_without_another_audience_the_list_says_so(builder: Page) -> None:
    field = builder.locator("[data-path='rule.all[0]'] .rule-field input")
    field.click()
    field.fill("客群")
    builder.get_by_role("option", name="客群", exact=False).first.click()
    which = builder.get_by_role("combobox", name="选择客群")
    which.click()
    expect(builder.locator(".rule-options-none:visible")).to_contain_text("暂无其他可选客群")
    expect(builder.locator("#rule-count")).to_contain_text("请选择")


def test_rows_become_cards_on_a_phone(page_as: PageAs, marketer: Any, north: Any) -> None:
    make_audience(branch=north, name="女性客户", rule=RULE)
    page = page_as(marketer, width=PHONE)
    page.goto("/audiences/")
    cell = page.locator(".table-cards tbody td").nth(1)
    expect(cell).to_have_attribute("data-label", "客群名称")
    expect(page.locator(".table-cards")).to_have_css("display", "block")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
