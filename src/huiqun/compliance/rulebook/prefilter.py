"""Looks for every word of every pattern at once, so that only patterns that can match are tried.

One automaton walks the copy; per statement it tells the words that stand there. A pattern is tried where all
that it needs (`literals`) is among them.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise

from ahocorasick_rs import AhoCorasick

from huiqun.compliance.rulebook.literals import Alternative, Needs

Window = tuple[int, int]
_AT_ONCE = 16_000


def is_met(needs: Needs, words: Set[str]) -> bool:
    # Loops rather than any() and all(): this is asked more often than anything else.
    for alternative in needs:  # noqa: SIM110
        if all_in(alternative, words):
            return True
    return False


def all_in(alternative: Alternative, words: Set[str]) -> bool:
    for group in alternative:  # noqa: SIM110
        if group.isdisjoint(words):
            return False
    return True


class Prefilter:
    """The words of all `needs`."""

    def __init__(self, needs: Iterable[Needs]) -> None:
        self.words = sorted(
            {word for alternatives in needs for groups in alternatives for group in groups for word in group}
        )
        self._longest = max(map(len, self.words), default=0)
        self._automaton = AhoCorasick(self.words or ["\0"])

    def scan(self, text: str, windows: Sequence[Window], everywhere: set[str]) -> Iterator[set[str]]:
        """What stands in each window. Afterwards `everywhere` holds what stands in the whole text.

        The text is walked in portions: a list of every word of a megabyte would not be small.
        """
        for first, last in pairwise(_portions(windows)):
            yield from self._portion(text, windows[first:last], everywhere)

    def _portion(self, text: str, windows: Sequence[Window], everywhere: set[str]) -> Iterator[set[str]]:
        begin, end = windows[0][0], windows[-1][1]
        held: list[set[str]] = [set() for _ in windows]
        at, stops, starts = 0, [stop - begin for _, stop in windows], [start - begin for start, _ in windows]
        words, last = self.words, len(windows) - 1
        # Matches come in the order of their ends, as windows do.
        for number, start, stop in self._matches(text[begin : end + self._longest]):
            while at < last and stops[at] < stop:
                at += 1
            if starts[at] <= start and stop <= stops[at]:
                held[at].add(words[number])
                if at == last or starts[at + 1] > start:
                    continue
            if at < last and starts[at + 1] <= start and stop <= stops[at + 1]:
                held[at + 1].add(words[number])
            else:
                everywhere.add(words[number])  # across the ends of statements
        everywhere.update(*held)
        yield from held

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
