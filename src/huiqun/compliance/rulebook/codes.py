"""What each character of a text stands for, looked up for the whole text at once.

A text is a row of code points, and a table has a row for every code point there is; rows are worked out as
texts bring their characters. `str.translate` does the same one character after the other.
"""

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
_CODE_POINTS = 0x110000
_UNKNOWN = 0xFFFFFFFF

CLAUSE_END, SENTENCE_END, STATEMENT_END = 1, 2, 4
"""What a sign ends. A question and what follows it are one statement: 首付不够?消费贷来凑."""
_SIGNS = {
    CLAUSE_END: ",;",
    CLAUSE_END | SENTENCE_END: "?",
    CLAUSE_END | SENTENCE_END | STATEMENT_END: "。!\n",
}


def codes_of(text: str) -> Codes:
    """The code points of a text; halves of a surrogate pair are what they are."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def text_of(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le")


class CodeTable:
    """`meaning` gives a number for a character; it is asked once for each."""

    def __init__(self, meaning: Callable[[str], int]) -> None:
        self._meaning = meaning
        self._rows = np.full(_CODE_POINTS, _UNKNOWN, dtype=np.uint32)

    def look_up(self, codes: Codes) -> Codes:
        found: Codes = self._rows[codes]
        if (found == _UNKNOWN).any():
            for code in set(codes[found == _UNKNOWN].tolist()):
                self._rows[code] = self._meaning(chr(code))
            found = self._rows[codes]
        return found


@lru_cache(maxsize=4)
def signs_of(text: str) -> Codes:
    """For each character of a text as it was read, what it ends."""
    return _signs().look_up(codes_of(text))


@cache
def _signs() -> CodeTable:
    ends = {sign: what for what, signs in _SIGNS.items() for sign in signs}
    return CodeTable(lambda char: ends.get(char, 0))
