"""Words that several rules share: `{name}` in a pattern stands for an entry of `vocabulary.yaml`."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

VOCABULARY = Path(__file__).parent / "vocabulary.yaml"
_NAME = re.compile(r"\{([a-z]\w*)\}")


def expanded(pattern: str) -> str:
    """:raises KeyError: when a name is not in the vocabulary"""
    return _put(pattern, _vocabulary())


@cache
def _vocabulary() -> Mapping[str, str]:
    words: dict[str, str] = {}
    rows = yaml.load(VOCABULARY.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for name, pattern in rows.items():  # later entries may use earlier ones
        words[name] = _put(pattern, words)
    return words


def _put(pattern: str, words: Mapping[str, str]) -> str:
    return _NAME.sub(lambda match: f"(?:{words[match.group(1)]})", pattern)
