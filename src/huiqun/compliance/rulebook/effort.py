"""How much work a pattern can be made to do, read from the pattern itself.

`re` tries every way a pattern could match before it gives up. A gap of up to twelve characters has thirteen
ways to end; three of them in a row have two thousand. A repeat within a repeat has more than anybody can wait
for, and is refused.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

MOST_WAYS = 16_000
"""What a pattern of the book may need at one place of a text: three gaps of twenty-four characters."""
_ENDLESS = 400
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT"}
_ONE_CHARACTER = {"LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY", "RANGE"}


class _Effort(NamedTuple):
    ways: int = 1
    repeats: bool = False
    """Whether a part of it may stand there more or less often."""
    nested: bool = False


def ways_to_match(tree: Any) -> int:
    """In how many ways a parsed pattern can run over the same characters, at most."""
    return _sequence(_without_last_gap(list(tree))).ways


def is_explosive(tree: Any) -> bool:
    """Whether a repeat stands within a repeat."""
    return _sequence(tree).nested


def _without_last_gap(items: list[Any]) -> list[Any]:
    """A gap that ends a pattern fits at once: nothing follows for which another length would be tried."""
    if items and items[-1][0].name in _REPEATS and _is_gap(items[-1][1][2]):
        return items[:-1]
    return items


def _sequence(items: Iterable[Any]) -> _Effort:
    ways, repeats, nested = 1, False, False
    for item in items:
        part = _item(item[0].name, item[1])
        ways *= part.ways
        repeats |= part.repeats
        nested |= part.nested
    return _Effort(ways, repeats, nested)


def _item(kind: str, given: Any) -> _Effort:
    if kind in _ONE_CHARACTER:
        return _Effort()
    if kind in _REPEATS:
        return _repeat(*given)
    if kind == "BRANCH":
        parts = [_sequence(branch) for branch in given[1]]
        return _Effort(
            max(part.ways for part in parts),
            any(part.repeats for part in parts),
            any(part.nested for part in parts),
        )
    if kind == "SUBPATTERN":
        return _sequence(given[3])
    if kind in ("ASSERT", "ASSERT_NOT"):
        part = _sequence(given[1])
        return _Effort(1, False, part.nested)
    if kind in ("ATOMIC_GROUP", "POSSESSIVE_REPEAT"):
        return _Effort(1, True, False)
    return _Effort()


def _repeat(least: int, most: int, inner: Any) -> _Effort:
    part = _sequence(inner)
    if most <= 1:
        return part
    nested = part.nested or (part.repeats and most != least)
    if least == most:
        return _Effort(min(part.ways**most, 10**9), part.repeats, nested)
    ways = min(most, _ENDLESS) - least + 1 if _is_gap(inner) else 2
    return _Effort(ways * part.ways, True, nested)


def _is_gap(inner: Any) -> bool:
    """Whether nearly any character fits; a run of digits or of one word ends where it ends."""
    kind, given = inner[0][0].name, inner[0][1]
    if kind in ("ANY", "NOT_LITERAL"):
        return True
    if kind != "IN":
        return False
    first = given[0][0].name
    return first == "NEGATE" or any(
        name.name == "CATEGORY" and what.name in ("CATEGORY_WORD", "CATEGORY_NOT_SPACE", "CATEGORY_NOT_DIGIT")
        for name, what in given
        if what is not None
    )
