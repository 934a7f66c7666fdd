"""What would become of a plan's audience: asked for on its page, worked out by a job."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from huiqun.campaigns.actions.opening import lock_campaign
from huiqun.campaigns.models import Campaign, Estimate
from huiqun.campaigns.queries.estimates import estimate_plan, planned_order
from huiqun.campaigns.size import NothingToEstimate
from huiqun.delivery import actions as delivery
from huiqun.foundation import jobs
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import Refusal


@transaction.atomic
def ask_estimate(*, campaign_id: int, by: Staff, now: datetime) -> None:
    """Have the funnel worked out; the page shows it when it is there. :raises NothingToEstimate, NotFound"""
    campaign = lock_campaign(campaign_id, by)
    if not (campaign.is_editable and campaign.audience_version_id and campaign.channels):
        raise NothingToEstimate()
    asked = {"edition": campaign.edition, "asked_at": now, "made_at": None, "problem": ""}
    Estimate.objects.update_or_create(campaign=campaign, defaults=asked)
    jobs.enqueue("campaigns.estimate", campaign_id=campaign_id)


def make_estimate(*, campaign_id: int, now: datetime) -> None:
    """Judge today's audience by the gate itself and keep the counts. Safe to repeat; nobody is written to."""
    campaign = Campaign.objects.select_related("branch").get(pk=campaign_id)
    body, problem = {}, ""
    try:
        order = planned_order(campaign, now=now)
        found = delivery.estimate_order(order=order, now=now)
        body = asdict(estimate_plan(campaign, order, found, now=now))
    except Refusal as refusal:
        problem = str(refusal)
    made = {"edition": campaign.edition, "made_at": now, "body": body, "problem": problem[:300]}
    Estimate.objects.filter(campaign=campaign).update(**made)
