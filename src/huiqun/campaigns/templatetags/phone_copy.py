"""How approved copy stands on a phone: its words unchanged, its lines as paragraphs and lists."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

AD_MARK = "广告"
_BULLET = re.compile(r"^\s*[·•・]\s*")
_NUMBER = re.compile(r"^\s*\d+[.、]\s*")
_WARNING = re.compile(r"风险|不承担|过往业绩")


@register.filter
def is_advertisement(body: str) -> bool:
    """Whether the copy begins with the mark that the law asks of an advertisement."""
    return body.lstrip().partition("\n")[0].strip() == AD_MARK


@register.filter
def phone_text(body: str) -> SafeString:
    """Paragraphs and lists; a warning of risk stands out. The mark of an advertisement is shown apart."""
    lines = body.strip().splitlines()
    if is_advertisement(body):
        lines = lines[1:]
    return format_html_join("\n", "{}", ((block,) for block in _blocks(lines)))


def _blocks(lines: Iterable[str]) -> Iterator[SafeString]:
    for kind, run in groupby(lines, key=_kind):
        if kind == "ul":
            yield format_html('<ul class="phone-list">{}</ul>', _items(run, _BULLET))
        elif kind == "ol":
            yield format_html('<ol class="phone-list">{}</ol>', _items(run, _NUMBER))
        elif kind != "blank":
            yield format_html(
                '<p class="{}">{}</p>', kind, format_html_join(SafeString("<br>"), "{}", zip(run))
            )


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if _BULLET.match(line):
        return "ul"
    if _NUMBER.match(line):
        return "ol"
    return "risk-note" if _WARNING.search(line) else ""


def _items(lines: Iterable[str], mark: re.Pattern[str]) -> SafeString:
    return format_html_join("", "<li>{}</li>", ((mark.sub("", line),) for line in lines))
