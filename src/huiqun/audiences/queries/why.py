"""Whether one customer is in an audience, and why or why not."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from django.utils.translation import get_language, gettext
from pyroaring import BitMap

from huiqun.audiences import bitmaps, rules
from huiqun.audiences.bitmaps import Asked, one, rows
from huiqun.audiences.engine import Scope, engine
from huiqun.audiences.queries.scopes import scope_of
from huiqun.audiences.rules.sentence import Translate
from huiqun.audiences.rules.tree import Leaf, Negation, Node, leaves
from huiqun.foundation import fields


@dataclass(frozen=True, kw_only=True)
class WhyLine:
    """A condition or a group in reading order. ``words`` say what is asked, ``value`` what is; None for a group
    and where values are not shown to the reader."""

    path: str
    depth: int
    words: str
    holds: bool
    is_group: bool
    value: str | None = None
    unknown: bool = False


@dataclass(frozen=True, kw_only=True)
class Why:
    """``known``: the lake has this customer. ``in_scope``: and the customer's branch is among those asked for."""

    customer_id: int
    member: bool
    known: bool
    in_scope: bool
    lines: tuple[WhyLine, ...]


def why(
    *,
    rule: Any,
    customer_id: int,
    branch_ids: Sequence[int] | None,
    today: date,
    with_values: bool = True,
) -> Why:
    """As the lake is now. :raises RuleInvalid"""
    reading = _read(rule)
    node = reading.node
    scope = scope_of(node, today=today, branch_ids=branch_ids)
    found = known_values(reading.leaves, customer_id, scope, with_values=with_values)
    if found is None:
        return Why(customer_id=customer_id, member=False, known=False, in_scope=False, lines=())
    in_scope = customer_id in bitmaps.everybody(scope)
    say = _in_language(get_language())
    lines = [
        _line(each, depth, words, found, say, with_values=with_values) for each, depth, words in reading.lines
    ]
    return Why(
        customer_id=customer_id,
        member=in_scope and meets(node, found),
        known=True,
        in_scope=in_scope,
        lines=tuple(lines),
    )


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """A rule as it is read out: its conditions, and each condition or group with depth and words."""

    node: Node
    leaves: tuple[Leaf, ...]
    lines: tuple[tuple[Node, int, str], ...]

    @property
    def still_holds(self) -> bool:
        """Fields may be named anew or offer other values; then they are other fields."""
        return all(fields.find(leaf.field.name) is leaf.field for leaf in self.leaves)


def _read(rule: Any) -> _Reading:
    """Many ask about one rule, and to check it and to put it into words takes as long as to find the customer."""
    language = get_language()
    known = _kept(json.dumps(rule), language)
    return known if known.still_holds else _read_anew(rule, language)


@lru_cache(maxsize=500)
def _kept(text: str, language: str | None) -> _Reading:
    return _read_anew(json.loads(text), language)


def _read_anew(rule: Any, language: str | None) -> _Reading:
    node = rules.parse(rule)
    outline = rules.outline(node, _in_language(language))
    lines = tuple(
        (each, depth, words) for (each, depth), (_depth, words) in zip(_walk(node), outline, strict=True)
    )
    return _Reading(node=node, leaves=tuple(leaves(node)), lines=lines)


def known_values(
    each: Sequence[Leaf], customer_id: int, scope: Scope, *, with_values: bool
) -> Mapping[int, one.OneValue] | None:
    """By condition; None when the lake knows no such customer.

    Bitmaps tell, if they can be had at once, and the feature row what the values are. Another engine than
    DuckDB would take seconds for one customer: then bitmaps tell too, and nobody what the value is.
    """
    if customer_id not in bitmaps.everybody(replace(scope, branch_ids=None)):
        return None
    asked = [Asked(leaf=leaf) for leaf in each]
    if engine().name != "duckdb":
        return _told(each, customer_id, bitmaps.answer(asked, scope), [None] * len(each))
    known = [ids for ids in bitmaps.ready(asked, scope) if ids is not None]
    if len(known) == len(each):
        shown = rows.values(each, customer_id, scope) if with_values else [None] * len(each)
        if shown is not None:
            return _told(each, customer_id, known, shown)
    values = one.values_of(each, customer_id, scope)
    return None if values is None else {id(leaf): told for leaf, told in zip(each, values, strict=True)}


def _told(
    each: Sequence[Leaf], customer_id: int, found: Sequence[BitMap], values: Sequence[Any]
) -> Mapping[int, one.OneValue]:
    return {
        id(leaf): one.OneValue(holds=customer_id in ids, value=value)
        for leaf, ids, value in zip(each, found, values, strict=True)
    }


def _walk(node: Node, depth: int = 0) -> Iterator[tuple[Node, int]]:
    """In the order of ``rules.outline``."""
    yield node, depth
    if isinstance(node, Negation):
        yield from _walk(node.item, depth + 1)
    elif not isinstance(node, Leaf):
        for item in node.items:
            yield from _walk(item, depth + 1)


def _line(
    node: Node,
    depth: int,
    words: str,
    found: Mapping[int, one.OneValue],
    say: Translate,
    *,
    with_values: bool,
) -> WhyLine:
    met = meets(node, found)
    if not isinstance(node, Leaf):
        return WhyLine(path=node.path, depth=depth, words=words, holds=met, is_group=True)
    value = found[id(node)].value
    return WhyLine(
        path=node.path,
        depth=depth,
        words=words,
        holds=met,
        is_group=False,
        value=_said(node, value, say) if with_values else None,
        unknown=value is None and with_values,
    )


def meets(node: Node, found: Mapping[int, one.OneValue]) -> bool:
    if isinstance(node, Leaf):
        return found[id(node)].holds
    if isinstance(node, Negation):
        return not meets(node.item, found)
    parts = (meets(item, found) for item in node.items)
    return all(parts) if node.every else any(parts)


def _said(leaf: Leaf, value: Any, say: Translate) -> str:
    """ "Age is 34": the condition's field with the value there is."""
    if value is None:
        told = replace(leaf, operator="is_missing", value=None, include_missing=False)
    else:
        told = replace(leaf, operator="eq", value=_plain(value), include_missing=False)
    return rules.sentence(told, say)


def _in_language(language: str | None) -> Translate:
    """Words once looked up are known: a rule of ten conditions has a hundred."""
    return partial(_word, language)


@lru_cache(maxsize=20_000)
def _word(_language: str | None, text: str) -> str:
    return gettext(text)


def _plain(value: Any) -> Any:
    return round(Decimal(value), 2) if isinstance(value, float) else value
