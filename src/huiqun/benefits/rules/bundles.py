"""What a condition makes of a benefit in the eyes of the law: a gift for a deposit, or for a purchase."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from huiqun.benefits.rules.terms import BenefitKind

SERVICES = frozenset({BenefitKind.SERVICE, BenefitKind.FEE_WAIVER})
"""What the bank does for its customers; all else is worth money by itself."""
_DEPOSITS = frozenset({"deposit", "structured_deposit"})
_MONEY_IN = frozenset({"deposit_in"})
_BOUGHT = frozenset({"buy", "subscribe", "plan_started"})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the conditions ask of customers: to hold or pay in money, to have these kinds of products."""

    deposit: bool
    products: tuple[str, ...]


def asked_by(rule: Any) -> Asked:
    """Read off a rule tree. What stands behind a "not" asks nobody to buy."""
    deposit, products = False, set[str]()
    for leaf in _leaves(rule):
        kinds = _kinds(leaf)
        if _asks_for_money(leaf, kinds):
            deposit = True
        products |= kinds - _DEPOSITS
    return Asked(deposit=deposit, products=tuple(sorted(products)))


def _leaves(node: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(node, dict):
        return
    if "field" in node:
        yield node
    for each in (*node.get("all", ()), *node.get("any", ())):
        yield from _leaves(each)


def _kinds(leaf: Mapping[str, Any]) -> set[str]:
    """Kinds of products that have to be held or bought."""
    field, given = str(leaf["field"]), leaf.get("with") or {}
    if field.startswith("transactions.") and not _several(given.get("kind")) & _BOUGHT:
        return set()
    return _several(given.get("product_kind"))


def _asks_for_money(leaf: Mapping[str, Any], kinds: set[str]) -> bool:
    field, given = str(leaf["field"]), leaf.get("with") or {}
    if field.startswith("aum."):
        return True
    if field.startswith("holdings."):
        return not kinds or bool(kinds & _DEPOSITS)
    return field.startswith("transactions.") and bool(_several(given.get("kind")) & _MONEY_IN)


def _several(value: Any) -> set[str]:
    if value in (None, ""):
        return set()
    return {str(each) for each in value} if isinstance(value, list | tuple) else {str(value)}
