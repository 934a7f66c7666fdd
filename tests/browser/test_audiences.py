"""Writing a rule by mouse and by keyboard: the tree, the text and the numbers keep up with one another."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.makers.audiences import make_audience, make_lake, profile

PageAs = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)

SEX = {"field": "profile.sex", "op": "eq", "value": "F"}
CITY = {"field": "profile.city", "op": "eq", "value": "上海"}
AGE = {"field": "profile.age", "op": "gte", "value": 18}
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
