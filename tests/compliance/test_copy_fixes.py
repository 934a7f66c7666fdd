"""Fixes touch their own words and nothing else, keep every place to fill in, and mend what they promise."""

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.rule import Example, Rule
from huiqun.compliance.rules.findings import Finding, InsertAt
from huiqun.compliance.rules.fixes import apply, apply_all_safe, edit_for
from huiqun.lib.severity import Severity

DAY = date(2026, 11, 20)
WARNING = "理财非存款，产品有风险，投资须谨慎。"
MARKS = "，,、；;：:。！!？?… \n"
CHANNELS = ["sms", "email", "h5", "moments", "wechat_article", "app_push", "poster"]
pieces = st.sampled_from(
    ["保本", "稳赚", "，", "。", "！", "\n", " ", "😀", "{{ name }}", "{{ link }}", "{% if x %}", "a", "【江川银行】", "拒收请回复R"]
)  # fmt: skip
copies = st.lists(pieces, max_size=14).map("".join)


def finding(**more: object) -> Finding:
    values = {"rule": "GUA-01", "name": "n", "message": "m", "fix": "f", "citations": ()} | more
    return Finding(severity=Severity.BLOCK, **values)  # type: ignore[arg-type]


def said(text: str, words: str, put: str | None) -> Finding:
    start = text.index(words)
    return finding(start=start, end=start + len(words), quote=words, replacement=put)


def missing(sentence: str, at: InsertAt = InsertAt.END) -> Finding:
    return finding(insertion=sentence, insert_at=at)


@st.composite
def texts_with_findings(draw: st.DrawFn) -> tuple[str, list[Finding]]:
    text = draw(copies)
    found = []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, max(len(text) - 1, 0)))
        end = draw(st.integers(start, min(start + 6, len(text))))
        put = draw(st.sampled_from(["", "稳健", None, "有风险"]))
        found.append(finding(start=start, end=end, quote=text[start:end], replacement=put))
    return text, found


@given(texts_with_findings(), st.sampled_from(CHANNELS))
def test_a_replacement_leaves_everything_else_as_it_was(
    given_: tuple[str, list[Finding]], channel: str
) -> None:
    text, found = given_
    for each in found:
        edit = edit_for(text, each, channel=channel)
        if edit is None:
            assert apply(text, each, channel=channel) == text
            continue
        assert each.start is not None and each.end is not None
        spare = text[edit.start : each.start] + text[each.end : edit.end]
        assert len(spare) <= (1 if edit.put == "" else 0) and all(mark in MARKS for mark in spare)
        assert edit.on(text) == text[: edit.start] + edit.put + text[edit.end :]


@given(copies, st.sampled_from([WARNING, "拒收请回复R", "【{bank}】", "广告"]), st.sampled_from(list(InsertAt)), st.sampled_from(CHANNELS))  # fmt: skip
def test_an_insertion_takes_nothing_away(text: str, sentence: str, at: InsertAt, channel: str) -> None:
    edit = edit_for(text, missing(sentence, at), channel=channel, bank="江川银行")
    assert edit is not None
    assert edit.start == edit.end
    assert sentence.replace("{bank}", "江川银行") in edit.put


PLACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


@given(texts_with_findings(), st.sampled_from(CHANNELS))
def test_no_place_to_fill_in_is_lost_or_broken(given_: tuple[str, list[Finding]], channel: str) -> None:
    text, found = given_
    new = apply_all_safe(text, [*found, missing(WARNING)], channel=channel)
    assert PLACES.findall(new) == PLACES.findall(text)
    assert WARNING in new


@given(texts_with_findings(), st.sampled_from(CHANNELS))
def test_all_at_once_never_mends_the_same_words_twice(
    given_: tuple[str, list[Finding]], channel: str
) -> None:
    text, found = given_
    same = apply_all_safe(text, [*found, *found], channel=channel)
    assert same == apply_all_safe(text, found, channel=channel)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("热销，稳赚，可赎回", "热销，可赎回"),
        ("稳赚，可赎回", "可赎回"),
        ("热销，稳赚。", "热销。"),
        ("热销。稳赚！详询网点", "热销。详询网点"),
        ("热销，稳赚", "热销"),
        ("热销稳赚产品", "热销产品"),
        ("热销\n稳赚，可赎回", "热销\n可赎回"),
    ],
)
def test_what_is_deleted_leaves_no_mark_doubled(text: str, mended: str) -> None:
    assert apply(text, said(text, "稳赚", ""), channel="h5") == mended


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("【江川银行】新品上线,拒收请回复R", f"【江川银行】新品上线,{WARNING}拒收请回复R"),
        ("【{{ bank }}】点击 {{ link }} {{ optout }}", f"【{{{{ bank }}}}】点击 {{{{ link }}}} {WARNING}{{{{ optout }}}}"),
        ("新品上线。如不需要请回复TD退订", f"新品上线。{WARNING}如不需要请回复TD退订"),
        ("新品上线。点击 {{ link }} 退订", f"新品上线。{WARNING}点击 {{{{ link }}}} 退订"),
        ("退订方式见官网。" + "新品上线" * 20, "退订方式见官网。" + "新品上线" * 20 + f"。{WARNING}"),
        ("{% if x %}拒收请回复R{% endif %}", f"{{% if x %}}拒收请回复R{{% endif %}} {WARNING}"),
        ("新品上线 {{ link }}", f"新品上线 {{{{ link }}}} {WARNING}"),
        ("新品上线\n", f"新品上线。{WARNING}\n"),
        ("", WARNING),
    ],
)  # fmt: skip
def test_in_a_message_a_sentence_stands_before_the_words_to_opt_out(text: str, mended: str) -> None:
    assert apply(text, missing(WARNING), channel="sms") == mended


