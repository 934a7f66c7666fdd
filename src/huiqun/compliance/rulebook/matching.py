"""Finds where a rule is broken. Pure: a reading in, stretches of the original out."""

import re
from collections.abc import Iterator

from huiqun.compliance.rulebook.context import is_harmless
from huiqun.compliance.rulebook.functions import FUNCTIONS
from huiqun.compliance.rulebook.reading import Reading
from huiqun.compliance.rulebook.rule import Rule


def spans(rule: Rule, reading: Reading) -> tuple[tuple[int, int], ...]:
    """Stretches of the original that break the rule: outermost ones, left to right."""
    if _any(rule.unless, reading.text) or (rule.needs and not _any(rule.needs, reading.text)):
        return ()
    found = sorted(set(_found(rule, reading)), key=lambda span: (span[0], -span[1]))
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return tuple(reading.span(start, end) for start, end in apart)


def is_missing(rule: Rule, reading: Reading) -> bool:
    """Whether the copy needs the rule's disclosure and lacks it."""
    if _any(rule.disclosed, reading.text) or _any(rule.unless, reading.text):
        return False
    return not rule.when or any(
        not is_harmless(reading, match.start(), match.end())
        for pattern in rule.when
        for match in pattern.finditer(reading.text)
    )


def _found(rule: Rule, reading: Reading) -> Iterator[tuple[int, int]]:
    shields = [
        match.span() for pattern in rule.exceptions for match in pattern.finditer(reading.text) if match[0]
    ]
    for start, end in _candidates(rule, reading):
        if any(left < end and start < right for left, right in shields):
            continue
        if rule.negatable and is_harmless(reading, start, end):
            continue
        yield start, end


def _candidates(rule: Rule, reading: Reading) -> Iterator[tuple[int, int]]:
    for pattern in rule.patterns:
        for match in pattern.finditer(reading.text):
            group = "span" if "span" in pattern.groupindex and match["span"] else 0
            if match.end(group) > match.start(group):
                yield match.span(group)
    if rule.function:
        yield from FUNCTIONS[rule.function](reading)


def _any(patterns: tuple[re.Pattern[str], ...], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
