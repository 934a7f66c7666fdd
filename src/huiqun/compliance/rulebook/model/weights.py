"""The trained model: what each feature says about each rule, from which score on it speaks."""

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huiqun.compliance.rulebook.model.clauses import Clauses, Flags, Ints
from huiqun.compliance.rulebook.model.features import Hits, Letterwise, Space

WEIGHTS = Path(__file__).parent / "weights.npz"
WIDEST = 3
"""Clauses in a row that are judged together."""
Floats = NDArray[np.float32]
_VETO = 1.0
"""How far meanings may stay behind letters before they hold them back."""


@dataclass(frozen=True, eq=False)
class Model:
    codes: tuple[str, ...]
    letters: tuple[str, ...]
    meanings: tuple[int, ...]
    letter_weights: Floats
    """By feature and rule; the last row is what each rule starts from."""
    meaning_weights: Floats
    thresholds: Floats
    trained_on: str
    """The digest of the examples and concepts it was trained from."""

    @cached_property
    def space(self) -> Space:
        return Space(self.letters, self.meanings)

    def save(self, path: Path = WEIGHTS) -> None:
        np.savez_compressed(
            path,
            codes=np.array(self.codes),
            letters=np.array(self.letters),
            meanings=np.array(self.meanings, dtype=np.int32),
            letter_weights=self.letter_weights.astype(np.float16),
            meaning_weights=self.meaning_weights.astype(np.float16),
            thresholds=self.thresholds.astype(np.float32),
            trained_on=np.array(self.trained_on),
        )

    def for_rules(self, codes: tuple[str, ...]) -> "Model":
        """The same model for only these of its rules."""
        return _for_rules(self, codes)


@lru_cache(maxsize=64)
def _for_rules(model: Model, codes: tuple[str, ...]) -> Model:
    columns = [number for number, code in enumerate(model.codes) if code in codes]
    chosen = Model(
        codes=tuple(model.codes[number] for number in columns),
        letters=model.letters,
        meanings=model.meanings,
        letter_weights=np.ascontiguousarray(model.letter_weights[:, columns]),
        meaning_weights=np.ascontiguousarray(model.meaning_weights[:, columns]),
        thresholds=model.thresholds[columns],
        trained_on=model.trained_on,
    )
    chosen.__dict__["space"] = model.space
    return chosen


def load(path: Path = WEIGHTS) -> Model:
    with np.load(path, allow_pickle=False) as file:
        return Model(
            codes=tuple(map(str, file["codes"])),
            letters=tuple(map(str, file["letters"])),
            meanings=tuple(map(int, file["meanings"])),
            letter_weights=file["letter_weights"].astype(np.float32),
            meaning_weights=file["meaning_weights"].astype(np.float32),
            thresholds=file["thresholds"],
            trained_on=str(file["trained_on"]),
        )


@cache
def the_model() -> Model:
    """Read with the first copy that is judged."""
    return load()


def held_back(meanings: NDArray[Any]) -> NDArray[Any]:
    """What meanings let pass. Letters lead: on copy that others wrote they are right more often."""
    passed: NDArray[Any] = meanings + _VETO
    return passed


def together(letters: NDArray[Any], meanings: NDArray[Any]) -> NDArray[Any]:
    """The score of a stretch that letters and meanings score like this."""
    both: NDArray[Any] = np.minimum(letters, held_back(meanings))
    return both


def clause_scores(hits: Hits | Letterwise, clauses: int, weights: Floats) -> Floats:
    """By clause and rule, what its features say, each once; without what a rule starts from."""
    scores = np.zeros((clauses, weights.shape[1]), dtype=np.float32)
    if not len(hits.clause):
        return scores
    bits = len(weights).bit_length()
    both = np.sort(hits.clause << bits | hits.feature)
    both = both[_changes(both)]
    clause = both >> bits
    firsts = _changes(clause).nonzero()[0]
    rows = weights.take(both & (1 << bits) - 1, axis=0)
    scores[clause[firsts]] = np.add.reduceat(rows, firsts, axis=0)
    return scores


def _changes(row: Ints) -> Flags:
    """Whether each is the first of its kind in a sorted row."""
    changes = np.empty(len(row), dtype=np.bool_)
    changes[0] = True
    np.not_equal(row[1:], row[:-1], out=changes[1:])
    return changes


def stretch_scores(clauses: Clauses, scores: Floats, length: int) -> Floats:
    """Sums over stretches of this many clauses, by their first one; lowest where they leave the statement."""
    statements = clauses.statements
    last = len(statements) - length + 1
    if last <= 0:
        return np.zeros((0, scores.shape[1]), dtype=np.float32)
    sums = scores[:last].copy()
    for more in range(1, length):
        sums += scores[more : more + last]
    sums[statements[:last] != statements[length - 1 :]] = -np.inf
    return sums
