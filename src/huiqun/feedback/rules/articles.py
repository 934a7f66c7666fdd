"""Standard answers: their states, and how a question finds them."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum


class ArticleState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    RETIRED = "retired"


_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
STOP = frozenset("的了吗呢吧啊么我你他她它们在是有和与及或就都也还请问怎样如何什么为哪")
LONGEST_WORD = 12


def bigrams(text: str) -> list[str]:
    """Pairs of Chinese characters and whole Latin words, each once, in order of appearance."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(text.lower()):
        if run[0].isascii():
            found[run[:LONGEST_WORD]] = None
            continue
        pairs = [run[place : place + 2] for place in range(len(run) - 1)] or [run]
        found |= dict.fromkeys(pair for pair in pairs if not set(pair) <= STOP)
    return list(found)


def ranked(asked: Sequence[str], known: Mapping[int, Iterable[str]], *, least: float = 0.25) -> list[int]:
    """Ids whose pairs cover the most of what was asked, rare pairs counting more; the best first.

    ``least`` is the share of the question's weight that must be covered: a wrong answer helps nobody.
    """
    sets = {key: set(pairs) for key, pairs in known.items()}
    seen = Counter(pair for pairs in sets.values() for pair in pairs)
    weight = {pair: math.log(1 + (len(sets) + 1) / (1 + seen[pair])) for pair in asked}
    whole = sum(weight.values())
    if not whole:
        return []
    scores = {
        key: sum(weight[pair] for pair in asked if pair in pairs) / whole for key, pairs in sets.items()
    }
    good = [key for key, score in scores.items() if score >= least]
    return sorted(good, key=lambda key: (-scores[key], key))
