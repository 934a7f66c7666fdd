"""Looks for every word of every pattern at once, so that only patterns that can match are tried.

One automaton walks the copy. Each group of words that a pattern needs (`literals`) is one bit of a number, so
that what a statement holds, and whether that is all a pattern needs, are a few operations on numbers.
"""

from collections.abc import Iterable, Mapping, Sequence, Set, Sized
from itertools import pairwise

from ahocorasick_rs import AhoCorasick

from huiqun.compliance.rulebook.literals import Alternative, Group, Needs

Window = tuple[int, int]
_AT_ONCE = 16_000


Held = tuple[int, Set[int]]
"""What stands in a statement: a bit for each group of which a word does, and the wanted words' numbers."""


def is_met(needs: Needs, words: Set[str]) -> bool:
    return any(all_in(alternative, words) for alternative in needs)


def all_in(alternative: Alternative, words: Set[str]) -> bool:
    # A loop rather than all(): this is asked often.
    for group in alternative:  # noqa: SIM110
        if group.isdisjoint(words):
            return False
    return True


class Prefilter:
    """The words of all `needs`."""

    def __init__(self, needs: Sequence[Needs], in_copy: Iterable[Needs] = ()) -> None:
        """`in_copy` are asked of a whole copy. Of `needs` the first group brings a pattern up by its words."""
        bringing = [alternative[0] for alternatives in needs for alternative in alternatives]
        asked = [group for alternatives in needs for alternative in alternatives for group in alternative[1:]]
        asked += [group for alternatives in in_copy for alternative in alternatives for group in alternative]
        self._bits = {group: 1 << number for number, group in enumerate(dict.fromkeys(asked))}
        bits: dict[str, int] = dict.fromkeys((word for group in bringing for word in group), 0)
        for group, bit in self._bits.items():
            for word in group:
                bits[word] = bits.get(word, 0) | bit
        self.words = sorted(bits)
        self.numbers = {word: number for number, word in enumerate(self.words)}
        self._groups = [bits[word] for word in self.words]
        self._longest = max(map(len, self.words), default=0)
        self._automaton = AhoCorasick(self.words or ["\0"])

    def groups_of(self, alternative: Iterable[Group]) -> int:
        """The bits of these groups."""
        bits = 0
        for group in alternative:
            bits |= self._bits[group]
        return bits

    def scan(
        self, text: str, windows: Sequence[Window], wanted: Mapping[int, Sized]
    ) -> tuple[list[Held], int]:
        """What stands in each window, and the groups of the whole text. `wanted` are words of which it says something.

        The text is walked in portions: a list of every word of a megabyte would not be small.
        """
        held: list[Held] = []
        everywhere = 0
        for first, last in pairwise(_portions(windows)):
            some, across = self._portion(text, windows[first:last], wanted)
            everywhere |= across
            for groups, _ in some:
                everywhere |= groups
            held += some
        return held, everywhere

    def _portion(
        self, text: str, windows: Sequence[Window], wanted: Mapping[int, Sized]
    ) -> tuple[list[Held], int]:
        """The words of each window, and the groups of words that stand across their ends."""
        begin, end = windows[0][0], windows[-1][1] + self._longest
        groups, words = [0] * len(windows), [set[int]() for _ in windows]
        here, add, across, at, last = 0, words[0].add, 0, 0, len(windows) - 1
        left, right = windows[0]
        following = windows[1][0] if last else end
        # Matches come in the order of their ends, as windows do. This loop runs more often than any other.
        for number, start, stop in self._matches(text[begin:end] if begin or end < len(text) else text):
            if stop + begin > right:
                if at < last:
                    groups[at] |= here
                    while at < last and windows[at][1] < stop + begin:
                        at += 1
                    here, add, (left, right) = 0, words[at].add, windows[at]
                    following = windows[at + 1][0] if at < last else end
                if stop + begin > right:
                    across |= self._groups[number]
                    continue
            if start + begin < left:
                across |= self._groups[number]
                continue
            here |= self._groups[number]
            if wanted[number]:
                add(number)
            if start + begin >= following and stop + begin <= windows[at + 1][1]:
                groups[at + 1] |= self._groups[number]  # windows of one long statement overlap
                if wanted[number]:
                    words[at + 1].add(number)
        groups[at] |= here
        return list(zip(groups, words, strict=True)), across

    def _matches(self, text: str) -> list[tuple[int, int, int]]:
        return self._automaton.find_matches_as_indexes(text, overlapping=True)


def _portions(windows: Sequence[Window]) -> list[int]:
    """Numbers of the windows that portions of the text begin with, and the number after the last."""
    firsts, begin = [0], 0
    for number, (start, end) in enumerate(windows):
        if end - begin > _AT_ONCE and number > firsts[-1]:
            firsts.append(number)
            begin = start
    return [*firsts, len(windows)] if windows else []
