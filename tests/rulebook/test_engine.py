"""The engine finds what the plain way finds, and its work grows with the text, whatever the text is."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiqun.compliance.checks import LONGEST_TEXT, check_copy
from huiqun.compliance.rulebook.book import Book, Case, the_book
from huiqun.compliance.rulebook.effort import MOST_WAYS
from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS, judged_as
from huiqun.compliance.rulebook.literals import needs_of
from huiqun.compliance.rulebook.loading import all_rules, every_version
from huiqun.compliance.rulebook.matching import MOST_PLACES, broken, statements
from huiqun.compliance.rulebook.pattern import Pattern
from huiqun.compliance.rulebook.prefilter import is_met
from huiqun.compliance.rulebook.reading import read
from huiqun.compliance.rulebook.rule import Rule
from tests.rulebook.reference import expected

TODAY = date(2026, 11, 20)
CORPUS = Path(__file__).parent / "corpus" / "tuning.jsonl"
WITHOUT_WORDS: set[str] = set()
"""Patterns from which no word can be read: they are tried on every statement, so there should be none."""


def found(text: str, case: Case, book: Book | None = None) -> set[tuple[str, int | None, int | None]]:
    (channel,) = case.channels - {"email"} or {"email"}
    findings = check_copy(
        text,
        channel="email" if "email" in case.channels else channel,
        product_kind=case.kind,
        product_risk=case.risk,
        on=TODAY,
        profile=case.profile,
        book=book,
        with_model=False,
    )
    return {(finding.rule, finding.start, finding.end) for finding in findings}


def case_of(kind: str, channel: str, risk: int | None) -> Case:
    return Case(kind=kind, channels=judged_as(channel), risk=risk)


def patterns_of(rule: Rule) -> list[Pattern]:
    ways = [each for way in rule.ways for each in (way.find, way.beside, way.without) if each]
    return [*ways, *rule.exceptions, *rule.unless, *rule.needs, *rule.when, *rule.disclosed]


# The same findings


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in all_rules().values()])
def test_agrees_with_the_plain_way_on_the_rules_examples(rule: Rule):
    for example in (*rule.violating, *rule.compliant):
        case = case_of(example.kind, example.channel, example.risk)
        assert found(example.text, case) == expected(example.text, case, TODAY)


def corpus_pieces(every: int) -> list[dict[str, str]]:
    if not CORPUS.exists():
        return []
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[::every]]


def test_agrees_with_the_plain_way_on_a_corpus():
    for piece in corpus_pieces(every=9):
        risk = piece["product_risk"].removeprefix("R")
        case = case_of(piece["product_kind"], piece["channel"], int(risk) if risk.isdecimal() else None)
        assert found(piece["text"], case) == expected(piece["text"], case, TODAY)


def test_agrees_with_the_plain_way_on_one_long_text():
    pieces = [example.text for rule in all_rules().values() for example in (*rule.violating, *rule.compliant)]
    for joined in ("。".join(pieces), "，".join(pieces[::3]), "".join(pieces[1::3])):
        case = case_of("wealth", "wechat_article", 3)
        assert found(joined, case) == expected(joined, case, TODAY)


@cache
def some_words() -> list[str]:
    words = [word for word in the_book().prefilter.words if len(word) < 12]
    return words[::7]


def texts() -> st.SearchStrategy[str]:
    filler = st.sampled_from(
        [*"，。！？；\n、（）不的了您都也可能3%万元 *·", "不是", "骗局", "警惕", "“", "”", "💯", "\u200b"]
    )
    word = st.deferred(lambda: st.sampled_from(some_words()))
    return st.lists(st.one_of(word, filler, st.characters(categories=["L", "N"])), max_size=40).map("".join)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=texts(),
    kind=st.sampled_from(list(PRODUCT_KINDS)),
    channel=st.sampled_from(list(CHANNELS)),
    risk=st.sampled_from([None, 1, 3, 5]),
)
def test_agrees_with_the_plain_way_on_any_text(text: str, kind: str, channel: str, risk: int | None):
    case = case_of(kind, channel, risk)
    assert found(text, case) == expected(text, case, TODAY)


# What a pattern needs


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("保本", [[{"保本"}]]),
        ("保(?:证)?本", [[{"保本", "保证本"}]]),
        ("[保宝]本", [[{"保本", "宝本"}]]),
        ("保本|稳赚", [[{"保本", "稳赚"}]]),
        ("比[^,]{0,4}(?:高|多)", [[{"比"}, {"高", "多"}]]),
        (r"年化\d+%", [[{"年化"}, {"%"}, set("0123456789")]]),
        ("(?<!不)保本(?!点)", [[{"保本"}]]),
        ("(?:送|赠){0,1}", []),
        (".*", []),
        ("(?i)abc", []),
        ("(?:收益){2}", [[{"收益收益"}]]),
    ],
)  # fmt: skip
def test_reads_from_a_pattern_what_it_needs(pattern: str, needs: list[list[set[str]]]):
    found = [sorted(map(sorted, alternative)) for alternative in Pattern(pattern).needs]
    assert found == [sorted(map(sorted, alternative)) for alternative in needs]


def test_every_match_holds_what_its_pattern_needs():
    """On many examples: a filter that is too strict loses findings without a word."""
    examples = [example.text for rule in every_version() for example in (*rule.violating, *rule.compliant)]
    whole = "\n".join(read(text).text for text in examples[::5])
    for pattern in {pattern for rule in every_version() for pattern in patterns_of(rule)}:
        for match in islice(re.finditer(pattern.pattern, whole), 3):
            held = {match[0][a:b] for a in range(len(match[0])) for b in range(a + 1, len(match[0]) + 1)}
            assert not pattern.needs or is_met(pattern.needs, held), (pattern, match[0])


def test_words_can_be_read_from_every_way():
    silent = {
        f"{rule.code}: {way.find.pattern}"
        for rule in every_version()
        for way in rule.ways
        if not way.find.needs
    }
    assert silent == WITHOUT_WORDS


# Bounded work


def test_no_pattern_can_be_made_to_try_too_much():
    heavy = {
        f"{rule.code}: {pattern.ways_to_match} ways, {pattern.pattern}"
        for rule in every_version()
        for pattern in patterns_of(rule)
        if pattern.ways_to_match > MOST_WAYS
    }
    assert heavy == set()


@pytest.mark.parametrize("pattern", ["(?:a+)+", "(?:[^,]*,)*", "(?:a{0,4}b?){2,9}", "(?:(?:ab)*c)+"])
def test_a_repeat_within_a_repeat_is_seen(pattern: str):
    assert Pattern(pattern).is_explosive


@pytest.mark.parametrize("pattern", [r"\d+(?:\.\d+)?%", "[^,]{0,4}的", "(?:您|你)?的?", "(?:[a-z]{2}){3}"])
def test_a_plain_repeat_is_not(pattern: str):
    assert not Pattern(pattern).is_explosive


class Work(Counter[str]):
    """Counts what expressions are run over, in characters."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        super().__init__()
        for pattern in {pattern for rule in every_version() for pattern in patterns_of(rule)}:
            for name in ("search", "finditer"):
                monkeypatch.setitem(vars(pattern), name, self.counted(getattr(pattern.compiled, name)))

    def counted(self, run):
        def counting(text: str, start: int = 0, end: int = 2**62):
            self["runs"] += 1
            self["characters"] += min(end, len(text)) - start
            return run(text, start, end)

        return counting


