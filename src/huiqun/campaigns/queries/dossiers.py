"""The dossier 送审件: a plan's every word and number as one plain value."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.conf import settings

from huiqun.audiences import queries as audiences
from huiqun.benefits import queries as benefits
from huiqun.campaigns.caps import caps_for_dossier
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.accounts import account_for
from huiqun.campaigns.queries.blocks import used_in, with_blocks
from huiqun.campaigns.queries.findings import Judged, plan_of
from huiqun.campaigns.queries.links import links_for_dossier
from huiqun.campaigns.queries.release import planned
from huiqun.campaigns.queries.sizes import size_today
from huiqun.campaigns.queries.values import fixed_values
from huiqun.campaigns.rules import PlanState, VariantFacts
from huiqun.campaigns.words import Duty
from huiqun.compliance import queries as compliance
from huiqun.products import queries as products


def plan_state(campaign: Campaign) -> PlanState:
    """What completeness is judged from."""
    return PlanState(
        name=campaign.name,
        goal=campaign.goal,
        start_at=campaign.start_at,
        end_at=campaign.end_at,
        has_audience=campaign.audience_version_id is not None,
        channels=list(campaign.channels),
        variants=[VariantFacts(v.key, v.channel, v.weight, v.title, v.body) for v in campaign.variants.all()],
        page_title=campaign.page_title,
        page_body=campaign.page_body,
        accounts=[c for c in campaign.channels if account_for(channel=c, branch_id=campaign.branch_id)],
    )


def dossier_body(campaign: Campaign, judged: list[Judged], *, on: date) -> dict[str, Any]:
    """Everything that is approved, and nothing that is not: the digest over this is what sending obeys."""
    assert campaign.start_at and campaign.end_at and campaign.audience_version_id  # complete by now
    product = products.product(campaign.product_code) if campaign.product_code else None
    offer = benefits.offer_of(campaign.subject)
    version = audiences.version(campaign.audience_version_id)
    return {
        "subject": campaign.subject,
        "title": campaign.name,
        "kind": campaign.kind,
        "goal": campaign.goal,
        "period": {"start": campaign.start_at.isoformat(), "end": campaign.end_at.isoformat()},
        "product": product.for_dossier() if product else None,
        "audience": {
            "audience_id": version.audience_id,
            "version": version.number,
            "rule": version.rule,
            "sentence": version.sentence,
            "size": size_today(campaign, on=on),
        },
        "control_share": campaign.control_share,
        "variants": [
            {
                "key": v.key,
                "channel": v.channel,
                "weight": v.weight,
                "subject": v.title,
                "body": with_blocks(campaign, v.body),
            }
            for v in campaign.variants.all()
            if v.channel in campaign.channels
        ],
        "values": fixed_values(campaign),
        "page": {"title": campaign.page_title, "body": with_blocks(campaign, campaign.page_body)},
        "blocks": used_in(campaign),
        "links": links_for_dossier(campaign),
        "offer": offer.terms.for_dossier() if offer else None,
        "more_offers": [each.terms.for_dossier() for each in benefits.offers_beside(campaign.subject)],
        "mechanics": {
            "offer_for": campaign.offer_for,
            "is_prize_draw": campaign.is_prize_draw,
            "top_prize_fen": campaign.top_prize_fen,
            "stakes_something": campaign.stakes_something,
            "referral_levels": campaign.referral_levels,
            "referral_cap": campaign.referral_cap,
            "is_charged_later": campaign.is_charged_later,
            "video_seconds": campaign.video_seconds,
        },
        "conversion": {
            "kind": campaign.conversion_kind,
            "product_kind": campaign.conversion_product_kind,
            "window_days": campaign.window_days,
        },
        "schedule": {
            "channels": list(campaign.channels),
            "quiet_hours": [campaign.quiet_from.isoformat(), campaign.quiet_until.isoformat()],
            "deadline_days": campaign.deadline_days,
            "on_quiet": campaign.on_quiet,
            "on_holidays": campaign.on_holidays,
        },
        "release": planned(campaign).for_dossier(),
        "policy": {
            "caps": caps_for_dossier(campaign),
            "purpose": "marketing",
            "priority": campaign.priority,
        },
        "budget_fen": campaign.budget_fen,
        "team": _team(campaign),
        "targets": dict(campaign.targets.order_by("metric").values_list("metric", "target")),
        "licences": [asdict(licence) for licence in _licences(campaign, product, on)],
        "shown": _shown(campaign, product, on),
        "plan_facts": plan_of(campaign, on=on).as_plain(),
        "findings": [_finding(part, finding) for part in judged for finding in part.findings],
    }


def _team(campaign: Campaign) -> dict[str, list[int]]:
    """Staff ids by duty; no names, for the dossier is kept for good."""
    team: dict[str, list[int]] = {}
    for duty, staff_id in campaign.team.order_by("duty", "staff_id").values_list("duty", "staff_id"):
        team.setdefault(duty, []).append(staff_id)
    return team


def _licences(
    campaign: Campaign, product: products.ProductFacts | None, on: date
) -> tuple[compliance.LicenceLine, ...]:
    """:raises what the register refuses: a licence, right, qualification or permission that is not valid"""
    needs = compliance.LicenceNeeds(
        branch_id=campaign.branch_id,
        channels=list(campaign.channels),
        product_kind=product.kind if product else None,
        distributed_for=product.issuer if product and product.distributed else "",
        seller_ids=list(campaign.team.filter(duty=Duty.SELLER).values_list("staff_id", flat=True)),
        permission_ids=list(campaign.permission_ids),
    )
    return compliance.licences_behind(needs, on=on)


def _shown(campaign: Campaign, product: products.ProductFacts | None, on: date) -> dict[str, Any]:
    """What the page's foot says of the bank and of a distributed product's issuer."""
    lines = compliance.shown_licences(branch_id=campaign.branch_id, on=on)
    return {
        "bank": settings.HUIQUN_BANK_NAME,
        "numbers": [{"kind": line.kind, "number": line.number} for line in lines],
        "issuer": product.issuer if product and product.distributed else "",
    }


def _finding(part: Judged, finding: Any) -> dict[str, Any]:
    return {
        "part": part.part,
        "rule": finding.rule,
        "severity": str(finding.severity),
        "start": finding.start,
        "end": finding.end,
        "citations": [citation.label for citation in finding.citations],
        "is_house": finding.is_house,
    }
