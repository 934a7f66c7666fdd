"""What a single character means: its simplified, half-width, lower-case form, or the words it stands for."""

import unicodedata
from functools import cache

import opencc

from huiqun.compliance.rulebook import disguises
from huiqun.compliance.rulebook.edits import Edits

_ENOUGH = 60_000
_NOTHING = "|"
"""Stands for a character that means nothing: noise, which the next step drops."""


class _Meanings(dict[int, str]):
    """A table for `str.translate`, worked out character by character as texts bring them."""

    def __missing__(self, code: int) -> str:
        meaning = _meaning(chr(code))
        if len(self) < _ENOUGH:  # a text of every character there is must not stay in memory
            self[code] = meaning
        return meaning


MEANINGS = _Meanings()


def as_spelled(original: str) -> tuple[str, Edits]:
    """The text where some characters stand for several (💯 is 100%)."""
    meanings = [MEANINGS[ord(char)] for char in original]
    longer = [(at, at + 1, len(meaning)) for at, meaning in enumerate(meanings) if len(meaning) > 1]
    return "".join(meanings), Edits(longer)


def _meaning(written: str) -> str:
    if written in disguises.SYMBOLS:
        return disguises.SYMBOLS[written] or _NOTHING
    if unicodedata.category(written) == "Cs":
        return _NOTHING
    folded = _without_accents(unicodedata.normalize("NFKC", written).casefold())
    simplified = "".join(_to_simplified().convert(char) for char in folded)
    plain = "".join(disguises.LOOKALIKES.get(char, char) for char in simplified)
    return "".join(_digit(char) for char in plain).replace("_", _NOTHING) or _NOTHING


def _digit(char: str) -> str:
    """Digits of any script as the ones that patterns are written with."""
    return char if char.isascii() or not char.isdecimal() else str(unicodedata.decimal(char))


def _without_accents(char: str) -> str:
    """Letters of marked pinyin as plain letters: fēng is feng."""
    bare = unicodedata.normalize("NFD", char)
    return bare[0] if len(bare) > 1 and bare[0].isascii() else char


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
