"""A rule as text: what is written reads back, what is typed is understood or refused where it is wrong."""

import random
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiqun.audiences import queries, rules
from huiqun.audiences.presets import PRESETS
from huiqun.audiences.rules.tree import Group, Leaf, Negation
from huiqun.foundation import fields
from huiqun.foundation.fields import AudienceField, Choice, FieldType
from huiqun.foundation.http import sentence_of
from tests.audiences.test_compile_rule import LEAVES, TREES, _depth
from tests.spark.random_rules import every_field, leaves_of, trees

LANGUAGES = ["zh-hans", "en"]


def meaning(rule: Any) -> Any:
    """All that decides whom a rule chooses."""
    return _meaning(rules.parse(rule))


def _meaning(node: rules.Node) -> Any:
    if isinstance(node, Leaf):
        return node.field.name, dict(node.arguments), node.operator, node.value, node.include_missing
    if isinstance(node, Negation):
        return "not", _meaning(node.item)
    assert isinstance(node, Group)
    return node.every, [_meaning(each) for each in node.items]


def reads_back(rule: Any, language: str) -> None:
    text = queries.rule_text(rule, language)
    assert meaning(queries.read_rule_text(text, language)) == meaning(rule), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_each_preset_reads_back(preset: Any, language: str) -> None:
    reads_back(preset.rule, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", LEAVES, ids=lambda rule: f"{rule['field']} {rule['op']}")
def test_each_condition_reads_back(rule: Any, language: str) -> None:
    reads_back(rule, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", every_field(), ids=lambda field: field.name)
def test_every_comparison_of_every_field_reads_back(field: AudienceField, language: str) -> None:
    for rule in leaves_of(field, random.Random(field.name), 3):
        reads_back(rule, language)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=TREES.filter(lambda rule: _depth(rule) <= 8), language=st.sampled_from(LANGUAGES))
def test_trees_read_back_as_the_same_tree(rule: Any, language: str) -> None:
    reads_back(rule, language)


def test_trees_over_the_whole_catalogue_read_back() -> None:
    for _seed, rule in trees(40, 1):
        for language in LANGUAGES:
            reads_back(rule, language)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=st.text(min_size=1, max_size=30), language=st.sampled_from(LANGUAGES))
def test_any_text_reads_back(value: str, language: str) -> None:
    for field in ("profile.city", f"attribute:{value}"):
        rule = {"field": field, "op": "eq", "value": value}
        try:
            rules.parse(rule)
        except rules.RuleInvalid:
            return
        reads_back(rule, language)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.text(
        alphabet='性别是女 且或非年龄介于25和40()（）[]【】"“”交易金额(30天,消费)>5000未知含andornotAgeis:：、\n',
        max_size=40,
    )
)
def test_whatever_is_typed_is_a_rule_or_refused_with_a_place(text: str) -> None:
    try:
        queries.read_rule_text(text, "en")
    except rules.RuleInvalid as refusal:
        assert refusal.offset is not None and 0 <= refusal.offset <= len(text)
        assert refusal.line is not None and refusal.line >= 1


SPENDING = {
    "all": [
        {"field": "profile.sex", "op": "eq", "value": "F"},
        {"field": "profile.age", "op": "between", "value": [25, 40]},
        {"field": "transactions.sum", "op": "gt", "value": 5000, "with": {"days": 30, "kind": ["spend"]}},
    ]
}


@pytest.mark.parametrize(
    "text",
    [
        "性别 是 女 且 年龄 介于 25 和 40 且 交易金额(30天, 消费) > 5000",
        "性别是女且年龄介于25和40且交易金额(近30天，消费)>5000元",
        "性别 = F 并且 年龄 在 25 至 40 之间 并且 交易金额（天数：30，交易类型：消费）大于 0.5万",
        "Sex is Female and Age between 25 and 40 and Amount of transactions(30 days, Spending) > 5,000",
        "sex IS female AND age is between 25 to 40\nand transactions.sum(last 30 days, kind: [spend]) is more than 5000 yuan",
        'profile.sex = "F" and (profile.age between 25 and 40) and transactions.sum(days: 30, kind: spend) > 5000',
    ],
)
def test_people_may_write_it_in_many_ways(text: str) -> None:
    assert meaning(queries.read_rule_text(text)) == meaning(SPENDING)


