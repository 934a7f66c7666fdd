"""The concepts and their words, as `concepts.yaml` lists them."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

CONCEPTS = Path(__file__).parent / "concepts.yaml"
_NOT_READ = re.compile(r"[\s,。!?;.\-]")


@cache
def concepts() -> Mapping[str, tuple[str, ...]]:
    """Each concept's words as a reading spells them, in the order of the concepts' names."""
    rows = yaml.load(CONCEPTS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {name: _words(rows[name]) for name in sorted(rows)}


def concepts_by_word() -> Mapping[str, tuple[int, ...]]:
    """By word, the numbers of the concepts that it stands for."""
    found: dict[str, list[int]] = {}
    for number, words in enumerate(concepts().values()):
        for word in words:
            found.setdefault(word, []).append(number)
    return {word: tuple(numbers) for word, numbers in found.items()}


def _words(given: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_NOT_READ.sub("", word) or word for word in str(given).split()))
