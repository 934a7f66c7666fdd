"""From plan to dossier: judged by the rulebook, frozen, handed to the reviewers; and what they decide."""

from datetime import datetime

from django.db import transaction

from huiqun.benefits import actions as benefits
from huiqun.campaigns.actions.opening import lock_campaign
from huiqun.campaigns.events import CampaignSubmitted
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.blocks import authors_of, check_blocks, own_texts
from huiqun.campaigns.queries.dossiers import dossier_body, plan_state
from huiqun.campaigns.queries.findings import blocking, judge
from huiqun.campaigns.queries.links import check_links
from huiqun.campaigns.queries.sms import sms_missing
from huiqun.campaigns.rules import (
    AlreadySubmitted,
    ChangedMeanwhile,
    NotEditable,
    NotLawful,
    NotSubmitted,
    PlanIncomplete,
    check_period,
    missing_parts,
)
from huiqun.campaigns.words import State
from huiqun.compliance import actions as compliance
from huiqun.compliance import queries as reviews
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date


@transaction.atomic
def submit_campaign(*, campaign_id: int, edition: int, by: Staff, now: datetime) -> int:
    """Freeze the plan into a dossier and put it before the reviewers; the dossier's id.

    :raises NotEditable, ChangedMeanwhile, AlreadySubmitted, PlanIncomplete, PeriodImpossible, NotLawful,
    TargetNotAllowed, LinkUnknown
    """
    campaign = lock_campaign(campaign_id, by)
    _check_submittable(campaign, edition=edition, now=now)
    found = judge(campaign, on=local_date(now))
    if stopping := blocking(found):
        raise NotLawful(count=len(stopping), citations=[c for f in stopping for c in f.citations])
    benefits.freeze_benefits(subject=campaign.subject, by=by, now=now)
    body = dossier_body(campaign, found, on=local_date(now))
    dossier = compliance.submit_dossier(
        subject=campaign.subject,
        branch_id=campaign.branch_id,
        title=campaign.name,
        body=body,
        authors=authors_of(campaign),
        by=by,
        now=now,
    )
    campaign.state = State.IN_REVIEW
    campaign.save(update_fields=["state"])
    approval = reviews.approval_of(campaign.subject)
    fact = CampaignSubmitted(
        campaign_id=campaign.pk, dossier_id=dossier, digest=approval.digest if approval else ""
    )
    facts.record(fact, at=now, by=by, branch_id=campaign.branch_id)
    return dossier


def _check_submittable(campaign: Campaign, *, edition: int, now: datetime) -> None:
    if campaign.state in {State.IN_REVIEW, State.APPROVED}:
        raise AlreadySubmitted()
    if campaign.state != State.PLANNING or campaign.is_historical:
        raise NotEditable()
    if campaign.edition != edition:
        raise ChangedMeanwhile()
    check_blocks(campaign, *own_texts(campaign))
    check_links(campaign)
    if missing := [*missing_parts(plan_state(campaign)), *sms_missing(campaign, on=local_date(now))]:
        raise PlanIncomplete(missing=", ".join(missing))
    check_period(campaign.start_at, campaign.end_at, now=now)


@transaction.atomic
def withdraw_campaign(*, campaign_id: int, reason: str, by: Staff, now: datetime) -> None:
    """Take the dossier back from the reviewers. :raises NotSubmitted, and what compliance refuses"""
    campaign = lock_campaign(campaign_id, by)
    approval = reviews.approval_of(campaign.subject)
    if approval is None or campaign.state not in {State.IN_REVIEW, State.APPROVED}:
        raise NotSubmitted()
    compliance.withdraw_dossier(dossier_id=approval.dossier_id, reason=reason, by=by, now=now)
    campaign.state = State.PLANNING
    campaign.save(update_fields=["state"])


STATE_AFTER = {"approved": State.APPROVED, "returned": State.PLANNING}


@transaction.atomic
def follow_review(*, subject: str, now: datetime) -> None:
    """Bring the campaign's state in line with what the reviewers decided; safe to repeat."""
    noun, _, campaign_id = subject.partition(":")
    if noun != "campaign":
        return
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id, state=State.IN_REVIEW).first()
    approval = reviews.approval_of(subject)
    if campaign is None or approval is None or approval.state not in STATE_AFTER:
        return
    campaign.state = STATE_AFTER[approval.state]
    campaign.save(update_fields=["state"])
