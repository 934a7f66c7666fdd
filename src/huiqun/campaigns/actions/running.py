"""Start, pause, resume, cancel, finish."""

from datetime import datetime, timedelta

from django.db import transaction

from huiqun.audiences import actions as audiences
from huiqun.audiences import queries as audience_queries
from huiqun.campaigns.actions.opening import lock_campaign
from huiqun.campaigns.actions.release import (
    cancel_sending,
    is_over,
    open_stage,
    pause_sending,
    resume_sending,
)
from huiqun.campaigns.actions.sizes import guard_size
from huiqun.campaigns.events import (
    CampaignCancelled,
    CampaignEvent,
    CampaignFinished,
    CampaignPaused,
    CampaignResumed,
    CampaignStarted,
)
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.blocks import require_blocks
from huiqun.campaigns.queries.orders import run_order
from huiqun.campaigns.queries.release import approved
from huiqun.campaigns.rules import NotApproved, NotUnderWay
from huiqun.campaigns.words import State
from huiqun.compliance import actions as compliance
from huiqun.compliance import queries as reviews
from huiqun.delivery import actions as delivery
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import Refusal

OUTDATED = "compliance.approval_outdated"
"""As the delivery names why it pauses."""
UNDER_WAY = (State.RUNNING, State.PAUSED)


def start_due_campaigns(*, now: datetime) -> list[int]:
    """Start each approved campaign whose time has come; one that may not start keeps the others from nothing."""
    started = []
    for campaign_id in Campaign.objects.due(now).order_by("start_at").values_list("pk", flat=True):
        try:
            start_campaign(campaign_id=campaign_id, now=now)
        except Refusal:
            continue  # the dossier's own page says why: stopped, void, licence expired
        started.append(campaign_id)
    return started


@transaction.atomic
def start_campaign(*, campaign_id: int, by: Staff | None = None, now: datetime) -> int:
    """Freeze the audience and open the delivery run of exactly what was approved; the run's id.

    ``by`` None is the clock's own start; a person may start early what is approved.
    :raises NotApproved, AudienceMoved, SecondApprovalMissing, SizeUnknown, and what compliance refuses (stopped,
    licence expired)
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign_id)
    approval = reviews.approval_of(campaign.subject)
    if campaign.state != State.APPROVED or approval is None or approval.state != "approved":
        raise NotApproved()
    reviews.send_permit(subject=campaign.subject, digest=approval.digest)
    author = by or campaign.owner
    campaign.snapshot_id = audiences.freeze_snapshot(
        audience_version_id=campaign.audience_version_id,
        key=campaign.subject,
        branch_id=campaign.branch_id,
        control_share=campaign.control_share,
        by=author,
        now=now,
    )
    frozen = audience_queries.snapshot(campaign.snapshot_id)
    guard_size(campaign, digest=approval.digest, audience=frozen.count)
    require_blocks(reviews.dossier_body(approval.digest))
    plan = approved(approval.digest)
    if plan.stages:
        run_id = open_stage(campaign, plan, 1, digest=approval.digest, by=author, now=now)
    else:
        members = audience_queries.snapshot_batches(campaign.snapshot_id)
        order = run_order(campaign, digest=approval.digest, members=members)
        run_id = delivery.open_run(order=order, by=author, now=now)
    campaign.run_id = run_id
    campaign.state, campaign.started_at = State.RUNNING, now
    campaign.save(update_fields=["snapshot_id", "run_id", "state", "started_at"])
    fact = CampaignStarted(
        campaign_id=campaign.pk,
        snapshot_id=campaign.snapshot_id,
        run_id=run_id,
        digest=approval.digest,
    )
    facts.record(fact, at=now, by=by, branch_id=campaign.branch_id)
    return run_id


@transaction.atomic
def pause_campaign(*, campaign_id: int, by: Staff, now: datetime) -> None:
    """:raises NotUnderWay"""
    campaign = _under_way(campaign_id, by, State.RUNNING)
    pause_sending(campaign, by=by, now=now)
    _move(campaign, State.PAUSED, CampaignPaused(campaign_id=campaign.pk), by=by, now=now)


@transaction.atomic
def follow_recheck(*, subject: str, now: datetime) -> None:
    """Pause a campaign under way whose approved words today's rulebook forbids; safe to repeat.

    What has not started needs no move: its permit refuses the start until it is mended and reviewed anew.
    """
    noun, _, campaign_id = subject.partition(":")
    if noun != "campaign":
        return
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id, state=State.RUNNING).first()
    approval = reviews.approval_of(subject)
    if campaign is None or approval is None or not approval.outdated:
        return
    if is_over(campaign):
        return  # everybody has been written to
    pause_sending(campaign, by=None, now=now, because=OUTDATED)
    _move(campaign, State.PAUSED, CampaignPaused(campaign_id=campaign.pk), by=None, now=now)


@transaction.atomic
def resume_campaign(*, campaign_id: int, by: Staff, now: datetime) -> None:
    """:raises NotUnderWay, and what compliance refuses"""
    campaign = _under_way(campaign_id, by, State.PAUSED)
    resume_sending(campaign, by=by, now=now)
    _move(campaign, State.RUNNING, CampaignResumed(campaign_id=campaign.pk), by=by, now=now)


@transaction.atomic
def cancel_campaign(*, campaign_id: int, reason: str, by: Staff, now: datetime) -> None:
    """End it now, before, during or after its run: what is queued is dropped, and no link of it leads anywhere any
    more. :raises NotUnderWay"""
    campaign = lock_campaign(campaign_id, by)
    if campaign.state in {State.FINISHED, State.CANCELLED}:
        raise NotUnderWay()
    if campaign.state in UNDER_WAY and campaign.run_id is not None:
        cancel_sending(campaign, by=by, now=now)
    compliance.void_approval(subject=campaign.subject, reason="cancelled", by=by, now=now)
    delivery.end_links(subject=campaign.subject, reason=reason, by=by, now=now)
    fact = CampaignCancelled(campaign_id=campaign.pk, reason=reason)
    _move(campaign, State.CANCELLED, fact, by=by, now=now)


def finish_campaigns(*, now: datetime) -> int:
    """Close campaigns whose run is done and whose attribution window is over; how many."""
    done = 0
    for campaign in Campaign.objects.filter(state__in=UNDER_WAY, end_at__lte=now):
        if is_over(campaign) and campaign.started_at + timedelta(days=campaign.window_days) <= now:
            with transaction.atomic():
                fact = CampaignFinished(campaign_id=campaign.pk, run_id=campaign.run_id)
                _move(campaign, State.FINISHED, fact, by=None, now=now)
            done += 1
    return done


def _under_way(campaign_id: int, by: Staff, state: State) -> Campaign:
    """The campaign, locked; it has a run."""
    campaign = lock_campaign(campaign_id, by)
    if campaign.state != state or campaign.run_id is None:
        raise NotUnderWay()
    return campaign


def _move(campaign: Campaign, state: State, fact: CampaignEvent, *, by: Staff | None, now: datetime) -> None:
    campaign.state = state
    campaign.save(update_fields=["state"])
    facts.record(fact, at=now, by=by, branch_id=campaign.branch_id)
