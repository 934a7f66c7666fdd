"""Runs of up to four characters, found for the whole text at once: each run is a shorter one and one character more.

There are so many runs that nearly every place of a text begins one. An automaton would hand over each of them;
here a few operations on whole rows of numbers do.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from huiqun.compliance.rulebook.codes import codes_of
from huiqun.compliance.rulebook.model.clauses import Flags, Ints

_CODE_POINTS = 0x110000
_NONE = np.zeros(0, dtype=np.int64)


class Letters:
    """`runs` are what is looked for; `mark` at the end of one says that it counts where a denial reaches it."""

    def __init__(self, runs: Sequence[str], mark: str) -> None:
        features = {run: number for number, run in enumerate(runs)}
        bare = {run.removesuffix(mark) for run in runs}
        chars = sorted(set("".join(bare)))
        self._size = len(chars) + 1
        self._alphabet = np.zeros(_CODE_POINTS, dtype=np.int64)
        self._alphabet[[ord(char) for char in chars]] = np.arange(1, self._size)
        numbers = {char: number for number, char in enumerate(chars, start=1)}
        levels = [["", *chars]]
        self._keys: list[Ints] = []
        for length in range(2, max(map(len, bare), default=1) + 1):
            keys = _keys({run[:length] for run in bare if len(run) >= length}, numbers, self._size)
            numbers = {run: number for number, run in enumerate(keys.values())} | _single(numbers)
            self._keys.append(np.array(list(keys), dtype=np.int64))
            levels.append(list(keys.values()))
        self._pairs = self._square()
        self._firsts = np.cumsum([0, *map(len, levels)])
        self._features, self._denied_features = (
            np.array([features.get(run + end, -1) for level in levels for run in level], dtype=np.int64)
            for end in ("", mark)
        )
        self._lengths = np.array([len(run.removesuffix(mark)) for run in runs], dtype=np.int64)

    def find(self, text: str, denied: Flags) -> tuple[Ints, Ints]:
        """Places and features of all runs, in no order but those of one feature left to right."""
        chars = self._alphabet[codes_of(text)]
        at = chars.nonzero()[0]
        places, runs = [at], [chars[at]]
        if self._keys:
            number = self._pairs[chars[:-1] * self._size + chars[1:]]
            at = (number >= 0).nonzero()[0]
            number = number[at]
            places.append(at)
            runs.append(number + self._firsts[1])
        for length, keys in enumerate(self._keys[1:], start=3):
            at, number = _longer(at, number, chars, keys, length, self._size)
            places.append(at)
            runs.append(number + self._firsts[length - 1])
        start, run = np.concatenate(places), np.concatenate(runs)
        feature = self._features.take(run)
        if denied.any():
            feature = np.where(denied[start], self._denied_features.take(run), feature)
        known = (feature >= 0).nonzero()[0]
        return start[known], feature[known]

    def lengths(self, features: Ints) -> Ints:
        return self._lengths[features]

    def _square(self) -> NDArray[np.int32]:
        """For two characters, the number of the run that they are."""
        pairs = np.full(self._size * self._size, -1, dtype=np.int32)
        if self._keys:
            pairs[self._keys[0]] = np.arange(len(self._keys[0]))
        return pairs


def _longer(at: Ints, number: Ints, chars: Ints, keys: Ints, length: int, size: int) -> tuple[Ints, Ints]:
    """Which of the runs found so far are longer by another character."""
    if not len(at):
        return _NONE, _NONE
    if at[-1] + length > len(chars):
        fitting = at + length <= len(chars)
        at, number = at[fitting], number[fitting]
    wanted = number * size + chars[at + length - 1]
    found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    same = keys[found] == wanted
    return at[same], found[same]


def _keys(runs: Iterable[str], numbers: dict[str, int], size: int) -> dict[int, str]:
    """By key, in order: the number of the run but for its last character, and that character's."""
    return dict(sorted((numbers[run[:-1]] * size + numbers[run[-1]], run) for run in runs))


def _single(numbers: dict[str, int]) -> dict[str, int]:
    return {run: number for run, number in numbers.items() if len(run) == 1}