@pytest.mark.parametrize(
    ("text", "channel", "sentence", "mended"),
    [
        ("新品上线", "sms", "【{bank}】", "【江川银行】新品上线"),
        ("【江川银行】新品上线", "sms", "广告", "【江川银行】广告 新品上线"),
        ("新品上线\n详询网点", "h5", "广告", "广告\n新品上线\n详询网点"),
        ("【新春】新品上线", "h5", "广告", "广告\n【新春】新品上线"),
        ("", "h5", "广告", "广告"),
    ],
)
def test_what_belongs_first_is_put_first(text: str, channel: str, sentence: str, mended: str) -> None:
    found = missing(sentence, InsertAt.START)
    assert apply(text, found, channel=channel, bank="江川银行") == mended


def test_an_article_gets_its_sentence_on_a_line_of_its_own() -> None:
    assert apply("新品上线\n快来", missing(WARNING), channel="h5") == f"新品上线\n快来\n{WARNING}"


def test_words_around_a_place_to_fill_in_are_left_to_a_person() -> None:
    text = "持有 {{ product }}稳赚"
    assert edit_for(text, said(text, "{{ product }}稳赚", ""), channel="h5") is None
    assert edit_for(text, said(text, "}}稳赚", "x"), channel="h5") is None


def test_a_finding_without_a_safe_fix_is_left_to_a_person() -> None:
    text = "稳赚"
    assert apply(text, said(text, "稳赚", None), channel="h5") == text
    assert apply(text, finding(), channel="h5") == text


def test_of_overlapping_findings_the_first_is_mended_and_sentences_come_last() -> None:
    text = "😀保本保息，稳赚"
    found = [said(text, "保本", "稳健"), said(text, "保本保息", ""), said(text, "稳赚", ""), missing(WARNING)]
    assert apply_all_safe(text, [*found, missing(WARNING)], channel="h5") == f"😀稳健保息。{WARNING}"


def test_a_sentence_with_a_blank_is_put_in_only_when_asked_for() -> None:
    found = missing("年化利率（单利）为【填写】%。")
    assert apply("贷款", found, channel="h5") == "贷款。年化利率（单利）为【填写】%。"
    assert apply_all_safe("贷款", [found], channel="h5") == "贷款"
    assert (
        apply_all_safe("新品", [missing("【{bank}】", InsertAt.START)], channel="sms", bank="行")
        == "【行】新品"
    )


# What the rules promise ---------------------------------------------------------------------------------


def judged(text: str, example: Example) -> tuple[Finding, ...]:
    return check_copy(
        text, channel=example.channel, product_kind=example.kind, product_risk=example.risk, on=DAY
    )


def is_complete(rule: Rule) -> bool:
    edit = edit_for("", missing(rule.insertion.words.zh), channel="h5") if rule.insertion else None
    return edit is None or edit.safe


def with_fixes() -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in all_rules().values()
        if rule.enabled and not rule.is_about_plans and (rule.replacements or rule.insertion)
        for number, example in enumerate(rule.violating)
        if is_complete(rule)
    ]


@pytest.mark.parametrize(("rule", "example"), with_fixes())
def test_a_safe_fix_mends_its_finding(rule: Rule, example: Example) -> None:
    """And breaks no other rule."""
    text, before = example.text, judged(example.text, example)
    found = [each for each in before if each.rule == rule.code]
    new = apply_all_safe(text, found, channel=example.channel, bank="江川银行")
    unfixed = sum(edit_for(text, each, channel=example.channel) is None for each in found)
    after = judged(new, example)
    assert sum(each.rule == rule.code for each in after) <= unfixed, new
    assert {each.rule for each in after} <= {each.rule for each in before}, new


def test_fixes_from_right_to_left_are_those_one_by_one() -> None:
    text = "稳赚，保本，零风险，快来"
    words = ["稳赚", "保本", "零风险"]
    found = [said(text, each, "") for each in words]
    one_by_one = text
    for each, _ in pairwise([*words, ""]):
        one_by_one = apply(one_by_one, said(one_by_one, each, ""), channel="h5")
    assert apply_all_safe(text, found, channel="h5") == one_by_one == "快来"
