"""What changed between two dossiers, part by part, and word by word within a text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from huiqun.lib.canonical import canonical_json

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"

_WORDS = re.compile(r"\{\{.*?\}\}|[A-Za-z]+|\d[\d,.]*%?|\s+|.", re.DOTALL)
"""A template place, a Latin word, a number and a Chinese character are one word each."""

TEXT_PARTS = ("title", "goal")
LISTED = {"variants": "key"}
SILENT = frozenset({"findings", "plan_facts", "subject"})
"""What is found in the other parts, or worked out from them."""


@dataclass(frozen=True)
class Span:
    """``kind`` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PartDifference:
    """``key`` is the part's path, such as ``variants.sms-a.body``."""

    key: str
    state: str
    spans: tuple[Span, ...]


def words(text: str) -> list[str]:
    return _WORDS.findall(text)


def compare_texts(old: str, new: str) -> tuple[Span, ...]:
    """Spans that give ``old`` without the added ones and ``new`` without the removed ones."""
    before, after = words(old), words(new)
    spans: list[Span] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            spans.append(Span(SAME, "".join(before[a:b])))
            continue
        if b > a:
            spans.append(Span(REMOVED, "".join(before[a:b])))
        if d > c:
            spans.append(Span(ADDED, "".join(after[c:d])))
    return tuple(_readable(spans))


def _readable(spans: list[Span]) -> Iterator[Span]:
    """A single character that stayed between two changes reads better as changed with them."""
    removed, added = "", ""
    for index, span in enumerate(spans):
        island = span.kind == SAME and len(span.text) == 1 and 0 < index < len(spans) - 1
        if span.kind == SAME and not island:
            yield from _change(removed, added)
            removed, added = "", ""
            yield span
        else:
            removed += "" if span.kind == ADDED else span.text
            added += "" if span.kind == REMOVED else span.text
    yield from _change(removed, added)


def _change(removed: str, added: str) -> Iterator[Span]:
    if removed:
        yield Span(REMOVED, removed)
    if added:
        yield Span(ADDED, added)


def parts(body: Mapping[str, Any]) -> dict[str, str]:
    """A dossier's body as texts by path, in the body's own order of importance."""
    return dict(_walk("", {key: value for key, value in body.items() if key not in SILENT}))


def _walk(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _walk(f"{path}.{key}" if path else str(key), each)
    elif isinstance(value, list) and path in LISTED:
        for each in value:
            yield from _walk(f"{path}.{each.get(LISTED[path], '')}", each)
    elif value not in (None, "", [], {}):
        yield path, value if isinstance(value, str) else canonical_json(value).decode()


def compare(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> tuple[PartDifference, ...]:
    """Every part of ``new`` and every part it no longer has, with what changed."""
    before, after = parts(old or {}), parts(new)
    return tuple(
        _difference(key, before.get(key), after.get(key)) for key in _merged(before.keys(), after.keys())
    )


def _merged(old: Iterable[str], new: Iterable[str]) -> list[str]:
    keys = list(new)
    known = set(keys)
    return keys + [key for key in old if key not in known]


def _difference(key: str, old: str | None, new: str | None) -> PartDifference:
    if old is None:
        return PartDifference(key=key, state=ADDED, spans=(Span(ADDED, new or ""),))
    if new is None:
        return PartDifference(key=key, state=REMOVED, spans=(Span(REMOVED, old),))
    if old == new:
        return PartDifference(key=key, state=SAME, spans=(Span(SAME, new),))
    return PartDifference(key=key, state=CHANGED, spans=compare_texts(old, new))
