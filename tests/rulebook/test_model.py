"""The small model: trained the same way from the same examples, quiet on lawful ones, pointing at real words."""

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.book import Book, Case, Chapter, Entry
from huiqun.compliance.rulebook.kinds import judged_as
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.model import suspicions as looking
from huiqun.compliance.rulebook.model.clauses import Clauses
from huiqun.compliance.rulebook.model.examples import Text
from huiqun.compliance.rulebook.model.features import Letterwise, Space
from huiqun.compliance.rulebook.model.judging import added
from huiqun.compliance.rulebook.model.report import report
from huiqun.compliance.rulebook.model.suspicions import suspicions
from huiqun.compliance.rulebook.model.training import Trained, train
from huiqun.compliance.rulebook.model.weights import WEIGHTS, Model, load, the_model
from huiqun.compliance.rulebook.reading import read
from huiqun.compliance.rulebook.rule import Example, Rule
from huiqun.compliance.rules.findings import Finding, FoundBy
from huiqun.lib.severity import Severity

TODAY = date(2026, 11, 20)
RULE = all_rules()["INS-03"]
SUBJECTS = (
    "这款产品",
    "它",
    "该计划",
    "咱们的老朋友",
    "这一期",
    "新上的那只",
    "安享系列",
    "城里人都夸的这份",
)
HURRIED = ("再不来就谢幕了", "明天起绝版", "停售倒计时只剩今天", "停售前最后一批", "绝版在即别犹豫")
CALM = ("的条款请仔细阅读", "由保险公司承保", "在官网可以查询", "需要先做测评", "的费率见公告")


def texts_of(endings: tuple[str, ...], *, violates: bool) -> list[Text]:
    case = Case(kind="insurance", channels=judged_as("h5"), risk=None)
    return [
        Text(RULE.code, violates, read(f"{subject}{ending}。"), case)
        for subject in SUBJECTS
        for ending in endings
    ]


@pytest.fixture(scope="module")
def small() -> Trained:
    return trained()


def trained() -> Trained:
    texts = [*texts_of(HURRIED, violates=True), *texts_of(CALM, violates=False)]
    return train(texts, [RULE], trained_on="a test", say=lambda line: None)


def test_the_same_examples_give_the_same_weights(small: Trained):
    again = trained()
    assert again.kept == small.kept
    assert again.model.letters == small.model.letters
    assert again.model.meanings == small.model.meanings
    assert np.array_equal(again.model.letter_weights, small.model.letter_weights)
    assert np.array_equal(again.model.meaning_weights, small.model.meaning_weights)


def test_what_is_left_out_says_whether_a_rule_stays(small: Trained):
    (judged,) = small.kept
    assert judged.is_on
    assert judged.violating == len(SUBJECTS) * len(HURRIED)
    assert judged.by_model > judged.violating / 2
    assert judged.false_compliant == 0
    assert f"| {RULE.code} | {judged.threshold:.2f} | 40 |" in report(small.model, small.kept, 1)


def test_a_rule_that_cannot_be_told_apart_is_silent():
    same = [*texts_of(CALM, violates=True), *texts_of(CALM, violates=False)]
    nothing = train(same, [RULE], trained_on="a test", say=lambda line: None)
    assert not nothing.kept[0].is_on
    assert nothing.model.codes == ()
    assert list(suspicions(nothing.model, "停售倒计时只剩今天。")) == []


def test_sees_it_in_words_of_its_own_and_points_at_them(small: Trained):
    text = "天气凉了，请注意添衣。村口的老朋友停售倒计时只剩今天。祝您安康。"
    (one,) = suspicions(small.model, read(text).text)
    assert "停售" in read(text).text[one.start : one.end]
    assert one.left <= one.start < one.end <= one.right


def test_is_stored_and_read_as_it_was(small: Trained, tmp_path):
    small.model.save(tmp_path / "weights.npz")
    read_again = load(tmp_path / "weights.npz")
    assert read_again.codes == small.model.codes
    assert read_again.trained_on == "a test"
    assert np.allclose(read_again.letter_weights, small.model.letter_weights, atol=0.01)


# The shipped model -----------------------------------------------------------------------------------


@cache
def eager() -> Model:
    """The shipped model, saying far more than it may: what is tested does not hang on today's weights."""
    model = the_model()
    loud = replace(model, thresholds=np.full(len(model.codes), -1.0, dtype=np.float32))
    loud.__dict__["space"] = model.space
    return loud


@pytest.fixture
def loud(monkeypatch):
    monkeypatch.setattr("huiqun.compliance.rulebook.model.judging.the_model", eager)


