"""How a copy is read: what was meant, with every character's place in what was written.

Words that break the law are often disguised: spread by blanks, emoji or dots, written in the
traditional script, in full width, in parts (亻呆本), by sound (宝本宝息) or in letters (稳zhuan).
Reading undoes that in steps; each step keeps for every character the stretch of the original text
it stands for, so that a finding points at what the marketer wrote.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import opencc

from huiqun.compliance.rulebook import disguises

CLAUSE_ENDS = ",。!?;\n"
SENTENCE_ENDS = "。!?\n"
_KEPT = set(CLAUSE_ENDS + "、:()%《》【】")
_KEPT_BESIDE_DIGITS = set(".-~/+")
_NOISE_CATEGORIES = {"Cf", "Mn", "Me", "Cs", "Co", "Cn"}


class Letter(NamedTuple):
    """One character of the reading and the stretch of the original it stands for."""

    char: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """The original text and the text that rules are matched on."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original behind `text[start:end]` (not empty)."""
        return self.starts[start], self.ends[end - 1]

    def clause_start(self, position: int) -> int:
        return max(self.text.rfind(end, 0, position) for end in CLAUSE_ENDS) + 1

    def clause_end(self, position: int) -> int:
        return _first_of(self.text, CLAUSE_ENDS, position)

    def sentence_start(self, position: int) -> int:
        return max(self.text.rfind(end, 0, position) for end in SENTENCE_ENDS) + 1

    def sentence_end(self, position: int) -> int:
        return _first_of(self.text, SENTENCE_ENDS, position)


@lru_cache(maxsize=64)
def read(original: str) -> Reading:
    letters = _spelled(original)
    letters = _rewritten(letters, disguises.PARTS)
    letters = _without_noise(letters)
    letters = _heard(letters)
    return Reading(
        original=original,
        text="".join(letter.char for letter in letters),
        starts=tuple(letter.start for letter in letters),
        ends=tuple(letter.end for letter in letters),
    )


def _first_of(text: str, ends: str, position: int) -> int:
    found = [at for at in (text.find(end, position) for end in ends) if at >= 0]
    return min(found, default=len(text))


def _spelled(original: str) -> list[Letter]:
    """Each character in simplified script, half width and lower case."""
    return [
        Letter(char, at, at + 1) for at, written in enumerate(original) for char in _plain_character(written)
    ]


@lru_cache(maxsize=20_000)
def _plain_character(written: str) -> str:
    if written in disguises.SYMBOLS:
        return disguises.SYMBOLS[written]
    folded = _without_accents(unicodedata.normalize("NFKC", written).casefold())
    simplified = "".join(_to_simplified().convert(char) for char in folded)
    return "".join(disguises.LOOKALIKES.get(char, char) for char in simplified)


def _without_accents(char: str) -> str:
    """Letters of marked pinyin as plain letters: fēng is feng."""
    bare = unicodedata.normalize("NFD", char)
    return bare[0] if len(bare) > 1 and bare[0].isascii() else char


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _rewritten(letters: list[Letter], words: dict[str, str]) -> list[Letter]:
    """Replace each word by its meaning, which then stands for the word's whole stretch."""
    text = "".join(letter.char for letter in letters)
    if not any(word in text for word in words):
        return letters
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    return _replaced(letters, ((m.start(), m.end(), words[m.group()]) for m in pattern.finditer(text)))


def _replaced(letters: list[Letter], changes: Iterable[tuple[int, int, str]]) -> list[Letter]:
    result: list[Letter] = []
    done = 0
    for start, end, meaning in changes:
        result += letters[done:start]
        first, last = letters[start].start, letters[end - 1].end
        result += [Letter(char, first, last) for char in meaning]
        done = end
    return result + letters[done:]


def _without_noise(letters: list[Letter]) -> list[Letter]:
    """Drop what stands between characters only to break words up."""
    return [letter for at, letter in enumerate(letters) if _is_word(letter.char) or _is_kept(letters, at)]


@lru_cache(maxsize=20_000)
def _is_word(char: str) -> bool:
    return char.isalnum() and unicodedata.category(char) not in _NOISE_CATEGORIES


def _is_kept(letters: list[Letter], at: int) -> bool:
    char = letters[at].char
    before = letters[at - 1].char if at else ""
    after = letters[at + 1].char if at + 1 < len(letters) else ""
    if char == "," and before.isdecimal() and after.isdecimal():
        return not _is_thousands_comma(letters, at)
    if char in _KEPT:
        return True
    if char in _KEPT_BESIDE_DIGITS:
        return (before.isdecimal() or before == "%") and (after.isdecimal() or after == "%")
    return char.isspace() and _are_words(before, after)


def _are_words(before: str, after: str) -> bool:
    """Whether a blank between these two parts English words or numbers."""
    both = before + after
    return bool(before and after) and both.isascii() and (both.isalpha() or both.isdecimal())


def _is_thousands_comma(letters: list[Letter], at: int) -> bool:
    following = "".join(letter.char for letter in letters[at + 1 : at + 5])
    return following[:3].isdecimal() and len(following) >= 3 and not following[3:4].isdecimal()


def _heard(letters: list[Letter]) -> list[Letter]:
    """Replace what only sounds like a forbidden word by that word."""
    text = "".join(letter.char for letter in letters)
    return _replaced(letters, disguises.heard_words(text))
