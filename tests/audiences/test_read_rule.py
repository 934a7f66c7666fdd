"""A rule is read, or refused at the place where it is wrong, in words."""

import json
from typing import Any

import pytest
from django.utils.translation import override

from huiqun.audiences import queries, rules
from huiqun.audiences.presets import PRESETS
from huiqun.audiences.rules.tree import MAX_DEPTH, MAX_LEAVES
from huiqun.foundation.http import sentence_of

AGE = {"field": "profile.age", "op": "gte", "value": 18}


def leaf(**over: Any) -> dict[str, Any]:
    return {**AGE, **over}


def nested(depth: int) -> dict[str, Any]:
    rule: dict[str, Any] = AGE
    for _ in range(depth):
        rule = {"all": [rule]}
    return rule


WRONG = [
    (None, "rule", "audiences.not_a_node"),
    ([], "rule", "audiences.not_a_node"),
    ({}, "rule", "audiences.not_a_node"),
    ({"any": []}, "rule.any", "audiences.empty_group"),
    ({"all": [{"all": []}]}, "rule.all[0].all", "audiences.empty_group"),
    ({"all": AGE}, "rule.all", "audiences.not_a_node"),
    ({"all": [AGE], "any": [AGE]}, "rule", "audiences.unknown_key"),
    ({"not": {"all": [AGE, 1]}}, "rule.not.all[1]", "audiences.not_a_node"),
    ({"all": [leaf(sql="1=1")]}, "rule.all[0]", "audiences.unknown_key"),
    (leaf(field="profile.age; DROP"), "rule.field", "audiences.unknown_field"),
    (leaf(field=["profile.age"]), "rule.field", "audiences.unknown_field"),
    (leaf(field="attribute:"), "rule.field", "audiences.unknown_field"),
    (leaf(op="contains"), "rule.op", "audiences.unknown_operator"),
    (leaf(op=None), "rule.op", "audiences.unknown_operator"),
    (leaf(value=None), "rule.value", "audiences.value_missing"),
    (leaf(value="abc"), "rule.value", "audiences.not_a_number"),
    (leaf(value=True), "rule.value", "audiences.not_a_number"),
    (leaf(value="NaN"), "rule.value", "audiences.not_a_number"),
    (leaf(value=1e30), "rule.value", "audiences.not_a_number"),
    (leaf(value="9" * 5000), "rule.value", "audiences.not_a_number"),
    (leaf(op="between", value=[40, 25]), "rule.value", "audiences.not_a_range"),
    (leaf(op="between", value=[25, "x"]), "rule.value[1]", "audiences.not_a_number"),
    (leaf(op="is_missing", value=1), "rule.value", "audiences.value_unwanted"),
    (leaf(missing="maybe"), "rule.missing", "audiences.not_a_choice"),
    (leaf(field="profile.sex", op="eq", value="X"), "rule.value", "audiences.not_a_choice"),
    (leaf(field="profile.sex", op="in", value=[]), "rule.value", "audiences.not_a_list"),
    (leaf(field="profile.sex", op="in", value=["F", "x"]), "rule.value[1]", "audiences.not_a_choice"),
    (leaf(field="profile.city", op="eq", value=""), "rule.value", "audiences.not_text"),
    (leaf(field="profile.city", op="eq", value="a\x00b"), "rule.value", "audiences.not_text"),
    (leaf(field="profile.city", op="eq", value="x" * 201), "rule.value", "audiences.not_text"),
    (leaf(field="profile.opened", op="on", value="2026-02-30"), "rule.value", "audiences.not_a_day"),
    (leaf(field="profile.opened", op="on", value=20260220), "rule.value", "audiences.not_a_day"),
    (leaf(field="profile.opened", op="last_days", value=-1), "rule.value", "audiences.not_a_whole_number"),
    (leaf(field="aum.now", value=1.005), "rule.value", "audiences.not_an_amount"),
    (leaf(field="transactions.count", **{"with": {"days": 0}}), "rule.with.days", "audiences.not_a_whole_number"),
    (leaf(field="transactions.count", **{"with": {"kind": "theft"}}), "rule.with.kind", "audiences.not_a_choice"),
    (leaf(field="transactions.count", **{"with": {"kinds": "buy"}}), "rule.with", "audiences.unknown_key"),
    (leaf(field="transactions.count", **{"with": {"product_kind": "x'; --"}}), "rule.with.product_kind", "audiences.not_a_choice"),
    (leaf(field="transactions.count", missing="include"), "rule.missing", "audiences.unknown_key"),
    (leaf(field="sequence.not_since", op="eq", value=True), "rule.with", "audiences.parameter_missing"),
    (leaf(field="sequence.not_since", op="eq", value="yes", **{"with": {"did": "app_events.view", "not": "app_events.login"}}), "rule.value", "audiences.not_a_flag"),
    (nested(MAX_DEPTH), None, "audiences.too_deep"),
    ({"all": [AGE] * (MAX_LEAVES + 1)}, "rule.all", "audiences.too_long"),
    ({"all": [{"any": [AGE] * 60}, {"any": [AGE] * 60}]}, "rule", "audiences.too_long"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "code"), WRONG, ids=[f"{code} {path}" for _, path, code in WRONG])
