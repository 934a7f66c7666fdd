"""What each kind of benefit needs beyond the others: a rate coupon its rate, trial money its amount and days."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huiqun.benefits.rules.refusals_stock import DetailsMissing
from huiqun.benefits.rules.terms import BenefitKind
from huiqun.lib.words import gettext_noop as _

GIVEN_AT_ONCE = (BenefitKind.POINTS, BenefitKind.DONATION)
"""Points are on the account and a donation is counted as soon as the piece is the customer's: there is no code to use."""
LARGEST = 10_000_000_00


@dataclass(frozen=True)
class Detail:
    """``type`` is "text", "product", "count", "fen" (typed in yuan) or "bp" (typed in percent)."""

    name: str
    label: str
    type: str
    is_needed: bool = True


PRODUCT = Detail("product_code", _("Product that it is for"), "product")
DETAILS: dict[BenefitKind, tuple[Detail, ...]] = {
    BenefitKind.CASH_COUPON: (
        Detail("least_fen", _("From what amount on it may be used (yuan)"), "fen", is_needed=False),
    ),
    BenefitKind.RATE_COUPON: (
        Detail("rate_bp", _("Rate on top (%)"), "bp"),
        PRODUCT,
        Detail("most_fen", _("Up to what amount it counts (yuan)"), "fen", is_needed=False),
    ),
    BenefitKind.FEE_WAIVER: (
        Detail("fee", _("Which fee is waived"), "text"),
        Detail("times", _("How many times"), "count"),
    ),
    BenefitKind.TRIAL_MONEY: (
        Detail("amount_fen", _("Amount of trial money (yuan)"), "fen"),
        Detail("days", _("For how many days it earns"), "count"),
        PRODUCT,
    ),
    BenefitKind.DONATION: (Detail("recipient", _("Who receives the donation"), "text"),),
}


def details_of(kind: BenefitKind) -> tuple[Detail, ...]:
    return DETAILS.get(kind, ())


def check_details(kind: BenefitKind, details: Mapping[str, Any], *, points_given: int) -> None:
    """:raises DetailsMissing"""
    known = {each.name: each for each in details_of(kind)}
    wrong = [name for name in details if name not in known]
    wrong += [name for name, each in known.items() if not _fits(each, details.get(name))]
    if kind is BenefitKind.POINTS and points_given < 1:
        wrong.append("points_given")
    if wrong:
        raise DetailsMissing(what=", ".join(wrong))


def _fits(detail: Detail, value: Any) -> bool:
    if value in (None, ""):
        return not detail.is_needed
    if detail.type in ("text", "product"):
        return isinstance(value, str) and bool(value.strip()) and len(value) <= 100
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST
