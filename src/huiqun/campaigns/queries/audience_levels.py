"""Which risk levels of customers an audience's rule lets in, as far as the rule alone can say."""

from collections.abc import Callable, Mapping
from typing import Any

RISK_LEVEL = "profile.risk_level"
LEVELS = (1, 2, 3, 4, 5)
_COMPARED: Mapping[str, Callable[[int, Any], bool]] = {
    "eq": lambda level, value: level == value,
    "ne": lambda level, value: level != value,
    "in": lambda level, value: level in value,
    "not_in": lambda level, value: level not in value,
    "is_known": lambda level, value: True,
    "is_missing": lambda level, value: False,
}


def audience_levels(rule: Mapping[str, Any]) -> tuple[int, ...] | None:
    """None where the rule says nothing of risk levels: then it names nobody for whom a product is too risky."""
    if not _mentions(rule):
        return None
    return tuple(level for level in LEVELS if True in _answers(rule, level))


def _mentions(node: Mapping[str, Any]) -> bool:
    return node.get("field") == RISK_LEVEL or any(_mentions(item) for item in _items(node))


def _items(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    inner = node.get("all") or node.get("any") or ([node["not"]] if "not" in node else [])
    return list(inner)


def _answers(node: Mapping[str, Any], level: int) -> frozenset[bool]:
    """What the rule may answer of somebody of this level; other conditions may go either way."""
    if "not" in node:
        return frozenset(not answer for answer in _answers(node["not"], level))
    if "all" in node or "any" in node:
        every = "all" in node
        answers = [_answers(item, level) for item in _items(node)]
        able = all if every else any
        sure = any if every else all
        return frozenset(
            answer
            for answer, possible in (
                (True, able(True in each for each in answers)),
                (False, sure(False in each for each in answers)),
            )
            if possible
        )
    compare = _COMPARED.get(str(node.get("op"))) if node.get("field") == RISK_LEVEL else None
    return frozenset({compare(level, node.get("value"))}) if compare else frozenset({True, False})
