"""Chinese is searched by its pairs of characters, other words by their beginnings; PostgreSQL needs no dictionary."""

import re
import unicodedata
from collections.abc import Sequence

from huiqun.communities.rules.refusals import SearchTooShort

_STRETCH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LONGEST = 8
MOST_GRAMS = 600
MOST_ASKED = 12
SHARED = "@*"
"""Stands in several groups."""


def _stretches(text: str) -> list[str]:
    return _STRETCH.findall(unicodedata.normalize("NFKC", text).casefold())


def grams_of(*texts: str) -> list[str]:
    """What a post is found by: pairs of Chinese characters; of other words each beginning of two to eight letters."""
    found: dict[str, None] = {}
    for stretch in _stretches("\n".join(texts)):
        if _HAN.match(stretch):
            found |= dict.fromkeys(stretch[place : place + 2] for place in range(len(stretch) - 1))
        else:
            found |= dict.fromkeys(stretch[:length] for length in range(2, min(len(stretch), LONGEST) + 1))
    return list(found)[:MOST_GRAMS]


def place_gram(groups: Sequence[int]) -> str:
    """Where it stands, so that the index looks into one's own groups only."""
    return f"@{groups[0]}" if len(groups) == 1 else SHARED


def kept_grams(groups: Sequence[int], *texts: str) -> list[str]:
    return [place_gram(groups), *grams_of(*texts)]


def asked_grams(text: str) -> list[str]:
    """What a post must have to fit what was typed. :raises SearchTooShort"""
    found: dict[str, None] = {}
    for stretch in _stretches(text[:100]):
        if len(stretch) < 2:
            continue
        if _HAN.match(stretch):
            found |= dict.fromkeys(stretch[place : place + 2] for place in range(len(stretch) - 1))
        else:
            found[stretch[:LONGEST]] = None
    if not found:
        raise SearchTooShort()
    return list(found)[:MOST_ASKED]
