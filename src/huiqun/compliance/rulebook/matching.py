"""Finds where rules are broken. Pure: a reading in, stretches of the reading out."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from huiqun.compliance.rulebook.book import Book, Case, Chapter, Entry, Probe
from huiqun.compliance.rulebook.codes import STATEMENT_END, signs_of
from huiqun.compliance.rulebook.context import is_harmless, is_held_up
from huiqun.compliance.rulebook.functions import FUNCTIONS
from huiqun.compliance.rulebook.pattern import Pattern
from huiqun.compliance.rulebook.prefilter import Window, all_in
from huiqun.compliance.rulebook.reading import Reading
from huiqun.compliance.rulebook.rule import Rule, Scope

MOST_PLACES = 500
"""As many places of one copy are listed per rule; what breaks a rule that often is refused anyway."""
_LONGEST = 400
_OVERLAP = 120


class Place(NamedTuple):
    """Words that a rule looks for, in the statement that they were found in."""

    start: int
    end: int
    negatable: bool
    window: Window


def broken(book: Book, chapter: Chapter, reading: Reading) -> Iterator[tuple[Entry, tuple[Window, ...]]]:
    """The rules of the chapter that the copy breaks: where, or nowhere if something is missing."""
    yield from _Copy(book, chapter, reading).broken()


def spans(rule: Rule, reading: Reading, case: Case) -> tuple[Window, ...]:
    """Stretches of the reading that break this one rule: outermost ones, left to right."""
    book = Book([rule])
    found = broken(book, book.chapter_of((Entry(rule, ()),), case), reading)
    return next((places for _, places in found), ())


def statements(text: str) -> Iterator[Window]:
    """The windows a way is looked for in: sentences, each with the signs that end it.

    What goes on for ever without an end is read in pieces that overlap.
    """
    ends = signs_of(text) & STATEMENT_END != 0
    last_ones = (ends[:-1] & ~ends[1:]).nonzero()[0] + 1
    for start, end in pairwise([0, *last_ones.tolist(), len(text)]):
        while end - start > _LONGEST:
            yield start, start + _LONGEST
            start += _LONGEST - _OVERLAP
        if start < end:
            yield start, end


class _Copy:
    """One copy while it is judged. Rules share patterns: what was looked for once is not looked for again."""

    def __init__(self, book: Book, chapter: Chapter, reading: Reading) -> None:
        self._book = book
        self._chapter = chapter
        self._reading = reading
        self._text = reading.text
        self._windows = list(statements(reading.text))
        self._groups = 0
        self._held: dict[Pattern, bool] = {}
        self._due: dict[Pattern, bool] = {}
        self._harmless: dict[tuple[int, int, bool], bool] = {}
        self._shields: dict[tuple[Pattern, Window], list[Window]] = {}

    def broken(self) -> Iterator[tuple[Entry, tuple[Window, ...]]]:
        places = self._places()
        for entry in self._chapter.missing:
            if self._is_missing(entry.rule):
                yield entry, ()
        for number, entry in self._chapter.counting.items():
            if self._may_speak(entry.rule):
                places[number] += self._counted(entry.rule)
        for number, found in places.items():
            entry = self._chapter.entries[number]
            if found and self._may_speak(entry.rule) and (spans := self._spans(entry.rule, found)):
                yield entry, spans

    def _places(self) -> dict[int, list[Place]]:
        """By entry, what its ways find, before anything is forgiven."""
        found: dict[int, list[Place]] = defaultdict(list)
        held, self._groups = self._book.prefilter.scan(self._text, self._windows, self._chapter.triggers)
        for window, (groups, words) in zip(self._windows, held, strict=True):
            if words or self._chapter.always:
                for number in self._probes_for(groups, words, window):
                    self._try(number, window, found)
        return found

    def _probes_for(self, held: int, words: Iterable[int], window: Window) -> Iterable[int]:
        """The probes whose needs the statement meets."""
        triggers = self._chapter.triggers
        numbers = set(self._chapter.always)
        characters: set[str] = set()
        for word in words:
            for number, groups, letters in triggers[word]:
                if groups & held != groups or number in numbers:
                    continue
                if letters:
                    characters = characters or set(self._text[slice(*window)])
                    if not all_in(letters, characters):
                        continue
                numbers.add(number)
        return numbers

    def _try(self, number: int, window: Window, found: dict[int, list[Place]]) -> None:
        probe = self._book.probes[number]
        for match in probe.find.finditer(self._text, *window):
            start, end = match.span(probe.find.group)
            if start < 0:
                start, end = match.span()
            if end > start and self._holds(probe, start, end, window):
                for entry, negatable in self._chapter.uses[number]:
                    found[entry].append(Place(start, end, negatable, window))

    def _holds(self, probe: Probe, start: int, end: int, window: Window) -> bool:
        """Whether the conditions on what stands around the words are met."""
        if probe.beside is None and probe.without is None:
            return True
        if probe.scope is Scope.COPY:
            return (probe.beside is None or self._has_now(probe.beside)) and not (
                probe.without is not None and self._has_now(probe.without)
            )
        left, right = window
        if probe.scope is Scope.CLAUSE:
            left = max(left, self._reading.clause_start(start))
            right = min(right, self._reading.clause_end(end))
        if probe.beside is not None and not probe.beside.search(self._text, left, right):
            return False
        return not (probe.without is not None and probe.without.search(self._text, left, right))

    def _counted(self, rule: Rule) -> Iterator[Place]:
        """What the rule's function finds."""
        for start, end in FUNCTIONS[rule.function](self._reading):
            if end > start:
                yield Place(start, end, True, (self._window_at(start)[0], self._window_at(end - 1)[1]))

    def _window_at(self, position: int) -> Window:
        return self._windows[bisect_right(self._windows, (position, len(self._text))) - 1]

    def _spans(self, rule: Rule, places: Sequence[Place]) -> tuple[Window, ...]:
        """Outermost stretches that are not forgiven, left to right."""
        apart: list[Window] = []
        done = 0
        for place in sorted(set(places), key=lambda place: (place.start, -place.end)):
            if place.start >= done and self._counts(rule, place):
                apart.append((place.start, place.end))
                done = place.end
                if len(apart) == MOST_PLACES:
                    break
        return tuple(apart)

    def _counts(self, rule: Rule, place: Place) -> bool:
        for pattern in rule.exceptions:
            if any(left < place.end and place.start < right for left, right in self._shield(pattern, place)):
                return False
        return not self._is_harmless(place.start, place.end, negatable=place.negatable)

    def _shield(self, pattern: Pattern, place: Place) -> list[Window]:
        key = pattern, place.window
        if key not in self._shields:
            found = pattern.finditer(self._text, *place.window)
            self._shields[key] = [match.span() for match in found if match[0]]
        return self._shields[key]

    def _is_harmless(self, start: int, end: int, *, negatable: bool = True) -> bool:
        place = start, end, negatable
        if place not in self._harmless:
            judge = is_harmless if negatable else is_held_up
            self._harmless[place] = judge(self._reading, start, end)
        return self._harmless[place]

    def _may_speak(self, rule: Rule) -> bool:
        return not self._has_one_of(rule.unless) and (not rule.needs or self._has_one_of(rule.needs))

    def _is_missing(self, rule: Rule) -> bool:
        """Whether the copy needs the rule's disclosure and lacks it."""
        if self._has_one_of(rule.disclosed) or self._has_one_of(rule.unless):
            return False
        return not rule.when or any(map(self._is_due, rule.when))

    def _has_one_of(self, patterns: Iterable[Pattern]) -> bool:
        return any(map(self._has, patterns))

    def _is_due(self, pattern: Pattern) -> bool:
        """Whether something makes the disclosure due that is not itself denied."""
        if pattern not in self._due:
            self._due[pattern] = self._may_hold(pattern) and any(
                not self._is_harmless(*match.span()) for match in pattern.finditer(self._text)
            )
        return self._due[pattern]

    def _has(self, pattern: Pattern) -> bool:
        """Whether this stands anywhere in the copy."""
        if pattern not in self._held:
            self._held[pattern] = self._stands(pattern)
        return self._held[pattern]

    def _has_now(self, pattern: Pattern) -> bool:
        """The same while not all words of the copy are known yet."""
        if pattern not in self._held:
            self._held[pattern] = pattern.stands_in(self._text)
        return self._held[pattern]

    def _stands(self, pattern: Pattern) -> bool:
        if pattern.only_without is not None:
            absent, present = pattern.only_without
            return self._has(present) and not self._has(absent)
        return self._may_hold(pattern) and pattern.search(self._text) is not None

    def _may_hold(self, pattern: Pattern) -> bool:
        wanted = self._book.groups_in_copy(pattern)
        return not wanted or any(groups & self._groups == groups for groups in wanted)
