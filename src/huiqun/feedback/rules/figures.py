"""What answers come to: NPS with its interval, cross-tables without small cells, themes, frequent pairs of words."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from huiqun.feedback.rules.articles import bigrams

SMALLEST_CELL = 10
"""A group of fewer people is not shown: numbers must not tell of persons."""
Z95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class Nps:
    """Promoters (9–10) less detractors (0–6), in points from −100 to 100, with a 95 % interval."""

    score: float
    low: float
    high: float
    count: int


def nps_of(numbers: Mapping[int, int]) -> Nps | None:
    """From how often each number was given. The interval is of a mean of −1, 0 and 1, widened by one of each
    (Agresti and Coull's idea), so that few answers do not look certain."""
    count = sum(numbers.values())
    if not count:
        return None
    promoters = sum(times for number, times in numbers.items() if number >= 9)
    detractors = sum(times for number, times in numbers.items() if number <= 6)
    score = (promoters - detractors) / count
    wide = count + 3
    up, down = (promoters + 1) / wide, (detractors + 1) / wide
    middle = up - down
    half = Z95 * math.sqrt((up + down - middle * middle) / wide)
    return Nps(
        score=100 * score,
        low=100 * max(-1.0, middle - half),
        high=100 * min(1.0, middle + half),
        count=count,
    )


@dataclass(frozen=True, kw_only=True)
class Mean:
    value: float
    low: float
    high: float
    count: int


def mean_of(numbers: Mapping[int, int]) -> Mean | None:
    count = sum(numbers.values())
    if not count:
        return None
    value = sum(number * times for number, times in numbers.items()) / count
    spread = sum(times * (number - value) ** 2 for number, times in numbers.items()) / max(count - 1, 1)
    half = Z95 * math.sqrt(spread / count)
    return Mean(value=value, low=value - half, high=value + half, count=count)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One group of a cross-table: how many of it chose what; None where that would tell of too few."""

    label: str
    count: int | None
    cells: tuple[int | None, ...]


def cross_table(
    given: Iterable[tuple[int, str, str]], *, columns: Sequence[str], smallest: int = SMALLEST_CELL
) -> list[Row]:
    """From (person, group, answer) to a row for each group. A group of fewer than ``smallest`` people, however many
    answers they ticked, is hidden; and when only one group is hidden, the next smallest is too, or it could be had from
    the totals."""
    counts: dict[str, Counter[str]] = {}
    people: dict[str, set[int]] = {}
    for person, group, answer in given:
        counts.setdefault(group, Counter())[answer] += 1
        people.setdefault(group, set()).add(person)
    sizes = {group: len(each) for group, each in people.items()}
    hidden = {group for group, size in sizes.items() if size < smallest}
    shown = sorted((group for group in sizes if group not in hidden), key=lambda group: (sizes[group], group))
    if len(hidden) == 1 and shown:
        hidden.add(shown[0])
    return [
        Row(
            label=group,
            count=None if group in hidden else counts[group].total(),
            cells=tuple(None if group in hidden else counts[group][column] for column in columns),
        )
        for group in sorted(sizes)
    ]


def by_theme(texts: Iterable[str], themes: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many texts speak of each theme; "" counts those that speak of none. One may speak of several."""
    counts = dict.fromkeys((*themes, ""), 0)
    for text in texts:
        low = text.lower()
        of = [name for name, words in themes.items() if any(word.lower() in low for word in words)]
        for name in of or [""]:
            counts[name] += 1
    return counts


def suggested_words(
    texts: Sequence[str], *, known: Iterable[str] = (), most: int = 12
) -> list[tuple[str, int]]:
    """Pairs of characters and words that set these texts apart: in several of them, but not in nearly all;
    with in how many."""
    words = [set(bigrams(text)) for text in texts]
    seen = Counter(word for each in words for word in each)
    known = tuple(known)
    fresh = {
        word: times
        for word, times in seen.items()
        if times >= 2 and not any(word in each or each in word for each in known)
    }
    total = len(words)

    def weight(word: str) -> float:
        return fresh[word] * math.log((1 + total) / fresh[word])

    return [(word, fresh[word]) for word in sorted(fresh, key=lambda word: (-weight(word), word))[:most]]


_NUMBERS = re.compile(r"\d{5,}|[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.]+")


def without_numbers(text: str) -> str:
    """What analysts may read of a text: no long numbers, no addresses."""
    return _NUMBERS.sub("•••", text)
