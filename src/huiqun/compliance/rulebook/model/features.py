"""What the model sees in a text: meanings (concepts, and pairs of them in order) and letters (runs of characters).

Each counts once a clause. What stands in a denial's reach is another feature than the same words said plainly.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick

from huiqun.compliance.rulebook.model.clauses import Clauses, Ints, clauses_of
from huiqun.compliance.rulebook.model.letters import Letters
from huiqun.compliance.rulebook.model.lexicon import concepts, concepts_by_word

_LAGS = 12
_GAP = 14
_LONGEST_WORD = 64
PAIR_BASE = 1 << 10
"""A pair of concepts is one number: twice the first one's place, the second, and whether it is denied."""


class Hits(NamedTuple):
    """Features of clauses, each once a clause, in the order of clauses; where each stands first."""

    clause: Ints
    feature: Ints
    start: Ints
    end: Ints


class Letterwise(NamedTuple):
    """Runs of characters as they stand in a text: in no order, the same ones left to right."""

    clause: Ints
    feature: Ints
    start: Ints


class Seen(NamedTuple):
    clauses: Clauses
    meanings: Hits
    letters: Hits


class Space:
    """The features the model knows: runs of characters, and keys of concepts and pairs.

    The key of a concept is `concept_key`, that of a pair `pair_key`; letters end in a mark where denied.
    """

    DENIED = "¬"

    def __init__(self, letters: Sequence[str], meanings: Sequence[int]) -> None:
        self.letters, self.meanings = tuple(letters), tuple(meanings)
        words = concepts_by_word()
        self._words = sorted(words)
        counts = [len(words[word]) for word in self._words]
        self._first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._concepts = np.array(
            [concept for word in self._words for concept in words[word]], dtype=np.int64
        )
        self._meanings = np.full(2 * PAIR_BASE * PAIR_BASE // 4, -1, dtype=np.int32)
        self._meanings[np.array(meanings, dtype=np.int64)] = np.arange(len(meanings))
        self._by_meaning = AhoCorasick(self._words or ["\0"])
        self._by_letters = Letters(letters, self.DENIED)

    def see(self, text: str) -> Seen:
        """Both views of the whole text."""
        clauses = clauses_of(text)
        return Seen(clauses, self.meanings_of(text, clauses), self.letters_of(text, clauses))

    def letters_of(self, text: str, clauses: Clauses) -> Hits:
        """Where each run of characters stands in its clause first."""
        return self.first_letters(self.letters_in(text, clauses))

    def letters_in(self, text: str, clauses: Clauses) -> Letterwise:
        """Every run of characters, as often as it stands there."""
        start, feature = self._by_letters.find(text, clauses.denied)
        return Letterwise(clauses.of[start], feature, start)

    def first_letters(self, letters: Letterwise) -> Hits:
        ends = letters.start + self._by_letters.lengths(letters.feature)
        return _once(Hits(*letters, ends), len(self.letters))

    def meanings_of(self, text: str, clauses: Clauses, runs: Iterable[tuple[int, int]] | None = None) -> Hits:
        """The meanings of the clauses from each run's first up to its stop; of all clauses without runs."""
        wanted = [(0, len(clauses.starts))] if runs is None else runs
        return _joined([self._meanings_of(text, clauses, *run) for run in wanted if run[0] < run[1]])

    def _meanings_of(self, text: str, clauses: Clauses, first: int, stop: int) -> Hits:
        """A pair may begin a little before the first clause."""
        left = max(0, int(clauses.starts[first]) - _GAP - _LONGEST_WORD)
        right = min(len(text), int(clauses.ends[stop - 1]) + _LONGEST_WORD)
        hits = self._meanings_in(*_matches(self._by_meaning, text, clauses, left, right))
        low, high = np.searchsorted(hits.clause, [first, stop])
        return Hits(*(column[low:high] for column in hits))

    def _meanings_in(self, matches: Ints, clause: Ints, denied: Ints) -> Hits:
        held = np.flatnonzero(self._first[matches[:, 0] + 1] > self._first[matches[:, 0]])
        held = held[_outermost(matches[held, 1], matches[held, 2])]
        each = self._first[matches[held, 0] + 1] - self._first[matches[held, 0]]
        places = np.repeat(held, each)
        offset = np.arange(len(places)) - np.repeat(np.cumsum(each) - each, each)
        concept = self._concepts[self._first[matches[places, 0]] + offset]
        start, end = matches[places, 1], matches[places, 2]
        first, second = _near(start)
        first, second = first[(differ := concept[first] != concept[second])], second[differ]
        flags, owner = denied[places], clause[places]
        keys = np.concatenate(
            [concept_key(concept, flags), pair_key(concept[first], concept[second], flags[second])]
        )
        feature = self._meanings[keys].astype(np.int64)
        known = feature >= 0
        owners = np.concatenate([owner, owner[second]])[known]
        begins = np.concatenate([start, start[first]])[known]
        stops = np.concatenate([end, end[second]])[known]
        return _once(Hits(owners, feature[known], begins, stops), len(self.meanings))


def _near(start: Ints) -> tuple[Ints, Ints]:
    """All pairs of places in order, the second one a little after the first."""
    number = np.arange(len(start))
    begin = np.searchsorted(start, start, side="right")
    stop = np.minimum(np.searchsorted(start, start + _GAP, side="right"), number + 1 + _LAGS)
    count = np.maximum(stop - begin, 0)
    first = np.repeat(number, count)
    return first, np.arange(len(first)) + np.repeat(begin - np.cumsum(count) + count, count)


def _matches(
    automaton: AhoCorasick, text: str, clauses: Clauses, left: int, right: int
) -> tuple[Ints, Ints, Ints]:
    """Rows of pattern, start and end in `text[left:right]`, their clauses, and whether a denial reaches them."""
    found = automaton.find_matches_as_indexes(text[left:right], overlapping=True)
    rows = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found)).reshape(-1, 3)
    rows[:, 1:] += left
    clause = np.searchsorted(clauses.ends, rows[:, 1], side="right")
    kept = clause < len(clauses.ends)
    if not kept.all():
        rows, clause = rows[kept], clause[kept]
    return rows, clause, clauses.denied[rows[:, 1]].astype(np.int64)


