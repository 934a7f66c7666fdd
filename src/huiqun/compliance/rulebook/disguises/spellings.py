"""Spellings that stand for a word, each with what must, or must not, stand around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ahocorasick_rs import AhoCorasick

from huiqun.compliance.rulebook.disguises.tables import PLAIN_PROMISES, spelling_rows, word_families

_AROUND = 16
_CLAUSE_ENDS = re.compile("[,。!?;\n]")


@dataclass(frozen=True)
class _Spelling:
    """Tests are searched right before (`behind`), right after (`ahead`) and in the clause (`near`)."""

    means: str
    behind: re.Pattern[str] | None = None
    not_behind: re.Pattern[str] | None = None
    ahead: re.Pattern[str] | None = None
    not_ahead: re.Pattern[str] | None = None
    near: re.Pattern[str] | None = None
    loose: bool = False
    """Letters may follow at once: an account after the name of its network."""

    def stands(self, text: str, start: int, end: int) -> bool:
        return (
            _is_whole(text, start, end, loose=self.loose)
            and not (self.not_ahead and self.not_ahead.match(text, end))
            and (self.ahead is None or bool(self.ahead.match(text, end)))
            and not (self.not_behind and self.not_behind.search(text, max(0, start - _AROUND), start))
            and (self.behind is None or bool(self.behind.search(text, max(0, start - _AROUND), start)))
            and (self.near is None or self._is_near(text, start, end))
        )

    def _is_near(self, text: str, start: int, end: int) -> bool:
        assert self.near is not None
        before = _CLAUSE_ENDS.split(text[max(0, start - _AROUND) : start])[-1]
        after = _CLAUSE_ENDS.split(text[end : end + _AROUND], maxsplit=1)[0]
        return bool(self.near.search(f"{before}|{after}"))


def spelled_words(text: str) -> Iterator[tuple[int, int, str]]:
    automaton, spellings = _automaton()
    for index, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
        for spelling in spellings[index]:
            if spelling.stands(text, start, end):
                yield start, end, spelling.means
                break


def _is_whole(text: str, start: int, end: int, *, loose: bool) -> bool:
    """Whether letters and figures at either end are not cut out of longer ones."""
    first, last = text[start], text[end - 1]
    if _is_sign(first) and start and _is_sign(text[start - 1]):
        return False
    if loose or end == len(text) or not _is_sign(last) or not _is_sign(text[end]):
        return True
    return text[end].isdecimal() and last.isalpha() and not text[start:end].isascii()


def _is_sign(char: str) -> bool:
    return char.isascii() and char.isalnum()


@cache
def _automaton() -> tuple[AhoCorasick, list[list[_Spelling]]]:
    ways: dict[str, list[_Spelling]] = {}
    for row in spelling_rows():
        spelling = _spelling(row)
        for written in _written(row):
            ways.setdefault(written, []).append(spelling)
    for family in PLAIN_PROMISES:
        for word in word_families()[family]:
            if len(word) > 2 and word[::-1] not in word * 2:
                ways.setdefault(word[::-1], []).append(_Spelling(word))
    return AhoCorasick(list(ways)), list(ways.values())


def _written(row: dict[str, Any]) -> list[str]:
    phrases = (phrase.strip() for phrase in str(row.get("phrases", "")).split(","))
    return [*str(row.get("written", "")).split(), *filter(None, phrases)]


def _spelling(row: dict[str, Any]) -> _Spelling:
    return _Spelling(
        means=str(row["means"]),
        behind=_test(row.get("behind"), r"(?:{})\Z"),
        not_behind=_test(row.get("not_behind"), r"(?:{})\Z"),
        ahead=_test(row.get("ahead"), "(?:{})"),
        not_ahead=_test(row.get("not_ahead"), "(?:{})"),
        near=_test(row.get("near"), "(?:{})"),
        loose=bool(row.get("loose")),
    )


def _test(pattern: object, frame: str) -> re.Pattern[str] | None:
    return None if pattern is None else re.compile(frame.replace("{}", str(pattern)))