@pytest.fixture
def wordless(monkeypatch, loud):
    """Words find nothing, so that all is left to the model."""
    monkeypatch.setattr("huiqun.compliance.checks.broken", lambda book, chapter, reading: iter(()))


def test_takes_a_few_megabytes_at_most():
    assert WEIGHTS.stat().st_size < 4_000_000


def test_is_quiet_on_lawful_examples():
    """Whatever else it may see in an example: never the rule that the example keeps."""
    false = [
        f"{rule.code} {example.text}"
        for rule in all_rules().values()
        if rule.code in the_model().codes
        for example in rule.compliant
        for finding in check_copy(
            example.text,
            channel=example.channel,
            product_kind=example.kind,
            product_risk=example.risk,
            on=TODAY,
        )
        if finding.rule == rule.code and finding.found_by is FoundBy.MODEL
    ]
    assert false == []


def test_points_at_code_points_of_the_original(wordless):
    seen = 0
    for example in some_violations():
        text = "😀 ｆｕｌｌ　" + example.text.replace("，", "\u200b，")
        for finding in findings_in(text, example):
            assert finding.found_by is FoundBy.MODEL
            assert finding.start is not None
            assert finding.end is not None
            assert 0 <= finding.start < finding.end <= len(text)
            assert text[finding.start : finding.end] == finding.quote
            seen += 1
    assert seen > 30


def test_blocks_nothing_by_itself_and_rewrites_nothing(wordless):
    found = [finding for example in some_violations() for finding in findings_in(example.text, example)]
    assert any(all_rules()[finding.rule].severity is Severity.BLOCK for finding in found)
    assert all(finding.severity is not Severity.BLOCK for finding in found)
    assert all(finding.replacement is None for finding in found)


def test_one_finding_a_rule_and_statement(wordless):
    for example in some_violations():
        text = example.text.rstrip("。") + "。"
        found = Counter(finding.rule for finding in findings_in(text, example))
        statements = sum(text.count(sign) for sign in "。！!\n")
        assert all(times <= statements for times in found.values())


def test_adds_nothing_where_words_say_it_and_takes_nothing_away(loud):
    for rule in all_rules().values():
        for example in [one for one in rule.violating[:1] if one.text]:
            case = {
                "channel": example.channel,
                "product_kind": example.kind,
                "product_risk": example.risk,
                "on": TODAY,
            }
            words = check_copy(example.text, **case, with_model=False)
            both = check_copy(example.text, **case)
            assert set(words) <= set(both)
            said = {(one.start, one.end) for one in words if one.start is not None}
            for finding in set(both) - set(words):
                assert finding.found_by is FoundBy.MODEL
                assert all(finding.end <= start or end <= finding.start for start, end in said)


def test_a_denial_in_the_words_silences_it(small: Trained):
    chapter = chapter_of(RULE)
    case = Case(kind="insurance", channels=judged_as("h5"), risk=None)
    said = read("这款产品停售倒计时只剩今天。")
    warned = read("凡是对您说“停售倒计时只剩今天”的，请提高警惕并立即举报。")
    assert list(added(chapter, case, said, [], small.model))
    assert not list(added(chapter, case, warned, [], small.model))


# Work, counted and not timed --------------------------------------------------------------------------


def test_work_grows_with_the_text_and_no_faster(monkeypatch):
    counted = Counter[str]()

    def letters_in(self: Space, text: str, clauses: Clauses) -> Letterwise:
        counted["characters"] += len(text)
        counted["longest"] = max(counted["longest"], len(text))
        return original(self, text, clauses)

    original = Space.letters_in
    monkeypatch.setattr(Space, "letters_in", letters_in)
    text = "存款利息按日计算，到期自动转存。请以合同为准！" * 4000
    list(suspicions(the_model(), text))
    assert counted["characters"] == len(text)
    assert counted["longest"] <= looking._AT_ONCE


@pytest.mark.parametrize(
    "text", ["", "。", "\n\n", "啊" * 30_000, "，。" * 9_000, "a1%" * 9_000, "不" * 20_000]
)
def test_any_text_is_looked_at(text):
    list(suspicions(eager(), text))


def some_violations() -> list[Example]:
    return [example for rule in all_rules().values() for example in rule.violating[:2] if example.text]


def findings_in(text: str, example: Example) -> tuple[Finding, ...]:
    return check_copy(
        text, channel=example.channel, product_kind=example.kind, product_risk=example.risk, on=TODAY
    )


def chapter_of(rule: Rule) -> Chapter:
    book = Book([rule])
    case = Case(kind="insurance", channels=judged_as("h5"), risk=None)
    return book.chapter_of((Entry(rule, ()),), case)
