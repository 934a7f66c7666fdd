"""The rules as they are looked for: each distinct way once, found by its words, chosen by case and day."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from huiqun.compliance.rulebook.literals import Alternative, Needs, characters_of, commonness, telling
from huiqun.compliance.rulebook.loading import every_version
from huiqun.compliance.rulebook.pattern import Pattern
from huiqun.compliance.rulebook.prefilter import Prefilter
from huiqun.compliance.rulebook.rule import PUBLICATION, Basis, Rule, Scope, Way
from huiqun.compliance.rules.findings import Citation
from huiqun.compliance.sources.citing import cite, law_of

_CHAPTERS = 256
"""As many cases are remembered: kinds by channels, some of them by risk."""


@dataclass(frozen=True)
class Case:
    """What a copy is judged as."""

    kind: str
    channels: frozenset[str]
    risk: int | None
    profile: str = PUBLICATION


class Probe(NamedTuple):
    """What is looked for, whichever rules look for it."""

    find: Pattern
    beside: Pattern | None
    without: Pattern | None
    scope: Scope


@dataclass(frozen=True)
class Entry:
    """A rule in force, with its articles of the day."""

    rule: Rule
    citations: tuple[Citation, ...]


class Trigger(NamedTuple):
    """A probe that a word brings up, and what it needs besides: groups of words, and characters."""

    probe: int
    groups: int
    """As bits of the prefilter."""
    characters: Alternative


class Triggers(dict[int, tuple[Trigger, ...]]):
    """By the number of a word in the prefilter, what it brings up in one chapter.

    Filled as copies bring their words: there are many words, many chapters, and few words in a copy.
    """

    def __init__(self, of_book: Mapping[int, Sequence[Trigger]], probes: Container[int]) -> None:
        super().__init__()
        self._of_book, self._probes = of_book, probes

    def __missing__(self, word: int) -> tuple[Trigger, ...]:
        found = tuple(one for one in self._of_book.get(word, ()) if one.probe in self._probes)
        self[word] = found
        return found


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """What may be said of one case on one day."""

    entries: tuple[Entry, ...]
    missing: tuple[Entry, ...]
    """Those that speak when something is missing."""
    counting: dict[int, Entry]
    """Those that a function helps."""
    triggers: Triggers
    always: tuple[int, ...]
    """Probes from whose patterns no word could be read."""
    prohibiting: dict[str, Entry]
    """By code, those that forbid words in a way that applies to the case."""
    uses: dict[int, tuple[tuple[int, bool], ...]]
    """By probe: the entries it counts for, and whether a negation makes it harmless there."""


class Book:
    """Built once from all versions of all rules."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        numbers: dict[Probe, int] = {}
        for way in _ways(rules):
            numbers.setdefault(_probe(way), len(numbers))
        self._numbers = numbers
        self.probes: tuple[Probe, ...] = tuple(numbers)
        self._all_needs = [_probe_needs(probe) for probe in self.probes]
        self._needs = [telling(needs) for needs in self._all_needs]
        in_copy = {pattern: pattern.needs_in_copy for pattern in _copy_patterns(rules)}
        self.prefilter = Prefilter(self._needs, in_copy.values())
        self._in_copy = {
            pattern: tuple(map(self.prefilter.groups_of, needs)) for pattern, needs in in_copy.items()
        }
        self._triggers = self._all_triggers()
        self.chapter = lru_cache(maxsize=_CHAPTERS)(self._chapter)

    def _chapter(self, case: Case, on: date) -> Chapter:
        return self.chapter_of(tuple(_entries(self.rules, case, on)), case)

    def chapter_of(self, entries: tuple[Entry, ...], case: Case) -> Chapter:
        uses: dict[int, dict[tuple[int, bool], None]] = defaultdict(dict)
        for number, entry in enumerate(entries):
            for way in entry.rule.ways:
                if way.applies(kind=case.kind, channels=case.channels, risk=case.risk):
                    uses[self._numbers[_probe(way)]][number, way.negatable] = None
        used = {number for each in uses.values() for number, _ in each}
        return Chapter(
            entries=entries,
            prohibiting={
                entry.rule.code: entry
                for number, entry in enumerate(entries)
                if number in used and not entry.rule.is_about_missing
            },
            missing=tuple(entry for entry in entries if entry.rule.is_about_missing),
            counting={number: entry for number, entry in enumerate(entries) if entry.rule.function},
            triggers=Triggers(self._triggers, uses),
            always=tuple(number for number in uses if not self._needs[number]),
            uses={number: tuple(each) for number, each in uses.items()},
        )

    def groups_in_copy(self, pattern: Pattern) -> tuple[int, ...]:
        """What the copy must hold for a pattern that looks at the whole of it: one of these, as bits."""
        return self._in_copy[pattern]

    def _all_triggers(self) -> dict[int, list[Trigger]]:
        found: dict[int, list[Trigger]] = defaultdict(list)
        for number in range(len(self.probes)):
            for (first, *others), every in zip(self._needs[number], self._all_needs[number], strict=True):
                trigger = Trigger(number, self.prefilter.groups_of(others), characters_of(every[1:]))
                for word in first:
                    found[self.prefilter.numbers[word]].append(trigger)
        return dict(found)


@cache
def the_book() -> Book:
    """The whole rulebook, read and prepared with the first copy that is judged."""
    return Book(every_version())


def citations_of(rule: Rule, *, on: date) -> tuple[Citation, ...]:
    """The rule's articles that apply on that day."""
    return tuple(cite(reference) for reference in rule.citations if law_of(reference).is_in_force(on))


def _entries(rules: Iterable[Rule], case: Case, on: date) -> Iterator[Entry]:
    for rule in rules:
        applies = rule.applies(kind=case.kind, channels=case.channels, risk=case.risk, profile=case.profile)
        if not (applies and rule.is_in_force(on)):
            continue
        if (citations := citations_of(rule, on=on)) or rule.basis is Basis.HOUSE:
            yield Entry(rule, citations)


def _ways(rules: Iterable[Rule]) -> Iterator[Way]:
    return (way for rule in rules if rule.enabled for way in rule.ways)


def _probe(way: Way) -> Probe:
    return Probe(way.find, way.beside, way.without, way.scope)


def _probe_needs(probe: Probe) -> Needs:
    """What a statement must hold: the pattern's own words, and those of what must stand beside it."""
    needs = probe.find.needs
    if probe.beside is not None and probe.scope is not Scope.COPY:
        beside = probe.beside.needs
        if len(beside) == 1:
            needs = tuple(_rarest_first((*alternative, *beside[0])) for alternative in needs) or beside
    return needs


def _rarest_first(groups: Alternative) -> Alternative:
    return tuple(sorted(groups, key=commonness))


def _copy_patterns(rules: Iterable[Rule]) -> Iterator[Pattern]:
    for rule in rules:
        if rule.enabled:
            for pattern in (*rule.unless, *rule.needs, *rule.when, *rule.disclosed):
                yield pattern
                yield from pattern.only_without or ()
