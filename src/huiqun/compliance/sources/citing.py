"""From "广告法#25(1)" to the article's label and words."""

import re

from huiqun.compliance.rules.findings import Citation
from huiqun.compliance.sources import Article, Law, laws
from huiqun.compliance.sources.numerals import chinese_number

_REFERENCE = re.compile(r"^(?P<near>~?)(?P<law>[^#]+)#(?P<key>[^()]+)(?:\((?P<item>\d+)\))?$")


class UnknownArticle(LookupError):
    """A rule cites what `sources/` does not hold."""


def cite(reference: str) -> Citation:
    """Resolve a reference. A leading "~" marks a general clause that the rule only leans on."""
    match = _REFERENCE.match(reference)
    law = laws().get(match["law"]) if match else None
    article = law.articles.get(match["key"]) if law and match else None
    if not (match and law and article):
        raise UnknownArticle(reference)
    item = int(match["item"]) if match["item"] else None
    return Citation(
        law=law.name,
        slug=law.slug,
        article=article.number + (f"({item})" if item and article.number else ""),
        label=_label(law, article, item),
        status=article.status,
        text=article.item(item) if item else article.text,
        source=article.source,
        direct=not match["near"],
    )


def law_of(reference: str) -> Law:
    """The law that a reference names."""
    return laws()[reference.lstrip("~").partition("#")[0]]


def _label(law: Law, article: Article, item: int | None) -> str:
    """An excerpt says so wherever its label goes; an article whose number was not checked shows none."""
    label = f"《{law.official_name}》"
    if article.number:
        label += f"第{chinese_number(int(article.number))}条"
        label += f"第（{chinese_number(item)}）项" if item else ""
    return f"{label}（摘录）" if article.status == "E" else label
