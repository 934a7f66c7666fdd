"""Which words a text must hold before a pattern can match in it, read from the pattern itself.

A pattern's `Needs` are alternatives; each is a list of groups, and a text that the pattern matches holds at
least one word of every group of at least one alternative. What cannot be said that way needs nothing, which
is always true: leaving out a group makes the filter coarser, never wrong.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Group = frozenset[str]
Alternative = tuple[Group, ...]
Needs = tuple[Alternative, ...]
"""Empty where the pattern can match a text without any of the words that could be read from it."""

TOO_COMMON = 0.05
"""A group that stands nearly everywhere filters nothing, and finding it costs."""
_SPELLED_OUT = 48
"""As many words as following parts are multiplied into."""
_MOST_WORDS = 1200
_MOST_CHARACTERS = 400
_MOST_GROUPS = 7
_RARE = 0.0002
_LIKELY_NEXT = 0.3
"""No character follows another one more often than that, as far as can be said."""
_FREQUENT = Path(__file__).parent / "frequent.yaml"


class _Part(NamedTuple):
    """What is known of a part: every text it can match (None: too many), and what each of those holds."""

    words: Group | None
    groups: Alternative = ()


_LITERAL = re._constants.LITERAL  # type: ignore[attr-defined]
_NO_WORD = frozenset({""})
_EMPTY = _Part(_NO_WORD)
_ANYTHING = _Part(None)


class _Word:
    """Marks characters that were joined, beside the parser's own kinds of parts."""

    name = "WORD"


def needs_of(tree: Any) -> Needs:
    """`tree` is a parsed pattern."""
    if tree.state.flags & (re.IGNORECASE | re.LOCALE):
        return ()
    alternatives = [_best(_part_of(one)) for one in _alternatives(tree)]
    if not all(alternatives):
        return ()
    words = frozenset(word for each in alternatives if len(each) == 1 for word in each[0])
    return tuple([each for each in alternatives if len(each) > 1] + ([(words,)] if words else []))


@lru_cache(maxsize=100_000)
def rarity(word: str) -> float:
    """How seldom a word stands in copy, roughly: the share of places where it does."""
    characters, pairs = _frequent()
    share = characters.get(word[:1], _RARE)
    for first, second in pairwise(word):
        before = characters.get(first, _RARE)
        both = pairs.get(first + second) or before * characters.get(second, _RARE)
        share *= min(_LIKELY_NEXT, both / before)
    return share


