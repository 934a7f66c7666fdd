"""What stands for what: symbols that speak, look-alikes, characters in parts, words by sound or in letters.

The tables are data beside this file. Reading undoes single characters and parts; `heard_words` finds the
words that are only written otherwise, and looks around them so that ordinary words stay what they are.
"""

from collections.abc import Iterator

from huiqun.compliance.rulebook.disguises.columns import words_in_columns
from huiqun.compliance.rulebook.disguises.sounds import sound_of, words_by_sound
from huiqun.compliance.rulebook.disguises.spellings import spelled_words
from huiqun.compliance.rulebook.disguises.tables import characters

__all__ = ["LOOKALIKES", "PARTS", "SYMBOLS", "heard_words", "sound_of"]

SYMBOLS = {**characters("symbols"), "\r": "\n"}
LOOKALIKES = characters("lookalikes")
PARTS = characters("parts")


def heard_words(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches that stand for a word without being it, left to right and apart: start, end, the word.

    The word may be empty: then the stretch (a line end within a column) means nothing.
    """
    found = [*spelled_words(text), *words_by_sound(text)]
    found += words_in_columns(text, _in_order)
    return _in_order(found)


def _in_order(found: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Of stretches that overlap the first, and of these the longest."""
    done = 0
    for start, end, word in sorted(found, key=lambda change: (change[0], -change[1])):
        if start >= done:
            yield start, end, word
            done = end
