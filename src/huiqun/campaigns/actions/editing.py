"""Edits of a plan's parts; each voids an approval and counts the edition up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from huiqun.audiences import queries as audiences
from huiqun.benefits import actions as benefits
from huiqun.benefits.actions import BenefitTerms
from huiqun.campaigns.actions.opening import edited
from huiqun.campaigns.models import Campaign, KpiTarget, TeamMember
from huiqun.campaigns.queries.blocks import check_blocks
from huiqun.campaigns.rules import check_period
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound
from huiqun.products import queries as products

PLAN_FIELDS = (
    "name", "kind", "goal", "budget_fen", "start_at", "end_at", "product_code", "control_share", "channels",
    "quiet_from", "quiet_until", "deadline_days", "cap_count", "cap_days", "priority", "on_quiet", "on_holidays", "conversion_kind",
    "topic_cap_count", "topic_cap_days", "overall_cap_count", "overall_cap_days",
    "conversion_product_kind", "window_days", "offer_for", "is_prize_draw", "top_prize_fen", "stakes_something",
    "referral_levels", "referral_cap", "is_charged_later", "video_seconds", "permission_ids",
)  # fmt: skip


def edit_plan(
    *, campaign_id: int, edition: int, changes: Mapping[str, Any], by: Staff, now: datetime
) -> None:
    """Change fields named in PLAN_FIELDS. :raises NotEditable, ChangedMeanwhile, PeriodImpossible, ProductNotFound"""
    with edited(campaign_id=campaign_id, edition=edition, part="plan", by=by, now=now) as campaign:
        for field in PLAN_FIELDS:
            if field in changes:
                setattr(campaign, field, changes[field])
        check_period(campaign.start_at, campaign.end_at, now=now)
        if campaign.product_code:
            products.product(campaign.product_code)


def choose_audience(*, campaign_id: int, edition: int, audience_id: int, by: Staff, now: datetime) -> None:
    """Take the newest version of an audience that the person may see. :raises NotFound"""
    with edited(campaign_id=campaign_id, edition=edition, part="audience", by=by, now=now) as campaign:
        campaign.audience_version_id = audiences.audience(audience_id, by).version_id


def edit_page(*, campaign_id: int, edition: int, title: str, body: str, by: Staff, now: datetime) -> None:
    """The page that links lead to. :raises BlockUnknown, NotEditable, ChangedMeanwhile"""
    with edited(campaign_id=campaign_id, edition=edition, part="page", by=by, now=now) as campaign:
        check_blocks(campaign, body)
        campaign.page_title, campaign.page_body = title, body


def edit_offer(
    *, campaign_id: int, edition: int, terms: BenefitTerms | None, by: Staff, now: datetime
) -> None:
    """Set the simple offer, or take it away with None. :raises what benefits refuses of the terms"""
    with edited(campaign_id=campaign_id, edition=edition, part="offer", by=by, now=now) as campaign:
        if terms is None and campaign.benefit_id is not None:
            benefits.remove_benefit(benefit_id=campaign.benefit_id, by=by, now=now)
            campaign.benefit_id = None
        elif terms is not None and campaign.benefit_id is not None:
            benefits.update_benefit(benefit_id=campaign.benefit_id, terms=terms, by=by, now=now)
        elif terms is not None:
            campaign.benefit_id = benefits.create_benefit(
                subject=campaign.subject, terms=terms, branch_id=campaign.branch_id, by=by, now=now
            )


def edit_team(
    *, campaign_id: int, edition: int, members: Sequence[tuple[int, str]], by: Staff, now: datetime
) -> None:
    """``members`` are (staff id, duty). :raises NotFound for someone the person may not see"""
    with edited(campaign_id=campaign_id, edition=edition, part="team", by=by, now=now) as campaign:
        wanted = {staff_id for staff_id, _ in members}
        if Staff.objects.visible_to(by).filter(pk__in=wanted, is_active=True).count() != len(wanted):
            raise NotFound()
        campaign.team.all().delete()
        TeamMember.objects.bulk_create(
            TeamMember(campaign=campaign, staff_id=staff_id, duty=duty)
            for staff_id, duty in dict.fromkeys(members)
        )


def edit_targets(
    *, campaign_id: int, edition: int, targets: Mapping[str, int], by: Staff, now: datetime
) -> None:
    """``targets`` in ten-thousandths by metric."""
    with edited(campaign_id=campaign_id, edition=edition, part="targets", by=by, now=now) as campaign:
        _set_targets(campaign, targets)


def _set_targets(campaign: Campaign, targets: Mapping[str, int]) -> None:
    campaign.targets.all().delete()
    KpiTarget.objects.bulk_create(
        KpiTarget(campaign=campaign, metric=metric, target=target) for metric, target in targets.items()
    )