HOSTILE = {
    "one word again and again": "保本",
    "words without an end": "最高收益保本稳赚不赔送大礼比定期存款高",
    "one huge line": "我行理财产品欢迎了解，",
    "emoji only": "💰🎉👨‍👩‍👧",
    "combining marks only": "\u0301\u0327",
    "digits and signs": "1,234.5%-",
    "blanks": " \t\u3000",
    "ends of sentences": "。！\n",
    "opened and never closed": "《“（",
    "traditional and full width": "保證收益１００％",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_work_grows_with_the_text(piece: str, monkeypatch: pytest.MonkeyPatch):
    work = Work(monkeypatch)
    case = case_of("wealth", "wechat_article", 3)
    done = []
    for size in (4_000, 16_000):
        work.clear()
        reading = read((piece * size)[:size])
        list(broken(the_book(), the_book().chapter(case, TODAY), reading))
        done.append(work["characters"])
    assert done[1] <= 4.5 * done[0] + 400_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [*HOSTILE.values(), "".join(chr(code) for code in range(1, 0x20000) if not 0xD800 <= code < 0xE000)],
)
def test_a_megabyte_of_anything_is_judged(piece: str):
    text = (piece * (LONGEST_TEXT // len(piece) + 1))[: LONGEST_TEXT // 4]
    check_copy(text, channel="wechat_article", product_kind="wealth", product_risk=3, on=TODAY)


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300))
def test_any_text_at_all_is_judged(text: str):
    check_copy(text, channel="moments", product_kind="fund", product_risk=3, on=TODAY)


def test_a_text_without_end_is_read_in_pieces_that_overlap():
    text = "字" * 3000
    pieces = list(statements(text))
    assert pieces[0][0] == 0
    assert pieces[-1][1] == 3000
    assert all(a[1] - b[0] >= 100 for a, b in pairwise(pieces))
    assert all(end - start <= 400 for start, end in pieces)
    promise = "字" * 385 + "这款理财保本保息稳赚不赔" + "字" * 3000
    rules = {finding[0] for finding in found(promise, case_of("wealth", "moments", 2))}
    assert "GUA-01" in rules


def test_lists_only_so_many_places_of_one_rule():
    places = [
        each for each in found("稳赚不赔。" * 2000, case_of("wealth", "moments", 2)) if each[0] == "GUA-02"
    ]
    assert len(places) == MOST_PLACES


def test_rules_that_share_words_share_the_work(monkeypatch: pytest.MonkeyPatch):
    rules = every_version()
    twice = Book([*rules, *(replace(rule, code=f"{rule.code}x") for rule in rules)])
    text = "，".join(example.text for rule in rules for example in rule.violating)[:5000]
    work, runs = Work(monkeypatch), []
    for book in (the_book(), twice):
        work.clear()
        list(broken(book, book.chapter(case_of("wealth", "moments", 3), TODAY), read(text)))
        runs.append(work["runs"])
    assert runs[1] == runs[0]


def test_needs_are_read_from_any_tree():
    assert needs_of(re._parser.parse("")) == ()
