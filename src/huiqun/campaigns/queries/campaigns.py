"""Campaigns for pages and for those above."""

from dataclasses import dataclass
from datetime import datetime

from huiqun.campaigns.models import Campaign
from huiqun.campaigns.models.campaign import CampaignQuerySet
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True)
class CampaignFacts:
    """A campaign as insights may know it. Targets are in ten-thousandths by metric."""

    id: int
    name: str
    subject: str
    state: str
    branch_id: int
    run_id: int | None
    started_at: datetime | None
    end_at: datetime | None
    conversion_kind: str
    conversion_product_kind: str
    window_days: int
    is_historical: bool
    control_share: int
    targets: dict[str, int]
    benefit_id: int | None


def campaign_list(*, staff: Staff, words: str = "", state: str = "", kind: str = "") -> CampaignQuerySet:
    """What the person may see, narrowed by the query form."""
    found: CampaignQuerySet = Campaign.objects.visible_to(staff).select_related("branch", "owner")
    if words:
        found = found.filter(name__icontains=words)
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    return found


def campaigns_with_audience(*, audience_id: int, staff: Staff, limit: int = 50) -> list[Campaign]:
    """Those that a version of the audience is chosen for, newest first."""
    found = Campaign.objects.visible_to(staff).filter(audience_version__audience=audience_id)
    return list(found.select_related("audience_version").order_by("-id")[:limit])


def visible_campaign(campaign_id: int, staff: Staff) -> Campaign:
    """:raises NotFound outside the person's branches"""
    scope = Campaign.objects.visible_to(staff).select_related("branch", "owner", "audience_version")
    campaign: Campaign | None = scope.filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound()
    return campaign


def campaign_facts(campaign_id: int, staff: Staff) -> CampaignFacts:
    """:raises NotFound outside the person's branches"""
    campaign = visible_campaign(campaign_id, staff)
    return CampaignFacts(
        id=campaign.pk,
        name=campaign.name,
        subject=campaign.subject,
        state=campaign.state,
        branch_id=campaign.branch_id,
        run_id=campaign.run_id,
        started_at=campaign.started_at,
        end_at=campaign.end_at,
        conversion_kind=campaign.conversion_kind,
        conversion_product_kind=campaign.conversion_product_kind,
        window_days=campaign.window_days,
        is_historical=campaign.is_historical,
        control_share=campaign.control_share,
        targets=dict(campaign.targets.values_list("metric", "target")),
        benefit_id=campaign.benefit_id,
    )
