"""Links of a plan: edited like every other part; and revoked, also after they were sent."""

from datetime import datetime

from django.db import transaction

from huiqun.campaigns.actions.opening import edited, lock_campaign
from huiqun.campaigns.events import LinkRestored, LinkRevoked
from huiqun.campaigns.links import LinkNotPlanned, LinkPlan, check_plan
from huiqun.campaigns.queries.links import LinkLine, link_lines
from huiqun.delivery import actions as delivery
from huiqun.delivery import queries as delivery_queries
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


def edit_links(*, campaign_id: int, edition: int, plan: LinkPlan, by: Staff, now: datetime) -> None:
    """Targets, UTM values and how long they lead on; part of what is approved.

    :raises LinksInvalid, TargetNotAllowed, NotEditable, ChangedMeanwhile
    """
    check_plan(plan)
    for each in plan.targets:
        delivery_queries.check_target(each.target)
    with edited(campaign_id=campaign_id, edition=edition, part="links", by=by, now=now) as campaign:
        campaign.links = plan.as_kept()


@transaction.atomic
def revoke_link(*, campaign_id: int, number: int, reason: str, by: Staff, now: datetime) -> bool:
    """Lead nobody there any more, from messages already sent either; whether that is new.

    :raises NotFound, LinkNotPlanned, RevocationReasonMissing
    """
    campaign = lock_campaign(campaign_id, by)
    target = _target(number, link_lines(campaign))
    if not delivery.revoke_link(subject=campaign.subject, target=target, reason=reason, by=by, now=now):
        return False
    fact = LinkRevoked(campaign_id=campaign.pk, number=number, reason=reason.strip()[:200])
    facts.record(fact, at=now, by=by, branch_id=campaign.branch_id)
    return True


@transaction.atomic
def restore_link(*, campaign_id: int, number: int, by: Staff, now: datetime) -> bool:
    """Let a revoked link lead on as it was approved; whether it was revoked.

    :raises NotFound, LinkNotPlanned
    """
    campaign = lock_campaign(campaign_id, by)
    target = _target(number, link_lines(campaign))
    if not delivery.restore_link(subject=campaign.subject, target=target):
        return False
    fact = LinkRestored(campaign_id=campaign.pk, number=number)
    facts.record(fact, at=now, by=by, branch_id=campaign.branch_id)
    return True


def _target(number: int, lines: list[LinkLine]) -> str:
    for line in lines:
        if line.number == number and line.target:
            return line.target
    raise LinkNotPlanned
