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

import yaml

from huiqun.compliance.sources.numerals import chinese_number

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


@cache
def laws() -> Mapping[str, Law]:
    """All laws by short name."""
    rows = yaml.load((_FOLDER / "laws.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {row["name"]: _law(row) for row in rows}


@cache
def laws_by_slug() -> Mapping[str, Law]:
    return {law.slug: law for law in laws().values()}


def _law(row: dict[str, object]) -> Law:
    lines = (_FOLDER / f"{row['slug']}.jsonl").read_text(encoding="utf-8").splitlines()
    articles = [Article(**json.loads(line)) for line in lines]
    return Law(
        name=str(row["name"]),
        slug=str(row["slug"]),
        official_name=str(row["official_name"]),
        document=str(row.get("document") or ""),
        effective=_day(row["effective"]),
        expires=_day(row["expires"]) if row.get("expires") else None,
        note=str(row.get("note") or ""),
        articles={article.key: article for article in articles},
    )


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
