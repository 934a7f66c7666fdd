"""Looking at text from one place to the next: words are matched where they stand, with or without spaces."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import NoReturn, TypeVar

from huiqun.audiences.rules.text.refusals import AsTyped, TextEnds, TextWrong

Thing = TypeVar("Thing")
OPEN, CLOSE = "(（", ")）"
OPEN_LIST, CLOSE_LIST = "[【", "]】"
COMMA = ",，、;；"
COLON = ":：="
_SPACE = re.compile(r"[\s\u3000]*")
_BARE = re.compile(r"[^\s\u3000,，、;；()（）\[\]【】\"“”:：]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|“([^”]*)”', re.DOTALL)
SHOWN = 20


class Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = _lower(text)
        self.at = 0
        self.space()

    @property
    def is_over(self) -> bool:
        return self.at >= len(self.text)

    def space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def sign(self, signs: str) -> bool:
        """One of these characters, and step over it."""
        if self.is_over or self.text[self.at] not in signs:
            return False
        self.at += 1
        self.space()
        return True

    def length(self, word: str) -> int:
        """How long ``word`` is if it stands here, and not only as the beginning of a longer one."""
        end = self.at + len(word)
        if not word or not self.lower.startswith(word.lower(), self.at):
            return 0
        if _joins(word[-1]) and end < len(self.text) and _joins(self.text[end]):
            return 0
        return len(word)

    def longest(self, words: Mapping[str, Thing]) -> tuple[str, Thing] | None:
        """The longest of ``words`` that stands here; it is not stepped over."""
        begins = self.lower[self.at : self.at + 1]
        found = [word for word in words if word[:1].lower() == begins and self.length(word)]
        if not found:
            return None
        word = max(found, key=len)
        return word, words[word]

    def take(self, words: Mapping[str, Thing]) -> Thing | None:
        found = self.longest(words)
        if found is None:
            return None
        self.step(len(found[0]))
        return found[1]

    def word(self, words: Iterable[str]) -> bool:
        return self.take(dict.fromkeys(words, True)) is not None

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.step(len(found[0]))
        return found

    def quoted(self) -> str | None:
        found = self.match(_QUOTED)
        if found is None:
            return None
        return found[2] if found[1] is None else re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL)

    def bare(self) -> str | None:
        found = self.match(_BARE)
        return found[0] if found else None

    def step(self, length: int) -> None:
        self.at += length
        self.space()

    def wrong(self, expected: str, known: Iterable[str] = (), near: str = "") -> NoReturn:
        """:raises TextWrong with what was expected, and which of ``known`` is like what stands here; ``near``
        has the place of the words that say so"""
        start = self.at
        found = self.bare() or self.text[start : start + 1]
        self.at = start
        alike = difflib.get_close_matches(found.lower(), list(known), n=3, cutoff=0.5) if near else []
        words = near % {"expected": expected, "near": ", ".join(alike)} if alike else expected
        if start >= len(self.text):
            raise TextEnds(text=self.text, offset=start, expected=AsTyped(words))
        raise TextWrong(text=self.text, offset=start, found=AsTyped(found[:SHOWN]), expected=AsTyped(words))


def _lower(text: str) -> str:
    """In small letters, as many as there were."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(each.lower() if len(each.lower()) == 1 else each for each in text)


def _joins(character: str) -> bool:
    """Whether letters beside it belong to one word; Chinese is written without spaces."""
    return character.isascii() and (character.isalnum() or character == "_")
