"""How far a customer is from meeting a rule, and who is nearly there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext
from pyroaring import BitMap

from huiqun.audiences import bitmaps, rules
from huiqun.audiences.queries.scopes import scope_of
from huiqun.audiences.queries.why import known_values, meets
from huiqun.audiences.rules.tree import leaves
from huiqun.foundation.fields import FieldType


@dataclass(frozen=True, kw_only=True)
class LeafProgress:
    """``share`` of the way, 0 to 1, and ``missing`` in the field's units (fen for money); both None where there is
    no way to go, only met or not. ``name`` is the field in words, ``words`` the whole condition."""

    words: str
    name: str
    unit: str
    is_money: bool
    met: bool
    share: float | None
    value: Any
    target: Any
    missing: Any


@dataclass(frozen=True, kw_only=True)
class Progress:
    """``known``: the lake has this customer; whoever is too new for it has met nothing yet."""

    known: bool
    met: bool
    leaves: tuple[LeafProgress, ...]

    @property
    def share(self) -> float:
        """Of all conditions together, as a person would guess it."""
        shares = [1.0 if leaf.met else leaf.share or 0.0 for leaf in self.leaves]
        return 1.0 if self.met else min(sum(shares) / len(shares), 0.999) if shares else 0.0


def progress(*, rule: Any, customer_id: int, today: date) -> Progress:
    """As the lake is now, in the reader's language. :raises RuleInvalid, TooHeavy, Busy"""
    node = rules.parse(rule)
    scope = scope_of(node, today=today, branch_ids=None)
    found = known_values(tuple(leaves(node)), customer_id, scope, with_values=True)
    told_of = []
    for leaf in rules.wanted(node):
        told = found[id(leaf)] if found is not None else None
        way = rules.gap(leaf, told.value if told else None)
        told_of.append(
            LeafProgress(
                words=rules.sentence(leaf, gettext),
                name=rules.field_words(leaf, gettext),
                unit=gettext(leaf.field.unit) if leaf.field.unit else "",
                is_money=leaf.field.type is FieldType.MONEY,
                met=told.holds if told else False,
                share=way[0] if way else None,
                value=told.value if told else None,
                target=leaf.value,
                missing=way[1] if way else None,
            )
        )
    return Progress(
        known=found is not None, met=found is not None and meets(node, found), leaves=tuple(told_of)
    )


def nearly_ids(*, rule: Any, share: Fraction, branch_ids: Sequence[int] | None, today: date) -> BitMap:
    """Who would meet the rule if amounts were lowered to ``share``, and does not meet it. :raises RuleInvalid, …"""
    node = rules.parse(rule)
    scope = scope_of(node, today=today, branch_ids=branch_ids)
    near = bitmaps.chosen(rules.nearly(node, share), scope)
    return near - bitmaps.chosen(node, scope)