def _joined(hits: Sequence[Hits]) -> Hits:
    if not hits:
        nothing = np.zeros(0, dtype=np.int64)
        return Hits(nothing, nothing, nothing, nothing)
    return Hits(*(np.concatenate(columns) for columns in zip(*hits, strict=True)))


def concept_key(concept: Ints, denied: Ints) -> Ints:
    return concept * 2 + denied


def pair_key(first: Ints, second: Ints, denied: Ints) -> Ints:
    return (first + 1) * PAIR_BASE + second * 2 + denied


def every_meaning() -> Sequence[int]:
    """The keys of all concepts and all pairs."""
    number = np.arange(len(concepts()), dtype=np.int64)
    flags = np.arange(2, dtype=np.int64)
    single = concept_key(number[:, None], flags[None, :]).ravel()
    pairs = pair_key(number[:, None, None], number[None, :, None], flags[None, None, :]).ravel()
    return [*single.tolist(), *pairs.tolist()]


def _outermost(start: Ints, end: Ints) -> Ints:
    """The order of words by their start, without those inside a longer one."""
    order = np.argsort(start * _LONGEST_WORD - np.minimum(end - start, _LONGEST_WORD - 1), kind="stable")
    if not len(order):
        return order
    reached = np.concatenate([[-1], np.maximum.accumulate(end[order])[:-1]])
    return order[end[order] > reached]


def _once(hits: Hits, most: int) -> Hits:
    _, first = np.unique(hits.clause * max(most, 1) + hits.feature, return_index=True)
    return Hits(*(column[first] for column in hits))
