"""How a copy is read: what was meant, with every character's place in what was written.

Words that break the law are often disguised: spread by blanks, emoji or dots, written in the
traditional script, in full width, in parts (亻呆本), by sound (宝本宝息) or in letters (稳zhuan).
Reading undoes that in steps. Each step works on the whole text at once and remembers only what it
changed (`edits`), so that a finding points at what the marketer wrote and plain text costs next to nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import overload

from huiqun.compliance.rulebook import disguises
from huiqun.compliance.rulebook.characters import as_meant
from huiqun.compliance.rulebook.codes import CLAUSE_END, SENTENCE_END, signs_of
from huiqun.compliance.rulebook.edits import Edits, rewritten, without

CLAUSE_ENDS = ",。!?;\n"
SENTENCE_ENDS = "。!?\n"
FAR = 400
"""A clause or sentence without an end is looked at as far as this: nothing may cost the square of a text."""
_REMEMBERED = 20_000

_NOISE = re.compile(
    r"""
    (?=[^\w。!?;:、()%《》【】\n])(?:
        [^\w。!?;:、()%《》【】\n\s,.\-~/+]+                     # never means anything
      | [^\S\n]{2,}                                             # more than one blank
      | [^\S\n] (?<![A-Za-z].(?=[A-Za-z])) (?<![0-9].(?=[0-9])) # a blank parts English words and numbers
      | (?<=\d),(?=\d{3}(?!\d))                                 # thousands
      | [.\-~/+] (?:(?<![\d%].)|(?![\d%]))                      # means something only beside digits
    )
    """,
    re.VERBOSE | re.DOTALL,
)
"""What stands between characters only to break words up."""


class Places(Sequence[int]):
    """A place for each character, worked out when it is asked for."""

    def __init__(self, length: int, place: Callable[[int], int]) -> None:
        self._numbers, self._place = range(length), place

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[int, ...]: ...
    def __getitem__(self, at: int | slice) -> int | tuple[int, ...]:
        if isinstance(at, slice):
            return tuple(map(self._place, self._numbers[at]))
        return self._place(self._numbers[at])


@dataclass(frozen=True, eq=False)
class Reading:
    """The original text and the text that rules are matched on."""

    original: str
    text: str
    edits: tuple[Edits, ...] = ()
    """What each step changed, in order."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original behind `text[start:end]` (not empty)."""
        last = end - 1
        for step in reversed(self.edits):
            start, last = step.begins(start), step.ends(last) - 1
        return start, last + 1

    @cached_property
    def starts(self) -> "Places":
        """Where each character begins in the original."""
        return Places(len(self.text), lambda at: self.span(at, at + 1)[0])

    @cached_property
    def ends(self) -> "Places":
        """Where each character ends in the original."""
        return Places(len(self.text), lambda at: self.span(at, at + 1)[1])

    def clause_start(self, position: int) -> int:
        return _after_last(self._clause_ends, position)

    def clause_end(self, position: int) -> int:
        return _first_from(self._clause_ends, position, len(self.text))

    def sentence_start(self, position: int) -> int:
        return _after_last(self._sentence_ends, position)

    def sentence_end(self, position: int) -> int:
        return _first_from(self._sentence_ends, position, len(self.text))

    @cached_property
    def _clause_ends(self) -> list[int]:
        return _places_of(self.text, CLAUSE_END)

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return _places_of(self.text, SENTENCE_END)


def read(original: str) -> Reading:
    """The same copy is judged more than once; only a book of a copy is not worth remembering."""
    return _remembered(original) if len(original) <= _REMEMBERED else _read(original)


def _read(original: str) -> Reading:
    edits: list[Edits | None] = []
    text, longer = as_meant(original)
    edits.append(longer)
    if _parts().search(text):
        found = _parts().finditer(text)
        text, done = rewritten(text, [(*match.span(), disguises.PARTS[match[0]]) for match in found])
        edits.append(done)
    text, dropped = without(_NOISE, text)
    edits.append(dropped)
    if heard := list(disguises.heard_words(text)):
        text, done = rewritten(text, heard)
        edits.append(done)
    return Reading(original=original, text=text, edits=tuple(step for step in edits if step is not None))


_remembered = lru_cache(maxsize=64)(_read)


@cache
def _parts() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(disguises.PARTS, key=len, reverse=True))))


def _places_of(text: str, what: int) -> list[int]:
    places: list[int] = (signs_of(text) & what).nonzero()[0].tolist()
    return places


def _after_last(ends: Sequence[int], position: int) -> int:
    at = bisect_left(ends, position)
    return max(ends[at - 1] + 1 if at else 0, position - FAR)


def _first_from(ends: Sequence[int], position: int, length: int) -> int:
    at = bisect_left(ends, position)
    return min(ends[at] if at < len(ends) else length, position + FAR)
