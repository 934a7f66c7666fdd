"""A regular expression of a rule, understood with the first copy and compiled when it first may match.

The book has thousands of them and one copy needs a few dozen; compiling all of them would cost the first
check seconds.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import Any

from huiqun.compliance.rulebook.effort import is_explosive, ways_to_match
from huiqun.compliance.rulebook.literals import TOO_COMMON, Needs, commonness, needs_of, telling

_ONLY_WITHOUT = re.compile(r"\\A\(\?!\[\\s\\S\]\*(\(\?:.*\))\)\[\\s\\S\]\*\??(\(\?:.*\))", re.DOTALL)


class Pattern:
    """As `re.Pattern`, compiled at its first use. There is one for each text: see `pattern_of`."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    @cached_property
    def needs(self) -> Needs:
        """What a text must hold for this to match in it. :raises re.error: if it is no regular expression"""
        return needs_of(_parsed(self.pattern))

    @property
    def ways_to_match(self) -> int:
        """:raises re.error:"""
        return ways_to_match(_parsed(self.pattern))

    @property
    def is_explosive(self) -> bool:
        """:raises re.error:"""
        return is_explosive(_parsed(self.pattern))

    @cached_property
    def needs_in_copy(self) -> Needs:
        """The same for a whole copy; empty where nearly every copy meets it: matching is faster then."""
        common = sum(commonness(groups[0]) for groups in self.needs)
        return telling(self.needs) if common < TOO_COMMON else ()

    @cached_property
    def only_without(self) -> "tuple[Pattern, Pattern] | None":
        """What must be absent and what present, where this says "never that, but this" of a whole copy.

        As one expression that costs as many searches as the text has characters.
        """
        shape = _ONLY_WITHOUT.fullmatch(self.pattern)
        if shape is None or not (_is_one_group(shape[1]) and _is_one_group(shape[2])):
            return None
        return pattern_of(shape[1]), pattern_of(shape[2])

    def stands_in(self, text: str) -> bool:
        """Whether it matches anywhere."""
        if self.only_without is None:
            return self.search(text) is not None
        absent, present = self.only_without
        return present.search(text) is not None and absent.search(text) is None

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def group(self) -> str | int:
        """What of a match is pointed at."""
        return "span" if "span" in self.compiled.groupindex else 0

    # The compiled expression's own methods, without a call in between.

    @cached_property
    def search(self) -> Callable[..., re.Match[str] | None]:
        return self.compiled.search

    @cached_property
    def finditer(self) -> Callable[..., Iterator[re.Match[str]]]:
        return self.compiled.finditer

    def __repr__(self) -> str:
        return f"Pattern({self.pattern!r})"


@cache
def pattern_of(pattern: str) -> Pattern:
    """One for all rules that look for the same."""
    return Pattern(pattern)


def _parsed(pattern: str) -> Any:
    # The parser that `re` compiles with. It has no public name, but nothing else reads exactly the language
    # that is matched.
    return re._parser.parse(pattern)  # type: ignore[attr-defined]


def _is_one_group(pattern: str) -> bool:
    """Whether the bracket that opens at the beginning closes at the end."""
    depth = 0
    for match in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", pattern, re.DOTALL):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.end() == len(pattern)
    return False
