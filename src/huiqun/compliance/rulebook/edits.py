"""What one step of reading changed: stretches of a text, each standing for a stretch of the text before."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

Change = tuple[int, int, str]
"""(start, end, what stands there now); left to right, apart."""


class Edits:
    """Only the changes are kept; places are worked out when a finding asks for one."""

    def __init__(self, changes: Sequence[tuple[int, int, int]]) -> None:
        """`changes`: (start, end, length of what stands there now)."""
        self._changes = changes

    def begins(self, at: int) -> int:
        """Where the character at `at` begins in the text before."""
        return self._stretch(at)[0]

    def ends(self, at: int) -> int:
        """Where the character at `at` ends in the text before."""
        return self._stretch(at)[1]

    def _stretch(self, at: int) -> tuple[int, int]:
        edit = bisect_right(self._starts, at) - 1
        if edit < 0:
            return at, at + 1
        start, end, length = self._changes[edit]
        after = at - self._starts[edit] - length
        return (end + after, end + after + 1) if after >= 0 else (start, end)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each change begins in the text after."""
        starts, shift = [], 0
        for start, end, length in self._changes:
            starts.append(start + shift)
            shift += length - (end - start)
        return starts


def rewritten(text: str, changes: Sequence[Change]) -> tuple[str, Edits]:
    """The text with every change made."""
    pieces: list[str] = []
    done = 0
    for start, end, meaning in changes:
        pieces += (text[done:start], meaning)
        done = end
    pieces.append(text[done:])
    return "".join(pieces), Edits([(start, end, len(meaning)) for start, end, meaning in changes])


def without(noise: re.Pattern[str], text: str) -> tuple[str, Edits | None]:
    """The text without the noise."""
    dropped = [(*match.span(), 0) for match in noise.finditer(text)]
    return (noise.sub("", text), Edits(dropped)) if dropped else (text, None)
