"""What the catalogue promises: schema, months, families, files, what the lake does not hold."""

import json
import random
import re
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings

from huiqun.audiences import queries, rules
from huiqun.audiences.fields.months import period
from huiqun.audiences.presets import PRESETS
from huiqun.audiences.refusals import FileUnknown, FileVersionUnknown, NoDataBefore, NoDataYet
from huiqun.foundation import fields
from huiqun.foundation.http import sentence_of
from tests.audiences.test_compile_rule import LEAVES, TREES, _depth, leaf
from tests.makers.audiences import TODAY, event, make_audience, make_lake, profile, transaction
from tests.spark.random_rules import every_field, leaves_of


def valid(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """As much of JSON Schema as the published one uses; anything else in it fails the test."""
    tests = {
        "$ref": lambda to: valid(value, root["$defs"][to.removeprefix("#/$defs/")], root),
        "anyOf": lambda options: any(valid(value, each, root) for each in options),
        "const": lambda one: value == one,
        "enum": lambda many: any(value == each and type(value) is type(each) for each in many),
        "type": lambda kind: _is(value, kind),
        "pattern": lambda pattern: re.search(pattern, value) is not None,
        "format": lambda name: name == "date" and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)),
        "minLength": lambda n: len(value) >= n,
        "maxLength": lambda n: len(value) <= n,
        "minItems": lambda n: len(value) >= n,
        "maxItems": lambda n: len(value) <= n,
        "minimum": lambda n: value >= n,
        "maximum": lambda n: value <= n,
        "multipleOf": lambda n: abs(value / n - round(value / n)) < 1e-3,
        "items": lambda inner: all(valid(each, inner, root) for each in value),
        "required": lambda names: all(name in value for name in names),
        "properties": lambda known: all(
            valid(value[name], each, root) for name, each in known.items() if name in value
        ),
        "additionalProperties": lambda allowed: not allowed and set(value) <= set(schema["properties"]),
    }
    ignored = {"$schema", "$defs", "title"}
    order = ["type", *(key for key in schema if key != "type")]
    return all(tests[key](schema[key]) for key in order if key in schema and key not in ignored)


def _is(value: Any, kind: str) -> bool:
    if kind in ("number", "integer"):
        fits = isinstance(value, (int, float)) and not isinstance(value, bool)
        return fits and (kind == "number" or float(value).is_integer())
    return isinstance(value, {"object": dict, "array": list, "string": str, "boolean": bool}[kind])


def fits_schema(rule: Any) -> bool:
    schema = json.loads(json.dumps(rules.schema()))
    return valid(rule, schema, schema)


@pytest.mark.parametrize("rule", [*LEAVES, *(each.rule for each in PRESETS)])
def test_what_is_a_rule_fits_the_published_schema(rule: Any) -> None:
    assert rules.parse(rule) and fits_schema(rule)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=TREES.filter(lambda rule: _depth(rule) <= 8))
def test_trees_fit_the_published_schema(rule: Any) -> None:
    assert fits_schema(rule)


def test_every_comparison_of_every_field_fits_the_published_schema() -> None:
    schema = json.loads(json.dumps(rules.schema()))
    for field in every_field():
        for rule in leaves_of(field, random.Random(field.name)):
            assert valid(rule, schema, schema), rule


@pytest.mark.parametrize(
    "rule",
    [
        {"any": []},
        leaf("profile.age", "contains", "1"),
        leaf("profile.sex", "eq", "X"),
        leaf("profile.age", "gt", "abc"),
        leaf("transactions.count", "gt", 1, days=0),
        leaf("transactions.count", "gt", 1, hours=1),
        leaf("audience:x", "eq", True),
        leaf("campaigns.clicked", "eq", 1),
        {**leaf("profile.age", "gt", 1), "sql": "1=1"},
    ],
)
def test_what_is_no_rule_fits_no_schema(rule: Any) -> None:
    assert not fits_schema(rule)
    with pytest.raises(rules.RuleInvalid):
        rules.parse(rule)


@pytest.mark.parametrize(
    ("months", "which", "first", "last"),
    [
        (1, "last", date(2026, 10, 1), date(2026, 10, 31)),
        (3, "last", date(2026, 8, 1), date(2026, 10, 31)),
        (12, "last", date(2025, 11, 1), date(2026, 10, 31)),
        (1, "this", date(2026, 11, 1), TODAY),
        (11, "this", date(2026, 1, 1), TODAY),
        (1, "year_before", date(2025, 10, 1), date(2025, 10, 31)),
        (9, "year_before", date(2025, 2, 1), date(2025, 10, 31)),
    ],
)
def test_months_are_those_of_the_calendar(months: int, which: str, first: date, last: date) -> None:
    assert period({"months": months, "period": which}, TODAY) == (first, last)