@cache
def _frequent() -> tuple[dict[str, float], dict[str, float]]:
    rows = yaml.load(_FREQUENT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    characters = {
        char: share for share, chars in rows["characters"].items() for char in "".join(chars.split())
    }
    return characters, {pair: share for share, pairs in rows["pairs"].items() for pair in pairs.split()}


@lru_cache(maxsize=50_000)
def commonness(group: Group) -> float:
    return sum(map(rarity, group))


def telling(needs: Needs) -> Needs:
    """The needs worth asking for: of each alternative its rarest group, and others that say something.

    Single characters are nearly everywhere: finding them all costs more than a pattern tried for nothing.
    """
    return tuple((first, *filter(_says_something, others)) for first, *others in needs)


def _says_something(group: Group) -> bool:
    return all(len(word) > 1 for word in group) and commonness(group) < TOO_COMMON


def characters_of(groups: Alternative) -> tuple[Group, ...]:
    """The groups that single characters weaken, as characters: of each word its rarest."""
    weak = (group for group in groups if not _says_something(group))
    spelled = (frozenset(min(word, key=rarity) for word in group) for group in weak)
    return tuple(dict.fromkeys(spelled))


def _alternatives(tree: Any) -> Iterator[Any]:
    """`ab|cd` at the top of a pattern are alternatives of their own."""
    items = list(tree)
    if len(items) == 1 and items[0][0].name == "BRANCH":
        for branch in items[0][1][1]:
            yield from _alternatives(branch)
    else:
        yield items


def _best(part: _Part) -> Alternative:
    """The most telling groups, rarest first."""
    groups = set(_all_groups(part))
    if len(groups) > 1:
        chosen = sorted(groups, key=lambda group: (commonness(group), len(group), min(group)))
        return tuple(map(_shortest, chosen[:_MOST_GROUPS]))
    return tuple(map(_shortest, groups))


def _all_groups(part: _Part) -> Alternative:
    if part.words and "" not in part.words:
        return (*part.groups, part.words)
    return part.groups


def _shortest(group: Group) -> Group:
    """Words that begin with another word of the group say nothing more."""
    lengths = sorted({len(word) for word in group})
    if len(lengths) == 1:
        return group
    return frozenset(
        word
        for word in group
        if not any(word[:n] in group for n in lengths[: bisect_left(lengths, len(word))])
    )


def _part_of(items: Iterable[Any]) -> _Part:
    """Parts that follow each other: short ones are multiplied out, which makes longer and rarer words."""
    groups: list[Group] = []
    run: Group | None = _NO_WORD
    whole = True
    for part in map(_one, _joined(items)):
        groups += part.groups
        if part.words is None:
            _close(run, groups)
            run, whole = None, False
        elif run is None or run is _NO_WORD:
            run = part.words
        elif len(run) * len(part.words) <= _SPELLED_OUT or len(part.words) == 1:
            run = frozenset([left + right for left in run for right in part.words])
        else:
            _close(run, groups)
            run, whole = part.words, False
    if whole:
        return _Part(run, tuple(groups))
    _close(run, groups)
    return _Part(None, tuple(groups))


def _joined(items: Iterable[Any]) -> Iterator[Any]:
    """Characters that follow each other as one word."""
    word = ""
    for item in getattr(items, "data", items):  # a parsed part is slow to walk, its list is not
        if item[0] is _LITERAL:
            word += chr(item[1])
            continue
        if word:
            yield _Word, word
            word = ""
        yield item
    if word:
        yield _Word, word


def _close(run: Group | None, groups: list[Group]) -> None:
    if run and "" not in run:
        groups.append(run)


def _one(item: Any) -> _Part:
    kind, given = item[0].name, item[1]
    match kind:
        case "WORD":
            return _Part(frozenset((given,)))
        case "IN":
            return _class(given)
        case "BRANCH":
            return _either([_plain(branch.data) or _part_of(branch) for branch in given[1]])
        case "SUBPATTERN":
            _, added, _, inner = given
            return _ANYTHING if added & re.IGNORECASE else _part_of(inner)
        case "ATOMIC_GROUP":
            return _part_of(given)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _repeated(*given)
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return _EMPTY
    return _ANYTHING


def _plain(items: list[Any]) -> _Part | None:
    """Most parts that one may choose between are single words."""
    for item in items:
        if item[0] is not _LITERAL:
            return None
    return _Part(frozenset(("".join([chr(item[1]) for item in items]),)))


def _class(members: Any) -> _Part:
    chars: set[str] = set()
    for kind, given in members:
        match kind.name:
            case "LITERAL":
                chars.add(chr(given))
            case "RANGE" if given[1] - given[0] < _MOST_CHARACTERS:
                chars.update(map(chr, range(given[0], given[1] + 1)))
            case "CATEGORY" if given.name == "CATEGORY_DIGIT":
                chars.update("0123456789")  # the reading writes the digits of every script with these
            case _:
                return _ANYTHING
    return _Part(frozenset(chars)) if len(chars) <= _MOST_CHARACTERS else _ANYTHING


def _either(parts: list[_Part]) -> _Part:
    """One of several parts: the words of all, or of each its most telling group."""
    words = [part.words for part in parts]
    union = frozenset(word for each in words for word in each or ())
    if all(each is not None for each in words) and len(union) <= _MOST_WORDS:
        return _Part(union)
    best = [_best(part) for part in parts]
    if not all(best):
        return _ANYTHING
    joined = frozenset(word for groups in best for word in groups[0])
    return _Part(None, (joined,)) if len(joined) <= _MOST_WORDS else _ANYTHING


def _repeated(least: int, most: int, inner: Any) -> _Part:
    part = _part_of(inner)
    if least == 0:
        return _Part(part.words | {""}) if most == 1 and part.words is not None else _ANYTHING
    if most == 1:
        return part
    if least == most and part.words is not None and len(part.words) ** least <= _SPELLED_OUT:
        return _part_of(list(inner) * least)
    return _Part(None, _all_groups(part))
