"""What the model adds to a review: its suspicions, under the rule's own conditions and the context's."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from huiqun.compliance.rulebook.book import Case, Chapter, Entry
from huiqun.compliance.rulebook.context import is_harmless, is_held_up
from huiqun.compliance.rulebook.model.clauses import has_denial
from huiqun.compliance.rulebook.model.suspicions import Suspicion, suspicions
from huiqun.compliance.rulebook.model.weights import Model, the_model
from huiqun.compliance.rulebook.pattern import Pattern
from huiqun.compliance.rulebook.reading import Reading
from huiqun.compliance.rulebook.rule import Rule, Scope, Way
from huiqun.compliance.rulebook.stretches import Stretches

Found = tuple[str, int | None, int | None]
"""A rule's code, and where in the original it was found."""


class Place(NamedTuple):
    entry: Entry
    start: int
    end: int
    """In the reading."""


def added(
    chapter: Chapter, case: Case, reading: Reading, found: Iterable[Found], model: Model | None = None
) -> Iterator[Place]:
    """Places where the model sees a rule of the chapter broken that words did not find in the same statement."""
    entries = chapter.prohibiting
    chosen = (model or the_model()).for_rules(tuple(entries))
    named = sorted(found, key=lambda each: (each[0], each[1] or 0))
    by_words, codes = Stretches(named), {code for code, _, _ in named}
    taken: list[Suspicion] = []
    for one in sorted(suspicions(chosen, reading.text), key=lambda one: -one.score):
        entry = entries[one.code]
        if _is_known(reading, one, by_words, codes) or _overlaps(one, taken):
            continue
        if not _is_forgiven(entry.rule, case, reading, one):
            taken.append(one)
            yield Place(entry, one.start, one.end)


def _applies(way: Way, case: Case) -> bool:
    return way.applies(kind=case.kind, channels=case.channels, risk=case.risk)


def _is_known(reading: Reading, one: Suspicion, by_words: Stretches, codes: Iterable[str]) -> bool:
    """Whether words say so already: this rule in the statement, or any rule in the same clauses.

    What words have named has its rule; a second guess at the same place would mostly be a neighbouring rule.
    """
    if by_words.touch(*reading.span(*_statement(reading, one)), (one.code,)):
        return True
    return by_words.touch(*reading.span(one.left, one.right), codes)


def _overlaps(one: Suspicion, taken: Sequence[Suspicion]) -> bool:
    """Of several rules that the model sees in the same clauses, only the likeliest counts."""
    return any(one.left < other.right and other.left < one.right for other in taken)


def _is_forgiven(rule: Rule, case: Case, reading: Reading, one: Suspicion) -> bool:
    text = reading.text
    forgives = is_held_up if any(not way.negatable for way in rule.ways) else _is_denied_or_harmless
    if forgives(reading, one.start, one.end) or forgives(reading, one.left, one.right):
        return True
    if _anywhere(rule.unless, text) or (rule.needs and not _anywhere(rule.needs, text)):
        return True
    statement = _statement(reading, one)
    if any(_touches(pattern, text, statement, one) for pattern in rule.exceptions):
        return True
    return any(
        way.without is not None
        and way.without.search(text, *((0, len(text)) if way.scope is Scope.COPY else statement))
        for way in rule.ways
        if _applies(way, case)
    )


def _is_denied_or_harmless(reading: Reading, start: int, end: int) -> bool:
    """A question that the next clause answers with any denial is no promise either: 能办吗?我行不向学生发卡."""
    close = reading.clause_end(end)
    asked = reading.text[close : close + 1] == "?"
    if asked and has_denial(reading.text, close + 1, reading.clause_end(close + 1)):
        return True
    return is_harmless(reading, start, end)


def _anywhere(patterns: Iterable[Pattern], text: str) -> bool:
    return any(pattern.stands_in(text) for pattern in patterns)


def _touches(pattern: Pattern, text: str, statement: tuple[int, int], one: Suspicion) -> bool:
    return any(
        match.start() < one.end and one.start < match.end() for match in pattern.finditer(text, *statement)
    )


def _statement(reading: Reading, one: Suspicion) -> tuple[int, int]:
    return reading.sentence_start(one.left), reading.sentence_end(one.right)
