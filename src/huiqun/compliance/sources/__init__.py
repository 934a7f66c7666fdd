"""The law's own words, as data: which articles we hold, from where, and since when they apply.

`laws.yaml` lists the laws; `<slug>.jsonl` holds the articles that rules cite. Status V: the full
text of the article is held. Status E: only an excerpt could be had; it is shown as an excerpt.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from huiqun.compliance.sources.numerals import chinese_number
from huiqun.lib.data_files import BrokenFile, Loader, line_of

_FOLDER = Path(__file__).parent
_ITEM = re.compile(r"^[（(]([一二三四五六七八九十]+)[）)]", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Article:
    """One article. `number` is empty where the excerpt does not say it."""

    key: str
    number: str
    text: str
    source: str
    status: str
    second_copy: str = ""

    def item(self, number: int) -> str:
        """The article's opening words and one of its items; the whole text where it has none."""
        marks = list(_ITEM.finditer(self.text))
        wanted = chinese_number(number)
        ends = [*(mark.start() for mark in marks[1:]), len(self.text)]
        for mark, end in zip(marks, ends[: len(marks)], strict=True):
            if mark.group(1) == wanted:
                return (self.text[: marks[0].start()] + self.text[mark.start() : end]).strip()
        raise KeyError(f"article {self.key} has no item {number}")


@dataclass(frozen=True, kw_only=True)
class Law:
    """A law or regulation and the articles of it that rules cite."""

    name: str
    slug: str
    official_name: str
    document: str
    effective: date
    expires: date | None
    note: str
    articles: Mapping[str, Article]

    def is_in_force(self, on: date) -> bool:
        return self.effective <= on and (self.expires is None or on < self.expires)

    @property
    def is_excerpt(self) -> bool:
        return all(article.status == "E" for article in self.articles.values())


class BrokenLaw(BrokenFile):
    """A file of laws or articles that cannot be used as it is."""


@cache
def laws() -> Mapping[str, Law]:
    """All laws by short name. :raises BrokenLaw: naming file, line and reason"""
    return read_laws(_FOLDER)


def read_laws(folder: Path) -> Mapping[str, Law]:
    text = (folder / "laws.yaml").read_text(encoding="utf-8")
    found: dict[str, Law] = {}
    for number, row in enumerate(_rows(text)):
        try:
            law = _law(row, folder)
        except (AttributeError, KeyError, TypeError, ValueError) as wrong:
            if isinstance(wrong, BrokenLaw):
                raise
            line = line_of(text, (number,))
            raise BrokenLaw(f"{type(wrong).__name__}: {wrong}", file="laws.yaml", line=line) from wrong
        if law.name in found or law.slug in [other.slug for other in found.values()]:
            raise BrokenLaw(f"{law.name} stands there twice", file="laws.yaml", line=line_of(text, (number,)))
        found[law.name] = law
    return found


def _rows(text: str) -> list[Any]:
    try:
        rows = yaml.load(text, Loader=Loader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        line = mark.line + 1 if mark else None
        raise BrokenLaw(f"no YAML: {wrong.problem}", file="laws.yaml", line=line) from None
    if not isinstance(rows, list):
        raise BrokenLaw("holds no list of laws", file="laws.yaml")
    return rows


@cache
def laws_by_slug() -> Mapping[str, Law]:
    return {law.slug: law for law in laws().values()}


def _articles(path: Path) -> dict[str, Article]:
    if not path.exists():
        raise BrokenLaw("there is no such file", file=path.name)
    found: dict[str, Article] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            article = Article(**json.loads(line))
        except (TypeError, ValueError) as wrong:
            raise BrokenLaw(f"no article: {wrong}", file=path.name, line=number) from None
        if article.key in found:
            raise BrokenLaw(f"article {article.key} stands there twice", file=path.name, line=number)
        found[article.key] = article
    return found


def _law(row: dict[str, object], folder: Path) -> Law:
    return Law(
        name=str(row["name"]),
        slug=str(row["slug"]),
        official_name=str(row["official_name"]),
        document=str(row.get("document") or ""),
        effective=_day(row["effective"]),
        expires=_day(row["expires"]) if row.get("expires") else None,
        note=str(row.get("note") or ""),
        articles=_articles(folder / f"{row['slug']}.jsonl"),
    )


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
