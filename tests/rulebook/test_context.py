"""The same words as a promise, a denial, a warning, a question."""

from datetime import date

import pytest

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.context import is_held_up
from huiqun.compliance.rulebook.reading import read
from tests.rulebook.data import rows

TODAY = date(2026, 11, 20)


def rules_in(
    text: str, *, kind: str = "wealth", channel: str = "wechat_title", risk: int | None = 2
) -> set[str]:
    found = check_copy(text, channel=channel, product_kind=kind, product_risk=risk, on=TODAY)
    return {finding.rule for finding in found}


@pytest.mark.parametrize(
    "text",
    [
        "这款理财保本",
        "不仅保本，还有惊喜",
        "不用担心，产品保本",
        "不是别人，正是它保本",
        "会保本吗？当然会",
        "我们不打折扣。产品保本",
    ],
)
def test_a_promise_is_found(text: str):
    assert "GUA-01" in rules_in(text)


@pytest.mark.parametrize(
    ("rule", "text"), [pytest.param(*row, id=row[1][:20]) for row in rows("still_promises.tsv")]
)
def test_what_denies_or_warns_of_something_else_takes_nothing_back(rule: str, text: str):
    assert rule in rules_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "本产品不保本",
        "本产品为非保本浮动收益类",
        "我行不承诺保本、保收益",
        "不得以保本、高收益等名义推销",
        "凡是说保本的都是骗局",
        "警惕有人以保本为诱饵",
        "还有保本理财吗？答：没有了",
        "保本？不存在的",
        "如遇销售人员承诺保本等行为，请拨打客服热线投诉",
    ],
)
def test_a_denial_or_warning_is_not(text: str):
    assert "GUA-01" not in rules_in(text)


def test_a_denial_ends_with_its_clause():
    assert "GUA-02" in rules_in("我们不收手续费，稳赚不赔")


def test_the_more_specific_rule_speaks_alone():
    assert rules_in("比银行定期多赚一倍的年金险", kind="insurance", risk=None) == {"CONF-05"}


def test_limits_and_names_are_not_superlatives():
    text = "最低起购1万元，最高可贷30万元，最长36个月，最近网点见地图"
    assert rules_in(text, kind="brand", risk=None) == set()


def test_risk_levels_decide_which_words_fit():
    assert "WMP-02" in rules_in("稳健增值之选", risk=4)
    assert "WMP-02" not in rules_in("稳健增值之选", risk=2)


def test_a_warning_covers_its_own_section_only():
    warning = "反诈提醒\n骗子的话术：本金无忧，稳赚不赔。\n"
    selling = "本期产品推荐\n安心增利，稳赚不赔，欢迎选购。"
    assert "GUA-02" not in rules_in(warning)
    assert "GUA-02" in rules_in(warning + selling)


def test_a_long_lesson_does_not_excuse_the_offer_after_it():
    lesson = "投资有风险，理财产品不保本，净值会涨也会跌。" * 40
    assert rules_in(lesson) == set()
    assert "GUA-01" in rules_in(lesson + "\n今天只说一句：这款保本。")


def test_an_offer_that_itself_denies_is_held_up_by_a_warning_only():
    for text, warned in [("不看征信，当天放款", False), ("声称“不看征信”的都是骗局", True)]:
        reading = read(text)
        start = reading.text.index("不看征信")
        assert is_held_up(reading, start, start + 4) is warned
