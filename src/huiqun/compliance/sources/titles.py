"""Names of laws and of the bodies behind them: which ones exist, which are gone and what took their place.

Only names: `laws.yaml` and the articles beside it are what rules may cite.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from huiqun.compliance.sources import laws
from huiqun.lib.data_files import BrokenFile, Loader

_FOLDER = Path(__file__).parent
_COUNTRY = re.compile(r"^(?:中华人民共和国|最高人民法院|国务院)+")
_BRACKETS = re.compile(r"[（(〔\[][^）)〕\]]*[）)〕\]]|\s")


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A title or a body that is no longer there."""

    name: str
    since: date
    """The first day without it."""
    successor: str
    """What to name instead; empty where there is no single one."""


@cache
def repealed() -> Mapping[str, Gone]:
    """Repealed laws by their bare name. :raises BrokenFile:"""
    return _gone("laws", "title")


@cache
def renamed_bodies() -> Mapping[str, Gone]:
    """Authorities under another name today, longest first. :raises BrokenFile:"""
    found = _gone("bodies", "name")
    return {name: found[name] for name in sorted(found, key=len, reverse=True)}


@cache
def known_titles() -> frozenset[str]:
    """Bare names of laws that exist or existed: whoever names one does not make it up. :raises BrokenFile:"""
    rows = _read("known_titles.yaml")
    if not isinstance(rows, list):
        raise BrokenFile("this is no list of titles", file="known_titles.yaml")
    held = {bare(name) for law in laws().values() for name in (law.name, law.official_name)}
    return frozenset({bare(str(row)) for row in rows} | held | set(repealed()))


def bare(title: str) -> str:
    """A title as it is compared: without the country's name, without brackets, letters small."""
    return _COUNTRY.sub("", _BRACKETS.sub("", title)).casefold()


def _gone(part: str, key: str) -> Mapping[str, Gone]:
    rows = _read("repealed.yaml")
    try:
        found = [
            Gone(name=row[key], since=_day(row["since"]), successor=row["successor"]) for row in rows[part]
        ]
    except (KeyError, TypeError) as wrong:
        raise BrokenFile(f"{part}: {wrong}", file="repealed.yaml") from wrong
    return {bare(one.name): one for one in found}


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value} is no date")
    return value


def _read(name: str) -> Any:
    try:
        return yaml.load((_FOLDER / name).read_text(encoding="utf-8"), Loader=Loader)
    except yaml.YAMLError as wrong:
        raise BrokenFile(f"no YAML: {wrong}", file=name) from wrong
