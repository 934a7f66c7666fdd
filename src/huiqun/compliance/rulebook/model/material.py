"""The examples as rows of numbers: one row for each stretch of up to three clauses."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags

from huiqun.compliance.rulebook.model.clauses import Ints, clauses_of
from huiqun.compliance.rulebook.model.examples import Text
from huiqun.compliance.rulebook.model.features import PAIR_BASE, Hits, Space, every_meaning
from huiqun.compliance.rulebook.model.weights import WIDEST

_LONGEST_LETTERS = 4
_LETTERS_SEEN = 3
_PAIRS_SEEN = 2
_SCALE_OF_LETTERS = {1: 0.3, 2: 0.6, 3: 0.6, 4: 0.5}
_SCALE_OF_CONCEPT = 1.0
_SCALE_OF_PAIR = 0.7
"""What is scaled down needs more examples to count: single characters least of all."""


@dataclass(frozen=True, eq=False)
class Material:
    texts: Sequence[Text]
    space: Space
    letters: csr_matrix
    """By stretch and feature, scaled."""
    meanings: csr_matrix
    owners: Ints
    """The number of the text that each stretch is in."""
    lengths: Ints
    places: Ints
    """Where each stretch begins and ends in its reading."""


def material_of(texts: Sequence[Text]) -> Material:
    space = Space(_letters(texts), _meanings(texts))
    letters, meanings, owners, statements, places = [], [], [], [], []
    clauses = seen_statements = 0
    for number, text in enumerate(texts):
        seen = space.see(text.reading.text)
        count = len(seen.clauses.starts)
        letters.append(_moved(seen.letters, clauses))
        meanings.append(_moved(seen.meanings, clauses))
        owners += [number] * count
        statements.append(seen.clauses.statements + seen_statements)
        places.append(np.stack([seen.clauses.starts, seen.clauses.ends], axis=1))
        clauses += count
        seen_statements += int(seen.clauses.statements[-1]) + 1 if count else 0
    stretches = _stretches(np.concatenate(statements))
    joined = _joining(stretches, clauses)
    place = np.concatenate(places)
    return Material(
        texts=texts,
        space=space,
        letters=_rows(joined, letters, clauses, scales_of_letters(space)),
        meanings=_rows(joined, meanings, clauses, scales_of_meanings(space)),
        owners=np.array(owners, dtype=np.int64)[stretches[:, 0]],
        lengths=stretches[:, 1] - stretches[:, 0] + 1,
        places=np.stack([place[stretches[:, 0], 0], place[stretches[:, 1], 1]], axis=1),
    )


def scales_of_letters(space: Space) -> Sequence[float]:
    return [_SCALE_OF_LETTERS[len(letter.removesuffix(Space.DENIED))] for letter in space.letters]


def scales_of_meanings(space: Space) -> Sequence[float]:
    return [_SCALE_OF_CONCEPT if key < PAIR_BASE else _SCALE_OF_PAIR for key in space.meanings]


def _letters(texts: Sequence[Text]) -> list[str]:
    """Runs of characters that several examples hold."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(set(_runs(text.reading.text)))
    return sorted(run for run, times in seen.items() if times >= _LETTERS_SEEN)


def _runs(text: str) -> Iterator[str]:
    clauses = clauses_of(text)
    for start, end in zip(clauses.starts.tolist(), clauses.ends.tolist(), strict=True):
        for at in range(start, end):
            mark = Space.DENIED if clauses.denied[at] else ""
            for stop in range(at + 1, min(at + _LONGEST_LETTERS, end) + 1):
                yield text[at:stop] + mark


def _meanings(texts: Sequence[Text]) -> list[int]:
    """All concepts, and the pairs that more than one example holds."""
    space = Space([], every_meaning())
    seen: Counter[int] = Counter()
    for text in texts:
        seen.update(set(space.see(text.reading.text).meanings.feature.tolist()))
    return sorted(
        key for number, key in enumerate(space.meanings) if key < PAIR_BASE or seen[number] >= _PAIRS_SEEN
    )


def _moved(hits: Hits, by: int) -> tuple[Ints, Ints]:
    return hits.clause + by, hits.feature


def _stretches(statements: Ints) -> Ints:
    """First and last clause of all stretches within one statement, those of one text together."""
    count = len(statements)
    found = [
        np.stack([np.arange(count - more), np.arange(more, count)], axis=1)[
            statements[: count - more] == statements[more:]
        ]
        for more in range(min(WIDEST, count))
    ]
    both = np.concatenate(found)
    return both[np.lexsort((both[:, 1], both[:, 0]))]


def _joining(stretches: Ints, clauses: int) -> csr_matrix:
    lengths = stretches[:, 1] - stretches[:, 0] + 1
    pointers = np.concatenate([[0], np.cumsum(lengths)])
    within = np.arange(pointers[-1]) - np.repeat(pointers[:-1], lengths)
    columns = np.repeat(stretches[:, 0], lengths) + within
    return csr_matrix((np.ones(len(columns)), columns, pointers), shape=(len(stretches), clauses))


def _rows(
    joined: csr_matrix, hits: Sequence[tuple[Ints, Ints]], clauses: int, scales: Sequence[float]
) -> csr_matrix:
    owner = np.concatenate([clause for clause, _ in hits])
    feature = np.concatenate([feature for _, feature in hits])
    single = csr_matrix((np.ones(len(owner)), (owner, feature)), shape=(clauses, len(scales)))
    return (joined @ single @ diags(np.array(scales))).tocsr()