def test_the_month_before_january_is_december() -> None:
    assert period({"months": 1, "period": "last"}, date(2026, 1, 31)) == (
        date(2025, 12, 1),
        date(2025, 12, 31),
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_field_and_comparison_can_be_said(language: str) -> None:
    for field in every_field():
        for rule in leaves_of(field, random.Random(1)):
            words = queries.sentence(rule, language) if ":" not in field.name else "x"
            assert "%(" not in words and words
    with override(language):
        assert language == "en" or not re.search(
            "[a-z]{4}", queries.sentence(leaf("campaigns.clicked_only", "eq", True), language)
        )


@pytest.mark.django_db
def test_another_audience_is_called_by_its_name(north: Any) -> None:
    audience = make_audience(branch=north, name="高净值客户")
    rule = {"not": leaf(f"audience:{audience.pk}", "eq", True)}
    assert queries.sentence(rule, "zh-hans").count("属于客群“高净值客户”") == 1
    assert "is in the audience “高净值客户”" in queries.sentence(rule, "en")


@pytest.mark.parametrize("name", ["x", "0", "1 OR 1=1", "-1", "１", "1234567890"])
def test_an_audience_is_named_by_its_number(name: str) -> None:
    assert fields.find(f"audience:{name}") is None


def test_a_difference_is_told_in_both_languages() -> None:
    old, new = leaf("messages.sent", "gte", 3, days=7), leaf("messages.sent", "gte", 3, days=30)
    for language, gone, come in (
        ("zh-hans", "近7天发送消息数", "近30天发送消息数"),
        ("en", "in the last 7 days", "in the last 30 days"),
    ):
        lines = rules.diff(*(queries.outline({"all": [each]}, language) for each in (old, new)))
        assert [each.change for each in lines] == ["same", "removed", "added"]
        assert gone in lines[1].words and come in lines[2].words


class TestFiles:
    def test_what_is_exported_is_imported(self) -> None:
        for preset in PRESETS:
            found = queries.import_rule(queries.export_rule(preset.title, preset.rule))
            assert (found.name, found.rule) == (preset.title, preset.rule)

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "x", "rule": {}}', "[" * 9000, "x" * 300_000])
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(FileUnknown):
            queries.import_rule(text)

    def test_a_later_version_is_refused(self) -> None:
        text = queries.export_rule("x", {"all": []}).replace('"version": 1', '"version": 2')
        with pytest.raises(FileVersionUnknown):
            queries.import_rule(text)

    def test_a_wrong_rule_is_refused_where_it_is_wrong(self) -> None:
        with pytest.raises(rules.RuleInvalid) as refused:
            queries.import_rule(queries.export_rule("x", {"all": [leaf("profile.age", "gt", "abc")]}))
        assert refused.value.path == "rule.all[0].value"


class TestData:
    @pytest.fixture(autouse=True)
    def lake(self) -> None:
        make_lake(
            profiles=[profile(1, 1, city="杭州"), profile(2, 1, city="成都")],
            transactions=[transaction("t", 1, "spend", days_ago=60, amount_fen=1)],
            aum=[{"dt": date(2026, 8, 31), "customer_id": 1, "aum_fen": 5}],
            app_events=[event("e", 1, "view", days_ago=10, topic=None)],
        )

    def warned(self, *rule: Any) -> list[tuple[str, str]]:
        return [(each.code, each.path) for each in queries.data_warnings({"all": [*rule]}, TODAY)]

    def test_a_window_within_the_data_is_not_mentioned(self) -> None:
        assert self.warned(leaf("transactions.sum", "gt", 1, days=61), leaf("aum.now", "gt", 1)) == []

    def test_a_window_that_begins_before_the_data_is_said(self) -> None:
        before = ("audiences.no_data_before", "rule.all[0]")
        assert self.warned(leaf("transactions.sum", "gt", 1, days=62)) == [before]
        assert self.warned(leaf("transactions.month_sum", "gt", 1, months=3)) == [before]
        deed = {"did": "app_events.view", "not": "transactions.buy"}
        assert self.warned(leaf("sequence.not_since", "eq", True, days=30, **deed)) == [before]
        with override("zh-hans"):
            (warning,) = queries.data_warnings(leaf("transactions.month_sum", "gt", 1, months=3), TODAY)
            assert "在 2026-09-21 之前没有数据" in sentence_of(warning)

    def test_where_there_is_none_at_all_it_is_refused(self) -> None:
        for rule in (
            leaf("transactions.month_sum", "gt", 1, period="year_before"),
            leaf("aum.change", "lte", -50, days=90),
        ):
            with pytest.raises(NoDataBefore):
                queries.require_data(rule, TODAY)
        with pytest.raises(NoDataYet) as refused:
            queries.require_data({"not": leaf("holdings.amount", "gt", 1)}, TODAY)
        assert refused.value.path == "rule.not"

    def test_nobody_was_contacted_yet_is_an_answer(self) -> None:
        assert self.warned(leaf("campaigns.clicked_only", "eq", True), leaf("messages.sent", "eq", 0)) == []

    def test_a_value_that_nobody_has_is_said_with_the_nearest(self) -> None:
        assert self.warned(leaf("profile.city", "in", ["杭州", "杭洲"])) == [
            ("audiences.value_unheard_of", "rule.all[0].value")
        ]
        (warning,) = queries.data_warnings(leaf("profile.city", "eq", "杭洲"), TODAY)
        assert warning.values["near"] == "杭州"


@pytest.mark.parametrize(
    ("rule", "near"),
    [
        (leaf("transaction.sum", "gt", 1), "transactions.sum"),
        (leaf("profile.lifecycle", "eq", "dormnt"), "dormant"),
        (leaf("transactions.count", "gt", 1, kind="spendd"), "spend"),
    ],
)
def test_a_wrong_code_is_answered_with_the_nearest(rule: Any, near: str) -> None:
    with pytest.raises(rules.RuleInvalid) as refused:
        rules.parse(rule)
    assert near in refused.value.values["near"].split(", ")
