"""Which rules found which stretches of a text, asked often."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable


class Stretches:
    """Stretches by rule; those of one rule come left to right."""

    def __init__(self, found: Iterable[tuple[str, int | None, int | None]]) -> None:
        self._starts: dict[str, list[int]] = defaultdict(list)
        self._ends: dict[str, list[int]] = defaultdict(list)
        for code, start, end in found:
            if start is not None and end is not None:
                self._starts[code].append(start)
                self._ends[code].append(end)

    def touch(self, start: int | None, end: int | None, codes: Iterable[str]) -> bool:
        """Whether one of these rules found some of text[start:end]."""
        if start is None or end is None:
            return False
        return any(self._touches(start, end, code) for code in codes if code in self._ends)

    def _touches(self, start: int, end: int, code: str) -> bool:
        following = bisect_right(self._ends[code], start)
        return following < len(self._ends[code]) and self._starts[code][following] < end
