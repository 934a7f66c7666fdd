"""Disguises are seen through, and every span points at what was written."""

from datetime import date

import opencc
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.disguises import LOOKALIKES, PARTS, SYMBOLS
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.reading import read
from huiqun.compliance.rulebook.rule import Example

TODAY = date(2026, 11, 20)
ANY_CHARACTER = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
"""NUL is no text: such a copy is refused."""
FILLER = st.text(alphabet=" \u200b\u200d\ufeff·*_|💰✅", max_size=3)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("保 本", "保本"),
        ("保\u200b本", "保本"),
        ("保.本", "保本"),
        ("稳|赚", "稳赚"),
        ("保證收益", "保证收益"),
        ("１００％", "100%"),
        ("亻呆本", "保本"),
        ("貝兼钱", "赚钱"),
        ("稳zhuan", "稳赚"),
        ("bao本", "保本"),
        ("宝本宝息", "保本保息"),
        ("🈚️风险", "无风险"),
        ("0 fēng险", "零风险"),
        ("wzbp", "稳赚不赔"),
        ("risk-free", "零风险"),
        ("50,000元", "50000元"),
        ("2.6%-3.2%", "2.6%-3.2%"),
        ("存5万,送油", "存5万,送油"),
    ],
)
def test_reads_what_was_meant(written: str, meant: str):
    assert read(written).text == meant


@pytest.mark.parametrize("written", ["社保，本人", "产品代码BBB", "稳健", "环保本册", "包过年礼盒", "3.5%"])
def test_does_not_hear_what_is_not_there(written: str):
    text = read(written).text
    assert "保本" not in text.replace("环保本册", "")
    assert "稳赚" not in text


@given(st.text(max_size=200))
def test_keeps_the_place_of_every_character(text: str):
    reading = read(text)
    assert len(reading.text) == len(reading.starts) == len(reading.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(reading.starts, reading.ends, strict=True))
    assert list(reading.starts) == sorted(reading.starts)


@given(
    before=st.sampled_from(["", "好消息！", "𠮷祥如意。", "👨‍👩‍👧家人们，", "ｆｕｌｌ宽。", "收  益 "]),
    fillers=st.lists(FILLER, min_size=3, max_size=3),
    after=st.sampled_from(["", "。理财非存款，产品有风险。", "🎉🎉"]),
)
def test_points_at_exactly_what_was_written(before: str, fillers: list[str], after: str):
    words = "稳" + fillers[0] + "賺" + fillers[1] + "不" + fillers[2] + "赔"
    text = before + words + after
    found = check_copy(text, channel="moments", product_kind="wealth", product_risk=2, on=TODAY)
    promises = [finding for finding in found if finding.rule == "GUA-02"]
    assert [finding.quote for finding in promises] == [words]
    assert text[promises[0].start : promises[0].end] == words


# --- any rule's own examples, disguised at random

BLANKS = st.text(alphabet=" \u3000\xa0\u2009\u200b\u200c\u200d\u2060\ufeff\u00ad", min_size=1, max_size=3)
BREAKING = [
    (rule.code, example)
    for rule in all_rules().values()
    if rule.enabled and not rule.is_about_plans and not rule.is_about_missing
    for example in rule.violating
]
SAMPLED = settings(max_examples=120, deadline=None)
TO_TRADITIONAL = opencc.OpenCC("s2t")


def finds(rule: str, example: Example, text: str) -> bool:
    found = check_copy(
        text, channel=example.channel, product_kind=example.kind, product_risk=example.risk, on=TODAY
    )
    return rule in {finding.rule for finding in found}


def is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


@SAMPLED
@given(case=st.sampled_from(BREAKING), data=st.data())
def test_blanks_between_the_characters_hide_nothing(case: tuple[str, Example], data: st.DataObject):
    rule, example = case
    assume(finds(rule, example, example.text))
    gaps = [at for at in range(1, len(example.text)) if all(map(is_chinese, example.text[at - 1 : at + 1]))]
    chosen = set(data.draw(st.lists(st.sampled_from(gaps), max_size=12))) if gaps else set()
    text = "".join((data.draw(BLANKS) if at in chosen else "") + char for at, char in enumerate(example.text))
    assert finds(rule, example, text)


@SAMPLED
@given(case=st.sampled_from(BREAKING), every=st.integers(min_value=1, max_value=3))
def test_full_width_hides_nothing(case: tuple[str, Example], every: int):
    rule, example = case
    assume(finds(rule, example, example.text))
    wide = [
        chr(ord(char) + 0xFEE0) if "!" <= char <= "~" and at % every == 0 else char
        for at, char in enumerate(example.text)
    ]
    assert finds(rule, example, "".join(wide))


@SAMPLED
@given(case=st.sampled_from(BREAKING))
def test_traditional_script_hides_nothing(case: tuple[str, Example]):
    rule, example = case
    assume(finds(rule, example, example.text))
    assert finds(rule, example, TO_TRADITIONAL.convert(example.text))


SNIPPETS = st.sampled_from(
    [
        *SYMBOLS,
        *LOOKALIKES,
        *PARTS,
        "保",
        "本",
        "不",
        "稳",
        "zhuan",
        "bb",
        "。",
        "？",
        "\n",
        "“",
        "”",
        "《",
        "❌",
    ]
)


@settings(max_examples=100, deadline=None)
@given(text=st.text(ANY_CHARACTER, max_size=120) | st.lists(SNIPPETS, max_size=40).map("".join))
def test_any_text_is_judged(text: str):
    for finding in check_copy(text, channel="h5", product_kind="wealth", product_risk=3, on=TODAY):
        if finding.start is not None:
            assert text[finding.start : finding.end] == finding.quote
