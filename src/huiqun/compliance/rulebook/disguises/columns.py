"""Text written downwards: lines of one character each are one word, sometimes from the bottom up."""

import re
from collections.abc import Callable, Iterator

from huiqun.compliance.rulebook.disguises.sounds import words_by_sound
from huiqun.compliance.rulebook.disguises.spellings import spelled_words
from huiqun.compliance.rulebook.disguises.tables import PLAIN_PROMISES, word_families

Change = tuple[int, int, str]
_COLUMN = re.compile(r"(?<![^\n])[\u4e00-\u9fff](?:\n[\u4e00-\u9fff])+(?![^\n])")
_LONGEST_TURNED = 8


def words_in_columns(text: str, in_order: Callable[[list[Change]], Iterator[Change]]) -> Iterator[Change]:
    for column in _COLUMN.finditer(text):
        start, word = column.start(), column.group().replace("\n", "")
        turned = _turned(word)
        if turned:
            yield start, column.end(), turned
            continue
        for first, last, meant in in_order([*spelled_words(word), *words_by_sound(word)]):
            yield start + 2 * first, start + 2 * last - 1, meant
        for line in range(1, len(word)):
            yield start + 2 * line - 1, start + 2 * line, ""


def _turned(word: str) -> str:
    """The column from the bottom up, if only that has a promise in it."""
    if len(word) > _LONGEST_TURNED or any(promise in word for promise in _promises()):
        return ""
    turned = word[::-1]
    return turned if any(promise in turned for promise in _promises()) else ""


def _promises() -> list[str]:
    return [word for family in PLAIN_PROMISES for word in word_families()[family]]