def test_a_wrong_rule_is_refused_where_it_is_wrong(rule: Any, path: str | None, code: str) -> None:
    with pytest.raises(rules.RuleInvalid) as refused:
        rules.parse(rule)
    assert refused.value.code == code
    assert path is None or refused.value.path == path
    for language in ("zh-hans", "en"):
        with override(language):
            assert "%(" not in sentence_of(refused.value)


@pytest.mark.parametrize("text", ["", "{", '{"all": [', "nul", "[" * 5000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(rules.RuleInvalid):
        rules.parse(rules.read(text))


def test_as_deep_and_as_long_as_allowed() -> None:
    assert rules.parse(nested(MAX_DEPTH - 1))
    assert rules.parse({"all": [AGE] * MAX_LEAVES})


def test_amounts_are_written_in_yuan_and_compared_in_fen() -> None:
    assert rules.parse(leaf(field="aum.now", value="1234.5")).value == 123_450  # type: ignore[union-attr]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_each_preset_reads_as_a_sentence_in_both_languages(preset: Any) -> None:
    chinese, english = (queries.sentence(preset.rule, language) for language in ("zh-hans", "en"))
    assert chinese != english and "%(" not in chinese + english
    assert english.isascii() or "“" in english or "留学金融" in english


def test_the_sentence_of_the_sources_example() -> None:
    rule = next(preset.rule for preset in PRESETS if preset.capability == "C11")
    assert queries.sentence(rule, "zh-hans") == (
        "性别为女，且年龄在25岁至40岁之间，且近30天交易金额（交易类型：消费）大于5,000元"
    )


def test_every_capability_of_the_sources_has_its_preset() -> None:
    assert {f"C{number}" for number in (*range(2, 12), 13, 14)} == {
        preset.capability for preset in PRESETS if preset.capability
    }


def test_a_difference_shows_lines_added_and_removed() -> None:
    old = queries.outline({"all": [AGE, {"field": "profile.sex", "op": "eq", "value": "F"}]}, "en")
    new = queries.outline({"all": [AGE, {"field": "profile.sex", "op": "eq", "value": "M"}]}, "en")
    assert [(line.change, line.words) for line in rules.diff(old, new)] == [
        ("same", "all of:"),
        ("same", "Age is at least 18 years"),
        ("removed", "Sex is Female"),
        ("added", "Sex is Male"),
    ]


def test_the_schema_is_json_and_names_every_field() -> None:
    text = json.dumps(rules.schema())
    for name in ("profile.age", "aum.change", "sequence.not_since", "^attribute:.+$"):
        assert name in text