def test_it_is_written_as_the_bank_speaks() -> None:
    assert (
        queries.rule_text(SPENDING, "zh-hans")
        == "性别 是 女 且 年龄 介于 25 和 40 且 交易金额(30天, 消费) > 5000"
    )
    assert queries.rule_text(SPENDING, "en") == (
        "Sex is Female and Age between 25 and 40 and Amount of transactions(30 days, Spending) > 5000"
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", {"all": []}),
        ("所有客户", {"all": []}),
        ("年龄 > 60 (含未知)", {"field": "profile.age", "op": "gt", "value": 60, "missing": "include"}),
        ("Age >= 60 or Sex is Male and Age < 30", {"any": [
            {"field": "profile.age", "op": "gte", "value": 60},
            {"all": [
                {"field": "profile.sex", "op": "eq", "value": "M"},
                {"field": "profile.age", "op": "lt", "value": 30},
            ]},
        ]}),
        ("非 (客群:12)", {"not": {"field": "audience:12", "op": "eq", "value": True}}),
        ("客群:12 不成立", {"field": "audience:12", "op": "eq", "value": False}),
        ("profile.city in [\"杭州\", “成都”]", {"field": "profile.city", "op": "in", "value": ["杭州", "成都"]}),
        ("开户日期 在近 30 天内", {"field": "profile.opened", "op": "last_days", "value": 30}),
        ("Date of opening over 30 days ago", {"field": "profile.opened", "op": "older_than_days", "value": 30}),
        ("开户日期 早于 2026年3月1日", {"field": "profile.opened", "op": "before", "value": "2026-03-01"}),
    ],
)  # fmt: skip
def test_what_is_typed_means(text: str, rule: Any) -> None:
    assert meaning(queries.read_rule_text(text)) == meaning(rule)


@pytest.mark.parametrize(
    ("text", "line", "column", "zh", "en"),
    [
        ("性别 是 女 且 年龄 大于 abc", 1, 16, "数值", "a number"),
        ("Sex is Female\nand Agee > 3", 2, 5, "字段", "a field"),
        ("性别 是", 1, 5, "女", "Female"),
        ("性别 是 妇", 1, 6, "女", "Female"),
        ("年龄 > 3 年龄", 1, 8, "且", "and"),
        ("(年龄 > 3", 1, 8, ")", ")"),
        ("年龄", 1, 3, "介于", "between"),
        ("交易金额(30天, 消废) > 3", 1, 11, "交易类型", "kind of transaction"),
        ("交易金额(30天, 天数: 60) > 3", 1, 11, "一次", "once"),
        ("年龄 介于 40 和 25", 1, 7, "第1行", "line 1, column 7"),
        ("年龄 > 20 且 开户日期 早于 2026-02-30", 1, 19, "2026-02-30", "2026-02-30"),
        ("交易金额(0天) > 3", 1, 6, "0", "0"),
        ("audience:x 成立", 1, 1, "字段", "a field"),
    ],
)
def test_it_is_refused_where_it_is_wrong(text: str, line: int, column: int, zh: str, en: str) -> None:
    for language, expected in (("zh-hans", zh), ("en", en)):
        with pytest.raises(rules.RuleInvalid) as refused, override(language):
            queries.read_rule_text(text, language)
        assert (refused.value.line, refused.value.column) == (line, column)
        with override(language):
            assert expected in sentence_of(refused.value)


def test_a_typing_error_is_answered_with_what_may_have_been_meant() -> None:
    with pytest.raises(rules.TextWrong) as refused:
        queries.read_rule_text("交易全额(30天) > 5000")
    with override("zh-hans"):
        assert "交易金额" in sentence_of(refused.value)


def test_a_label_that_means_something_else_is_written_in_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "_fields", dict(fields._fields))
    fields.register(
        AudienceField(
            name="profile.band",
            label="年龄",
            type=FieldType.CODE,
            group="x",
            choices=(
                Choice(value="a", label="b"),
                Choice(value="b", label="未知"),
                Choice(value="c", label="且 ("),
            ),
            profile=lambda today: None,  # type: ignore[arg-type,return-value]
        )
    )
    for value in "abc":
        for language in LANGUAGES:
            reads_back({"all": [{"field": "profile.band", "op": "in", "value": [value]}] * 2}, language)
            reads_back({"field": "profile.band", "op": "eq", "value": value}, language)
