"""What a single character means: its simplified, half-width, lower-case form, or the words it stands for."""

import unicodedata
from functools import cache, lru_cache

import numpy as np
import opencc

from huiqun.compliance.rulebook import disguises
from huiqun.compliance.rulebook.codes import CodeTable, codes_of, text_of
from huiqun.compliance.rulebook.edits import Edits, rewritten

_NOTHING = "|"
"""Stands for a character that means nothing: noise, which the next step drops."""
_LONGER = 0xFFFF0000
"""In the table, a character that stands for several."""


def as_meant(original: str) -> tuple[str, Edits | None]:
    """The text as it is meant, character by character; some stand for several (💯 is 100%)."""
    meant = _table().look_up(codes_of(original))
    longer = np.flatnonzero(meant == _LONGER)
    if not len(longer):
        return text_of(meant), None
    meant[longer] = ord(_NOTHING)
    return rewritten(text_of(meant), [(at, at + 1, _meaning(original[at])) for at in longer.tolist()])


def _number(char: str) -> int:
    meaning = _meaning(char)
    return ord(meaning) if len(meaning) == 1 else _LONGER


@cache
def _table() -> CodeTable:
    return CodeTable(_number)


@lru_cache(maxsize=5000)
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
