"""The rulebook matched the plain way: every expression of every rule over every statement, nothing skipped.

It is what the engine has to agree with, and shares nothing with it but the reading, the context and what counts
as a statement.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from huiqun.compliance.rulebook.book import Case, citations_of
from huiqun.compliance.rulebook.context import is_harmless, is_held_up
from huiqun.compliance.rulebook.functions import FUNCTIONS
from huiqun.compliance.rulebook.loading import every_version
from huiqun.compliance.rulebook.matching import MOST_PLACES, statements
from huiqun.compliance.rulebook.pattern import Pattern
from huiqun.compliance.rulebook.reading import Reading, read
from huiqun.compliance.rulebook.rule import Basis, Rule, Scope, Way

Window = tuple[int, int]
Found = set[tuple[str, int | None, int | None]]


def expected(text: str, case: Case, on: date) -> Found:
    """(rule, start, end) in the original of everything that breaks a rule."""
    reading = read(text)
    found: Found = set()
    for rule in every_version():
        applies = rule.applies(kind=case.kind, channels=case.channels, risk=case.risk, profile=case.profile)
        stands = rule.basis is Basis.HOUSE or citations_of(rule, on=on)
        if not (applies and rule.is_in_force(on) and stands):
            continue
        if rule.is_about_missing:
            found |= {(rule.code, None, None)} if is_missing(rule, reading) else set()
        else:
            found |= {(rule.code, *reading.span(*span)) for span in spans(rule, reading, case)}
    yields = {rule.code: rule.yields_to for rule in every_version() if rule.is_in_force(on)}
    return {each for each in found if not any(says_better(each, other, yields) for other in found)}


def says_better(one, other, yields) -> bool:
    if one[1] is None or other[1] is None or other[0] not in yields[one[0]]:
        return False
    return one[1] < other[2] and other[1] < one[2]


def is_missing(rule: Rule, reading: Reading) -> bool:
    if has(rule.disclosed, reading.text) or has(rule.unless, reading.text):
        return False
    return not rule.when or any(
        not is_harmless(reading, *match.span())
        for pattern in rule.when
        for match in compiled(pattern).finditer(reading.text)
    )


def spans(rule: Rule, reading: Reading, case: Case) -> list[Window]:
    if has(rule.unless, reading.text) or (rule.needs and not has(rule.needs, reading.text)):
        return []
    counted = sorted(
        {(start, end) for start, end, negatable, window in candidates(rule, reading, case)
         if counts(rule, reading, start, end, negatable, window)},
        key=lambda span: (span[0], -span[1]),
    )  # fmt: skip
    apart: list[Window] = []
    for start, end in counted:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart[:MOST_PLACES]


def candidates(rule: Rule, reading: Reading, case: Case) -> Iterator[tuple[int, int, bool, Window]]:
    windows = list(statements(reading.text))
    for way in rule.ways:
        if way.applies(kind=case.kind, channels=case.channels, risk=case.risk):
            for window in windows:
                for start, end in said(way, reading, window):
                    yield start, end, way.negatable, window
    if rule.function:
        for start, end in FUNCTIONS[rule.function](reading):
            first = max(left for left, _ in windows if left <= start)
            last = next(right for left, right in reversed(windows) if left <= end - 1)
            yield start, end, True, (first, last)


def said(way: Way, reading: Reading, window: Window) -> Iterator[Window]:
    for match in compiled(way.find).finditer(reading.text, *window):
        start, end = match.span("span") if match.groupdict().get("span") is not None else match.span()
        left, right = around(way.scope, reading, start, end, window)
        missing = way.beside and not compiled(way.beside).search(reading.text, left, right)
        explained = way.without and compiled(way.without).search(reading.text, left, right)
        if end > start and not missing and not explained:
            yield start, end


def around(scope: Scope, reading: Reading, start: int, end: int, window: Window) -> Window:
    if scope is Scope.COPY:
        return 0, len(reading.text)
    if scope is Scope.SENTENCE:
        return window
    return max(window[0], reading.clause_start(start)), min(window[1], reading.clause_end(end))


def counts(rule: Rule, reading: Reading, start: int, end: int, negatable: bool, window: Window) -> bool:
    for pattern in rule.exceptions:
        for match in compiled(pattern).finditer(reading.text, *window):
            if match[0] and match.start() < end and start < match.end():
                return False
    return not (is_harmless if negatable else is_held_up)(reading, start, end)


def has(patterns: tuple[Pattern, ...], text: str) -> bool:
    return any(compiled(pattern).search(text) for pattern in patterns)


@cache
def compiled(pattern: Pattern) -> re.Pattern[str]:
    return re.compile(pattern.pattern)
