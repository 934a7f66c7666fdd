"""Finds where a rule is broken. Pure: a reading in, stretches of the reading out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from huiqun.compliance.rulebook.context import is_harmless
from huiqun.compliance.rulebook.functions import FUNCTIONS
from huiqun.compliance.rulebook.reading import Reading
from huiqun.compliance.rulebook.rule import Rule, Scope, Way


@dataclass(frozen=True)
class Case:
    """What a copy is judged as."""

    kind: str
    channels: frozenset[str]
    risk: int | None


def spans(rule: Rule, reading: Reading, case: Case) -> tuple[tuple[int, int], ...]:
    """Stretches of the reading that break the rule: outermost ones, left to right."""
    if _any(rule.unless, reading.text) or (rule.needs and not _any(rule.needs, reading.text)):
        return ()
    found = sorted(set(_found(rule, reading, case)), key=lambda span: (span[0], -span[1]))
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return tuple(apart)


def is_missing(rule: Rule, reading: Reading) -> bool:
    """Whether the copy needs the rule's disclosure and lacks it."""
    if _any(rule.disclosed, reading.text) or _any(rule.unless, reading.text):
        return False
    return not rule.when or any(
        not is_harmless(reading, match.start(), match.end())
        for pattern in rule.when
        for match in pattern.finditer(reading.text)
    )


def _found(rule: Rule, reading: Reading, case: Case) -> Iterator[tuple[int, int]]:
    shields = [
        match.span() for pattern in rule.exceptions for match in pattern.finditer(reading.text) if match[0]
    ]
    for start, end, negatable in _candidates(rule, reading, case):
        if any(left < end and start < right for left, right in shields):
            continue
        if negatable and is_harmless(reading, start, end):
            continue
        yield start, end


def _candidates(rule: Rule, reading: Reading, case: Case) -> Iterator[tuple[int, int, bool]]:
    for way in rule.ways:
        if way.applies(kind=case.kind, channels=case.channels, risk=case.risk):
            yield from _said(way, reading)
    if rule.function:
        yield from ((start, end, True) for start, end in FUNCTIONS[rule.function](reading))


def _said(way: Way, reading: Reading) -> Iterator[tuple[int, int, bool]]:
    for window in statements(reading.text):
        for match in way.find.finditer(reading.text, *window):
            start, end = match.span("span" if "span" in way.find.groupindex and match["span"] else 0)
            if end > start and _holds(way, reading, start, end, window):
                yield start, end, way.negatable


def _holds(way: Way, reading: Reading, start: int, end: int, window: tuple[int, int]) -> bool:
    """Whether the way's conditions on what stands around the words are met."""
    left, right = _around(way.scope, reading, start, end, window)
    if way.beside and not way.beside.search(reading.text, left, right):
        return False
    return not (way.without and way.without.search(reading.text, left, right))


def _around(scope: Scope, reading: Reading, start: int, end: int, window: tuple[int, int]) -> tuple[int, int]:
    if scope is Scope.CLAUSE:
        return reading.clause_start(start), reading.clause_end(end)
    if scope is Scope.SENTENCE:
        return window
    return 0, len(reading.text)


def statements(text: str) -> Iterator[tuple[int, int]]:
    """The windows a way is looked for in: sentences, each with the sign that ends it."""
    start = 0
    for end in _STATEMENT_END.finditer(text):
        yield start, end.end()
        start = end.end()
    if start < len(text):
        yield start, len(text)


_STATEMENT_END = re.compile("[。!\n]+")
"""A question and what follows it are read together: 首付不够?消费贷来凑."""


def _any(patterns: tuple[re.Pattern[str], ...], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
