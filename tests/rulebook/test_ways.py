"""The conditions under which a way of saying it counts."""

import pytest

from huiqun.compliance.rulebook.loading import BrokenRule, rule_from
from huiqun.compliance.rulebook.matching import Case, spans
from huiqun.compliance.rulebook.reading import read

H5 = frozenset({"h5"})
ROW = {
    "id": "TEST-01",
    "name": {"zh": "试", "en": "Try"},
    "message": {"zh": "试", "en": "Try"},
    "fix": {"zh": "试", "en": "Try"},
    "severity": "warn",
    "kinds": ["wealth", "fund"],
    "citations": ["广告法#8"],
    "violating": [],
    "compliant": [],
}


def found(way: object, text: str, *, kind: str = "wealth", risk: int | None = None) -> list[str]:
    rule = rule_from(ROW | {"patterns": [way]}, "TEST-01")
    reading = read(text)
    places = spans(rule, reading, Case(kind=kind, channels=H5, risk=risk))
    return [reading.text[start:end] for start, end in places]


def test_counts_only_beside_what_it_needs_in_the_same_sentence():
    way = {"find": "翻倍", "with": "收益"}
    assert found(way, "收益翻倍") == ["翻倍"]
    assert found(way, "收益说明见后。积分翻倍") == []


def test_is_silent_beside_what_explains_it():
    way = {"find": "最高", "without": "最低", "scope": "copy"}
    assert found(way, "最高8%") == ["最高"]
    assert found(way, "最高8%。最低1%") == []


def test_a_clause_is_narrower_than_a_sentence():
    way = {"find": "免费", "without": "前三个月", "scope": "clause"}
    assert found(way, "前三个月免费,之后也免费") == ["免费"]


def test_belongs_to_some_products_and_risks_only():
    way = {"find": "稳健", "kinds": ["fund"], "min_risk": 3}
    assert found(way, "稳健之选", kind="fund", risk=3) == ["稳健"]
    assert found(way, "稳健之选", kind="fund", risk=2) == []
    assert found(way, "稳健之选", kind="fund", risk=None) == []
    assert found(way, "稳健之选", kind="wealth", risk=5) == []


def test_points_at_the_part_that_is_named_span():
    assert found("(?:绝对)(?P<span>安全)", "绝对安全") == ["安全"]


def test_reads_a_question_with_its_answer_but_not_across_a_full_stop():
    assert found("首付[^。!]{0,6}贷", "首付不够?来贷") == ["首付不够?来贷"]
    assert found("首付.{0,6}贷", "首付不够。来贷") == []


def test_a_denied_way_may_still_count():
    assert found({"find": "看征信"}, "不看征信") == []
    assert found({"find": "看征信", "negatable": False}, "不看征信") == ["看征信"]


def test_refuses_a_way_with_unknown_keys():
    with pytest.raises(BrokenRule, match="nearby"):
        found({"find": "免费", "nearby": "收费"}, "免费")
