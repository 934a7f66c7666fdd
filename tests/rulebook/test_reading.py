"""Disguises are seen through, and every span points at what was written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.reading import read

TODAY = date(2026, 11, 20)
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
