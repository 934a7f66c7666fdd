"""Numbers that the law gives, with the article each stands on (`numbers.yaml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True, kw_only=True)
class LawfulNumber:
    """A limit or term. `unit` says what it counts; `note` what is not certain about it."""

    name: str
    value: int
    unit: str
    citation: str
    note: str = ""


@cache
def lawful_numbers() -> Mapping[str, LawfulNumber]:
    rows = yaml.load(
        (Path(__file__).parent / "numbers.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return {row["name"]: LawfulNumber(**row) for row in rows}


def lawful_number(name: str) -> LawfulNumber:
    return lawful_numbers()[name]
