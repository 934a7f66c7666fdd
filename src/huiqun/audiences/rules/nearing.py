"""How far a value is from what a condition asks, and the rule of those who are nearly there."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from huiqun.audiences.rules.tree import Group, Leaf, Negation, Node
from huiqun.foundation.fields import FieldType

_MEASURED = (FieldType.NUMBER, FieldType.MONEY)
_AT_LEAST = ("gte", "gt")


def wanted(node: Node) -> Iterator[Leaf]:
    """The conditions that help to meet the rule: those behind a "not" do the opposite."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Group):
        for item in node.items:
            yield from wanted(item)


def gap(leaf: Leaf, value: Any) -> tuple[float, Any] | None:
    """The share of a condition's target that is reached, 0 to 1, and what is missing in the field's units.

    None where there is no way to go: it is no amount to be reached, or the value is unknown.
    """
    if not _is_climb(leaf) or value is None:
        return None
    reached = value > leaf.value if leaf.operator == "gt" else value >= leaf.value
    if reached:
        return 1.0, 0
    # To be more than n takes n and a little: a fen, or one.
    missing = leaf.value - value + (1 if leaf.operator == "gt" else 0)
    return max(0.0, min(float(value) / float(leaf.value), 0.999)), missing


def nearly(node: Node, share: Fraction) -> Node:
    """The same rule with the targets lowered to ``share`` of what they are."""
    if isinstance(node, Leaf):
        return replace(node, value=_lowered(node.value, share)) if _is_climb(node) else node
    if isinstance(node, Negation):
        return node
    return replace(node, items=tuple(nearly(item, share) for item in node.items))


def _is_climb(leaf: Leaf) -> bool:
    return leaf.field.type in _MEASURED and leaf.operator in _AT_LEAST and leaf.value > 0


def _lowered(value: Any, share: Fraction) -> Any:
    """Upwards, so that who is told to be near is at least as near."""
    if isinstance(value, Decimal):
        return value * share.numerator / share.denominator
    return -(-value * share.numerator // share.denominator)
