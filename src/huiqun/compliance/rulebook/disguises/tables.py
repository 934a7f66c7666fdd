"""Reads the tables."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent

PLAIN_PROMISES = ("principal", "gain", "risk", "backing", "absolute")
"""Families of words that ordinary copy hardly ever sounds like."""


def table(name: str) -> Any:
    return _loaded(_FOLDER / f"{name}.yaml")


def spelling_rows() -> list[dict[str, Any]]:
    return [row for path in sorted((_FOLDER / "spelled").glob("*.yaml")) for row in _loaded(path)]


def characters(name: str) -> dict[str, str]:
    """Each written form and what it means."""
    return {form: str(meant) for meant, written in table(name).items() for form in written.split()}


@cache
def word_families() -> dict[str, tuple[str, ...]]:
    return {family: tuple(words.split()) for family, words in table("sounds")["families"].items()}


@cache
def words_named(name: str) -> frozenset[str]:
    return frozenset(table("sounds")[name].split())


def _loaded(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
