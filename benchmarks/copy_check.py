"""Checking copy: everything on, over 10 MB of Chinese in texts of natural length, beside a plain word list.

Time is processor time of one core, except for the percentile, which is what somebody waits.
"""

import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import cycle, islice

from ahocorasick_rs import AhoCorasick

from benchmarks.copy_texts import Corpus, Piece
from benchmarks.report import Result, percentiles
from benchmarks.stages import Stages
from huiqun.compliance.checks import check_copy
from huiqun.compliance.rulebook.book import Book, the_book
from huiqun.compliance.rulebook.loading import every_version
from huiqun.compliance.rulebook.pattern import Pattern, pattern_of
from huiqun.compliance.rulebook.rule import Rule, Way

TODAY = date(2026, 11, 20)
MEGABYTE = 1_000_000
WHOLE, PART = 10 * MEGABYTE, MEGABYTE // 2
SIZES = (10_000, 30_000, 100_000, 300_000, MEGABYTE)
CHECKS = 300


def run() -> Result:
    took = _seconds(the_book)
    book = the_book()
    print(
        f"{len(book.rules)} rules, {len(book.probes)} ways, {len(book.prefilter.words)} words; "
        f"read and prepared in {took:.2f} s",
        flush=True,
    )
    corpus = Corpus(WHOLE)
    print(corpus.description, flush=True)
    _check_all(corpus.pieces[:300])
    result = Result(header=("what", "MB", "seconds", "MB/s", "times the word list"))
    word_list = _side_by_side(result, corpus.pieces, corpus.bytes)
    _by_size(result, corpus, word_list)
    _without_model(result, list(corpus.portion(PART)), word_list)
    _by_rules(result, list(corpus.portion(PART)), word_list)
    _profile(result, list(corpus.portion(PART)))
    whole = float(result.rows[0][2])
    result.values = {
        "times_word_list": whole / (word_list * corpus.bytes),
        "mb_per_s": corpus.bytes / MEGABYTE / whole,
        "p95_ms_1000": _p95(corpus),
    }
    return result


def _side_by_side(result: Result, pieces: Sequence[Piece], size: int) -> float:
    """Seconds that the plain word list needs for a byte."""
    automaton = AhoCorasick(the_book().prefilter.words)
    texts = [piece.text for piece in pieces]
    ours = _seconds(lambda: _check_all(pieces))
    plain = _seconds(lambda: [automaton.find_matches_as_indexes(text) for text in texts])
    folded = _seconds(lambda: [unicodedata.normalize("NFKC", text) for text in texts])
    _row(result, "check_copy, everything on", size, ours, plain / size)
    _row(result, "the word list alone (ahocorasick_rs)", size, plain, plain / size)
    _row(result, "NFKC alone", size, folded, plain / size)
    return plain / size


def _by_size(result: Result, corpus: Corpus, word_list: float) -> None:
    for size in SIZES:
        text = corpus.one_text(size)
        length = len(text.encode())
        took = _seconds(lambda text=text: _check(text, corpus.pieces[0]))  # type: ignore[misc]
        _row(result, f"one text of {size // 1000:,} KB", length, took, word_list)


def _without_model(result: Result, pieces: Sequence[Piece], word_list: float) -> None:
    size = sum(len(piece.text.encode()) for piece in pieces)
    took = _seconds(lambda: _check_all(pieces, with_model=False))
    _row(result, "by words and context, no model", size, took, word_list)


def _by_rules(result: Result, pieces: Sequence[Piece], word_list: float) -> None:
    rules = every_version()
    size = sum(len(piece.text.encode()) for piece in pieces)
    books = {
        "the rules as they are": the_book(),
        "twice, under other names": Book([*rules, *(replace(rule, code=f"{rule.code}x") for rule in rules)]),
        "twice, the copies in other words": Book([*rules, *_in_other_words(rules)]),
    }
    for name, book in books.items():
        _check_all(pieces[:500], book)
        _row(result, name, size, _seconds(lambda book=book: _check_all(pieces, book)), word_list)  # type: ignore[misc]


def _profile(result: Result, pieces: Sequence[Piece]) -> None:
    with Stages() as stages:
        _check_all(pieces)
    for stage, share in stages.shares():
        result.rows.append((f"  of the time: {stage}", "", "", f"{share:.0%}", ""))


def _p95(corpus: Corpus) -> float:
    texts = [corpus.one_text(3_300, skip=number * 40)[:1000] for number in range(CHECKS)]
    took = []
    for text, piece in zip(texts, corpus.pieces, strict=False):
        began = time.perf_counter()
        _check(text, piece)
        took.append(time.perf_counter() - began)
    return percentiles(took)[95]


def _check_all(pieces: Sequence[Piece], book: Book | None = None, *, with_model: bool = True) -> None:
    for piece in pieces:
        _check(piece.text, piece, book, with_model=with_model)


def _check(text: str, piece: Piece, book: Book | None = None, *, with_model: bool = True) -> None:
    check_copy(
        text,
        channel=piece.channel,
        product_kind=piece.kind,
        product_risk=piece.risk,
        on=TODAY,
        book=book,
        with_model=with_model,
    )


def _row(result: Result, what: str, size: int, seconds: float, word_list: float) -> None:
    megabytes = size / MEGABYTE
    result.rows.append((what, megabytes, f"{seconds:.3f}", megabytes / seconds, seconds / (word_list * size)))


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _in_other_words(rules: Sequence[Rule]) -> Iterator[Rule]:
    """The same rules with every Chinese character of their patterns put in another's place.

    As many patterns of the same shape, of characters as frequent on the whole, that nobody has looked for yet.
    """
    chars = sorted({char for rule in rules for way in rule.ways for char in way.find.pattern if char >= "一"})
    others = str.maketrans(dict(zip(chars, islice(cycle(chars), len(chars) // 3, None), strict=False)))

    def word(found: re.Match[str]) -> str:
        return found[0] if "-" in found[0] else found[0].translate(others)  # a range stays a range

    def other(pattern: Pattern | None) -> Pattern | None:
        return pattern and pattern_of(re.sub("[一-鿿]-[一-鿿]|[一-鿿]", word, pattern.pattern))

    def all_other(patterns: Sequence[Pattern]) -> tuple[Pattern, ...]:
        return tuple(found for pattern in patterns if (found := other(pattern)))

    def way_of(way: Way) -> Way:
        find = other(way.find)
        assert find is not None
        return replace(way, find=find, beside=other(way.beside), without=other(way.without))

    for rule in rules:
        yield replace(
            rule,
            code=f"{rule.code}y",
            ways=tuple(map(way_of, rule.ways)),
            exceptions=all_other(rule.exceptions),
            unless=all_other(rule.unless),
            needs=all_other(rule.needs),
            when=all_other(rule.when),
            disclosed=all_other(rule.disclosed),
        )
