"""How every edit begins and ends: lock, check, change, void the approval, record."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from huiqun.benefits import actions as benefits
from huiqun.campaigns.events import CampaignEdited
from huiqun.campaigns.models import Author, Campaign
from huiqun.campaigns.rules import ChangedMeanwhile, NotEditable
from huiqun.campaigns.words import State
from huiqun.compliance import actions as compliance
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound


def lock_campaign(campaign_id: int, by: Staff) -> Campaign:
    """The campaign, locked, if the person may see it. :raises NotFound"""
    campaigns = Campaign.objects.visible_to(by).select_for_update(of=("self",))
    campaign: Campaign | None = campaigns.filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound()
    return campaign


@contextmanager
def edited(*, campaign_id: int, edition: int, part: str, by: Staff, now: datetime) -> Iterator[Campaign]:
    """Lend the campaign for one edit. Any edit voids a running or given approval.

    :raises NotFound, NotEditable, ChangedMeanwhile (``edition`` is the one the person saw)
    """
    with transaction.atomic():
        campaign = lock_campaign(campaign_id, by)
        if not campaign.is_editable:
            raise NotEditable()
        if campaign.edition != edition:
            raise ChangedMeanwhile()
        compliance.void_approval(subject=campaign.subject, reason=part, by=by, now=now)
        benefits.thaw_benefits(subject=campaign.subject, by=by, now=now)
        yield campaign
        campaign.edition += 1
        campaign.state = State.PLANNING
        campaign.save()
        Author.objects.get_or_create(campaign=campaign, staff=by)
        fact = CampaignEdited(campaign_id=campaign.pk, part=part, edition=campaign.edition)
        facts.record(fact, at=now, by=by, branch_id=campaign.branch_id)
