"""What a plan says of itself, as the rulebook reads it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from huiqun.audiences import queries as audiences
from huiqun.benefits import queries as benefits
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.audience_levels import audience_levels
from huiqun.campaigns.words import OfferFor
from huiqun.compliance import queries as compliance
from huiqun.compliance.queries import DossierText, PlanFacts
from huiqun.lib.days import local_date
from huiqun.products.queries import ProductFacts


def plan_facts(
    campaign: Campaign,
    product: ProductFacts | None,
    *,
    texts: Sequence[DossierText],
    on: date,
) -> PlanFacts:
    """``texts`` are everything that a customer will read."""
    return PlanFacts(
        copies=tuple(text.words for text in texts),
        messages=tuple(text.words for text in texts if not text.is_offer),
        starts=local_date(campaign.start_at) if campaign.start_at else None,
        ends=_last_day(campaign.end_at),
        audience_levels=_levels(campaign),
        conversion_kind=campaign.conversion_kind,
        video_seconds=campaign.video_seconds,
        shown_filing=_filing(campaign, on) if campaign.page_body else None,
        is_charged_later=campaign.is_charged_later,
        **_product(campaign, product),
        **_offer(campaign),
        **_play(campaign),
    )


def _levels(campaign: Campaign) -> tuple[int, ...] | None:
    if campaign.audience_version_id is None:
        return None
    return audience_levels(audiences.version(campaign.audience_version_id).rule)


def _filing(campaign: Campaign, on: date) -> str:
    shown = compliance.shown_licences(branch_id=campaign.branch_id, on=on)
    return "、".join(line.number for line in shown if line.kind in compliance.FILINGS)


def _product(campaign: Campaign, product: ProductFacts | None) -> dict[str, Any]:
    """Without a product, what the campaign counts as sold still says of what kind it is."""
    if product is None:
        return {"product_kind": campaign.conversion_product_kind or None}
    lowest = product.rate_low_bp if product.rate_low_bp is not None else product.rate_high_bp
    return {
        "product_kind": product.kind,
        "product_risk": product.risk,
        "product_name": product.name,
        "product_rate_from": _percent(product.rate_low_bp),
        "product_rate_to": _percent(product.rate_high_bp),
        "product_rate_until": product.rate_last_date,
        "product_sale_until": product.sale_last_date,
        "product_charges_interest": product.rate_kind == "apr" and bool(lowest),
    }


def _offer(campaign: Campaign) -> dict[str, Any]:
    offer = benefits.offer_of(campaign.subject)
    if offer is None:
        return {"has_offer": False}
    terms = offer.terms
    return {
        "has_offer": True,
        "offer_name": terms.name,
        "offer_kind": terms.kind,
        "offer_terms": f"{terms.terms}\n{terms.how_to_use}",
        "offer_value_fen": terms.value_fen,
        "offer_quantity": terms.quantity,
        "offer_starts": local_date(terms.claim_start_at),
        "offer_ends": _last_day(terms.claim_end_at),
        "offer_use_until": terms.use_last_date,
        "offer_requires_deposit": campaign.offer_for == OfferFor.DEPOSITOR,
        "offer_requires_purchase": campaign.offer_for == OfferFor.BUYER,
    }


def _play(campaign: Campaign) -> dict[str, Any]:
    """The plan's own answers about draws, stakes and referrals."""
    return {
        "is_prize_draw": campaign.is_prize_draw,
        "max_prize_fen": campaign.top_prize_fen,
        "stakes_money_or_points": campaign.stakes_something,
        "referral_levels": campaign.referral_levels or _levels_by_offer(campaign),
        "referral_rewards_per_person": campaign.referral_cap,
    }


def _levels_by_offer(campaign: Campaign) -> int | None:
    """An offer for who brings somebody is a referral of one level, whether or not the plan counts it."""
    return 1 if campaign.offer_for == OfferFor.REFERRER else None


def _last_day(end: datetime | None) -> date | None:
    """Ends are exclusive: what ends at midnight has its last day before."""
    return local_date(end - timedelta(microseconds=1)) if end else None


def _percent(basis_points: int | None) -> float | None:
    return None if basis_points is None else basis_points / 100
