"""Where the model sees a rule broken: stretches of a reading, before rules and context have their say."""

from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from huiqun.compliance.rulebook.model.clauses import Clauses, clauses_of
from huiqun.compliance.rulebook.model.features import Hits, Letterwise, Seen
from huiqun.compliance.rulebook.model.weights import (
    WIDEST,
    Floats,
    Model,
    clause_scores,
    held_back,
    stretch_scores,
)
from huiqun.compliance.rulebook.reading import SENTENCE_ENDS

_AT_ONCE = 12_000
_MOST = 200
"""As many suspicions of one portion of text are looked at."""
_SHORT = 16
_SHARE = 0.7
_STRONGEST = 24
_TRIMMED_BEFORE = " :、)》】%的了呢啊哦吧嘛就也都还且而并但"
_TRIMMED_AFTER = " :、(《【的了呢啊哦吧嘛就也都还且而并但"


class Suspicion(NamedTuple):
    code: str
    score: float
    start: int
    end: int
    """The words that say it."""
    left: int
    right: int
    """The clauses they were judged in."""


def suspicions(model: Model, text: str) -> Iterator[Suspicion]:
    """The strongest of each rule in each statement."""
    if not model.codes:
        return
    for start, end in _portions(text):
        for found in _in_portion(model, text[start:end]):
            moved = (place + start for place in found[2:])
            yield Suspicion(found.code, found.score, *moved)


def _portions(text: str) -> Iterator[tuple[int, int]]:
    """Pieces of a long text that end with a sentence."""
    cuts = [0]
    while len(text) - cuts[-1] > _AT_ONCE:
        most = cuts[-1] + _AT_ONCE
        end = max(text.rfind(sign, cuts[-1], most) for sign in SENTENCE_ENDS)
        cuts.append(end + 1 if end > cuts[-1] else most)
    return pairwise([*cuts, len(text)])


def _in_portion(model: Model, text: str) -> Iterator[Suspicion]:
    """Both views have to see it. Letters see little that is nothing: meanings are asked only where they do."""
    clauses = clauses_of(text)
    letters = model.space.letters_in(text, clauses)
    likely = _likely(model, clauses, letters)
    if not likely:
        return
    runs = list(_runs(likely, len(clauses.starts)))
    meanings = model.space.meanings_of(text, clauses, runs)
    strongest = _strongest(model, clauses, meanings, likely)
    if not strongest:
        return
    seen = Seen(clauses, meanings, model.space.first_letters(letters))
    for (rule, _), (score, first, length) in strongest:
        left, right = int(clauses.starts[first]), int(clauses.ends[first + length - 1])
        start, end = _core(model, seen, text, rule, first, first + length)
        yield Suspicion(model.codes[rule], score, start, end, left, right)


def _likely(model: Model, clauses: Clauses, letters: Letterwise) -> dict[int, Floats]:
    """By length, how far the letters of each stretch lie above each rule's threshold, where any do."""
    scores = clause_scores(letters, len(clauses.starts), model.letter_weights)
    start = model.letter_weights[-1] - model.thresholds
    above = ((n, stretch_scores(clauses, scores, n) + start) for n in range(1, WIDEST + 1))
    return {length: margin for length, margin in above if len(margin) and margin.max() > 0}


def _runs(likely: dict[int, Floats], count: int) -> Iterator[tuple[int, int]]:
    """The clauses of likely stretches, those that touch together."""
    wanted = np.zeros(count + 2, dtype=np.int8)
    for length, margin in likely.items():
        firsts = np.flatnonzero((margin > 0).any(axis=1))
        for more in range(length):
            wanted[firsts + more + 1] = 1
    turns = np.flatnonzero(np.diff(wanted))
    yield from zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)


def _strongest(
    model: Model, clauses: Clauses, meanings: Hits, likely: dict[int, Floats]
) -> list[tuple[tuple[int, int], tuple[float, int, int]]]:
    """The best stretch of each rule in each statement: (rule, statement), (score, first clause, clauses)."""
    scores = clause_scores(meanings, len(clauses.starts), model.meaning_weights)
    start = held_back(model.meaning_weights[-1]) - model.thresholds
    found: dict[tuple[int, int], tuple[float, int, int]] = {}
    for length, margin in likely.items():
        both = np.minimum(stretch_scores(clauses, scores, length) + start, margin)
        for first, rule in zip(*np.nonzero(both > 0), strict=True):
            at = int(rule), int(clauses.statements[first])
            score = float(both[first, rule])
            if at not in found or score > found[at][0]:
                found[at] = score, int(first), length
    return sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:_MOST]


def _core(model: Model, seen: Seen, text: str, rule: int, first: int, stop: int) -> tuple[int, int]:
    """The shortest stretch of the clauses that carries most of what speaks for the rule."""
    said = [
        *_in_favour(seen.letters, model.letter_weights[:, rule], first, stop),
        *_in_favour(seen.meanings, model.meaning_weights[:, rule], first, stop),
    ]
    starts, ends = seen.clauses.starts, seen.clauses.ends
    left, right = int(starts[first]), int(ends[stop - 1])
    start, end = _shortest(said, left, right)
    held = [number for number in range(first, stop) if starts[number] < end and start < ends[number]] or [
        first
    ]
    wide = int(starts[held[0]]), int(ends[held[-1]])
    return _trimmed(text, *(wide if wide[1] - wide[0] <= _SHORT else (start, end)))


def _in_favour(hits: Hits, weights: Floats, first: int, stop: int) -> Iterator[tuple[int, int, float]]:
    low, high = np.searchsorted(hits.clause, [first, stop])
    for number in range(low, high):
        weight = float(weights[hits.feature[number]])
        if weight > 0:
            yield int(hits.start[number]), int(hits.end[number]), weight


def _shortest(said: Sequence[tuple[int, int, float]], left: int, right: int) -> tuple[int, int]:
    """The shortest stretch that holds most of the weight of what is said most strongly."""
    strongest = nlargest(_STRONGEST, said, key=lambda one: one[2])
    inside = sorted(((max(start, left), end, weight) for start, end, weight in strongest), key=itemgetter(1))
    wanted = _SHARE * sum(weight for _, _, weight in inside)
    best = left, right
    for begin in {start for start, _, _ in inside}:
        carried = 0.0
        for start, end, weight in inside:
            carried += weight if start >= begin else 0
            if carried >= wanted:
                best = min(best, (begin, end), key=lambda place: (place[1] - place[0], place))
                break
    return best


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while end - start > 2 and text[start] in _TRIMMED_BEFORE:
        start += 1
    while end - start > 2 and text[end - 1] in _TRIMMED_AFTER:
        end -= 1
    return start, end
