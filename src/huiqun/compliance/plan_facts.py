"""What a plan says about itself, as plain values. Everything is optional: unknown is not judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

FROM_TEXTS = frozenset({"copies", "messages"})
"""What a dossier holds as its texts anyway."""


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """Money in fen, rates in percent per year (2.6 means 2.6 %), days local, periods end inclusive."""

    product_kind: str | None = None
    product_risk: int | None = None
    product_name: str = ""
    product_rate_from: float | None = None
    product_rate_to: float | None = None
    product_rate_until: date | None = None
    product_sale_until: date | None = None
    product_charges_interest: bool | None = None
    """The shelf's rate is what the customer pays, and more than nothing."""
    conversion_kind: str = ""
    """What the campaign counts as success: deposit_in, buy, spend …"""
    audience_levels: tuple[int, ...] | None = None

    offer_name: str = ""
    offer_kind: str = ""
    offer_terms: str = ""
    offer_value_fen: int | None = None
    offer_quantity: int | None = None
    offer_starts: date | None = None
    offer_ends: date | None = None
    offer_use_until: date | None = None
    offer_requires_deposit: bool | None = None
    offer_requires_purchase: bool | None = None
    """The benefit is given only to who deposits, or only to who buys the product."""

    has_offer: bool | None = None
    is_prize_draw: bool | None = None
    max_prize_fen: int | None = None
    stakes_money_or_points: bool | None = None
    """Taking part costs money or points that may be lost: a guess becomes a bet."""

    referral_levels: int | None = None
    """1: only who brings somebody is rewarded for it."""
    referral_rewards_per_person: int | None = None
    referral_requires_opening: bool | None = None

    copies: tuple[str, ...] = ()
    """Every text of the plan, for what it claims about price, stock, dates and rates."""
    messages: tuple[str, ...] | None = None
    """The texts that reach a customer before the offer's own terms are opened."""
    is_charged_later: bool | None = None
    starts: date | None = None
    ends: date | None = None
    video_seconds: int | None = None
    shown_filing: str | None = None
    """The ICP or app filing number on the campaign's page; "" when the register holds none."""

    def as_plain(self) -> dict[str, Any]:
        """What is known, in plain values that a dossier keeps: without the texts, which it keeps already."""
        known = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in FROM_TEXTS}
        return {name: _plain(value) for name, value in known.items() if value is not None}

    @classmethod
    def from_plain(
        cls, values: Mapping[str, Any], *, copies: Sequence[str], messages: Sequence[str]
    ) -> "PlanFacts":
        """Back from a dossier; what is no longer asked of plans is left out."""
        known = {
            each.name: _value(each.type, values[each.name])
            for each in fields(cls)
            if each.name in values and each.name not in FROM_TEXTS
        }
        return cls(**known, copies=tuple(copies), messages=tuple(messages))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _value(wanted: Any, plain: Any) -> Any:
    if wanted == date | None and plain is not None:
        return date.fromisoformat(plain)
    return tuple(plain) if isinstance(plain, list) else plain
