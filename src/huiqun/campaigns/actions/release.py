"""A campaign released in stages: each a run of its own of the one approved dossier, watched before the next."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from django.db import transaction

from huiqun.campaigns.actions.opening import edited, lock_campaign
from huiqun.campaigns.events import CampaignPaused, ReleaseStopped, StageReleased
from huiqun.campaigns.models import Campaign, Release, ReleaseStage, StageRun
from huiqun.campaigns.models.release import StageState
from huiqun.campaigns.queries.orders import run_order
from huiqun.campaigns.queries.release import (
    approved,
    figures_of,
    is_released,
    own_staff_of,
    stage_members,
)
from huiqun.campaigns.release import (
    ITSELF,
    STAFF,
    Figures,
    Limits,
    Plan,
    ReachedTwice,
    Stage,
    StageNotOver,
    check_stages,
    goes_on_at,
    why_stop,
)
from huiqun.campaigns.rules import NotUnderWay
from huiqun.campaigns.words import State
from huiqun.compliance import queries as compliance
from huiqun.delivery import actions as delivery
from huiqun.delivery import queries as delivery_queries
from huiqun.delivery.queries import stages as delivery_stages
from huiqun.foundation import facts, notices
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import Refusal

BECAUSE = "campaigns.release_stopped"
"""As the delivery names why it pauses."""


def edit_release(
    *, campaign_id: int, edition: int, stages: list[Stage], limits: Limits, by: Staff, now: datetime
) -> None:
    """Plan the stages; none is a release to all at once. :raises ReleaseImpossible, NotEditable, ChangedMeanwhile"""
    check_stages(stages)
    with edited(campaign_id=campaign_id, edition=edition, part="release", by=by, now=now) as campaign:
        Release.objects.filter(campaign=campaign).delete()
        campaign.stages.all().delete()
        if not stages:
            return
        Release.objects.create(campaign=campaign, **asdict(limits))
        ReleaseStage.objects.bulk_create(ReleaseStage(campaign=campaign, **asdict(stage)) for stage in stages)


def open_stage(
    campaign: Campaign, plan: Plan, number: int, *, digest: str, by: Staff | None, now: datetime
) -> int:
    """Open a stage's run, in the caller's transaction, which holds the campaign; the run's id.

    :raises ReachedTwice, and what opening a run refuses
    """
    stage = plan.stage(number)
    own_staff = _own_staff(campaign, plan, number)
    _check_reached_once(campaign, plan, stage, own_staff, digest)
    members = stage_members(campaign, plan, stage, own_staff=own_staff)
    order = run_order(campaign, digest=digest, members=members)
    late = timedelta(days=campaign.deadline_days)
    assert campaign.start_at is not None
    order = replace(order, step=stage.step, deadline_at=max(now, campaign.start_at) + late)
    run_id = delivery.open_run(order=order, by=by, now=now)
    StageRun.objects.create(campaign=campaign, number=number, run_id=run_id, opened_at=now)
    StageRun.objects.filter(campaign=campaign, number=number - 1).update(state=StageState.DONE)
    campaign.run_id = run_id
    campaign.save(update_fields=["run_id"])
    people = delivery_queries.run_progress(run_id).audience
    fact = StageReleased(
        campaign_id=campaign.pk, number=number, step=stage.step, run_id=run_id, people=people
    )
    facts.record(fact, at=now, by=by, branch_id=campaign.branch_id)
    return run_id


def _check_reached_once(
    campaign: Campaign, plan: Plan, stage: Stage, own_staff: list[int], digest: str
) -> None:
    """The lots are drawn so that stages cannot overlap; whoever is in two all the same shows that something was
    tampered with, and nothing is sent. :raises ReachedTwice"""
    if stage.number == 1:
        return
    twice = sum(
        delivery_stages.reached_before(
            subject=campaign.subject,
            digest=digest,
            step=stage.step,
            customer_ids=batch.column("customer_id").to_pylist(),
        )
        for batch in stage_members(campaign, plan, stage, own_staff=own_staff)
    )
    if twice:
        raise ReachedTwice(count=twice)


def _own_staff(campaign: Campaign, plan: Plan, number: int) -> list[int]:
    """Those of the first stage, as they were then: staff who join later are customers like others."""
    if plan.stages[0].kind != STAFF:
        return []
    if number == 1:
        return own_staff_of(campaign)
    first = StageRun.objects.get(campaign=campaign, number=1)
    return delivery_stages.customers_of_run(first.run_id)


def tend_releases(*, now: datetime) -> int:
    """Look after every campaign that is between two stages; how many stages moved. Safe to repeat, and by two
    at once: whoever has the campaign's lock does the work, the other passes by."""
    waiting = StageRun.objects.filter(
        state__in=[StageState.SENDING, StageState.WAITING], campaign__state=State.RUNNING
    )
    moved = 0
    for campaign_id in waiting.order_by("campaign_id").values_list("campaign_id", flat=True).distinct():
        try:
            moved += _tend(campaign_id, now)
        except Refusal:
            continue  # the dossier's own page says why: stopped, void, licence expired
    return moved


@transaction.atomic
def _tend(campaign_id: int, now: datetime) -> bool:
    locked = Campaign.objects.select_for_update(of=("self",), skip_locked=True)
    campaign = locked.filter(pk=campaign_id, state=State.RUNNING).first()
    approval = compliance.approval_of(f"campaign:{campaign_id}")
    run = StageRun.objects.filter(campaign_id=campaign_id).order_by("-number").first()
    if campaign is None or run is None or approval is None or not approval.digest:
        return False
    plan = approved(approval.digest)
    if why := why_stop(_figures(run), plan.limits):
        _stop(campaign, run, why, now)
        return True
    if run.state == StageState.SENDING:
        return _settle(run, plan, now)
    stage = plan.stage(run.number)
    assert run.settled_at is not None
    if stage.goes_on != ITSELF or run.number == plan.last or goes_on_at(stage, run.settled_at) > now:
        return False
    open_stage(campaign, plan, run.number + 1, digest=approval.digest, by=None, now=now)
    return True


def _figures(run: StageRun) -> Figures:
    """What has come since a person last looked and went on."""
    return figures_of(run.run_id).since(Figures(**run.looked_at))


def _settle(run: StageRun, plan: Plan, now: datetime) -> bool:
    """Once all of a stage are through, its waiting time begins. The last one has nothing to wait for."""
    if not delivery_queries.run_progress(run.run_id).is_finished:
        return False
    run.state = StageState.DONE if run.number == plan.last else StageState.WAITING
    run.settled_at = now
    run.save(update_fields=["state", "settled_at"])
    return True


def _stop(campaign: Campaign, run: StageRun, why: str, now: datetime) -> None:
    figures = figures_of(run.run_id)
    run.state, run.stopped_because = StageState.STOPPED, why
    run.save(update_fields=["state", "stopped_because"])
    pause_sending(campaign, by=None, now=now, because=BECAUSE)
    campaign.state = State.PAUSED
    campaign.save(update_fields=["state"])
    fact = ReleaseStopped(
        campaign_id=campaign.pk,
        number=run.number,
        run_id=run.run_id,
        because=why,
        tried=figures.tried,
        cases=getattr(figures, why),
    )
    fact_id = facts.record(fact, at=now, branch_id=campaign.branch_id)
    facts.record(CampaignPaused(campaign_id=campaign.pk), at=now, branch_id=campaign.branch_id)
    values = {"campaign": campaign.name, "number": run.number}
    team = Staff.objects.filter(pk__in=[campaign.owner_id, *campaign.team.values_list("staff_id", flat=True)])
    link = f"/campaigns/{campaign.pk}/release/"
    notices.tell(ReleaseStopped.kind(), fact_id, to=team, values=values, link=link, at=now)


@transaction.atomic
def go_on(*, campaign_id: int, number: int, by: Staff, now: datetime) -> int:
    """A person releases the stage after ``number``; its run's id. Twice is once: the second finds it begun.

    :raises NotFound, NotUnderWay, StageNotOver, and what opening a run refuses
    """
    campaign = lock_campaign(campaign_id, by)
    if campaign.state != State.RUNNING:
        raise NotUnderWay()
    approval = compliance.approval_of(campaign.subject)
    run = StageRun.objects.filter(campaign=campaign).order_by("-number").first()
    if approval is None or run is None or run.number != number:
        raise NotUnderWay()
    plan = approved(approval.digest)
    if run.state != StageState.WAITING or run.number == plan.last or run.settled_at is None:
        raise StageNotOver()
    if goes_on_at(plan.stage(number), run.settled_at) > now:
        raise StageNotOver()
    return open_stage(campaign, plan, number + 1, digest=approval.digest, by=by, now=now)


def pause_sending(campaign: Campaign, *, by: Staff | None, now: datetime, because: str = "asked") -> None:
    """Between two stages there is no run to pause: the campaign's own state keeps the next from beginning."""
    if _is_between(campaign):
        return
    assert campaign.run_id is not None
    delivery.pause_run(run_id=campaign.run_id, by=by, now=now, because=because)


def resume_sending(campaign: Campaign, *, by: Staff, now: datetime) -> None:
    """Go on with whoever is left. After a stop, what has come so far has been looked at: only more of it stops
    the stage again."""
    between = _is_between(campaign)
    for run in StageRun.objects.filter(campaign=campaign, state=StageState.STOPPED):
        run.state = StageState.WAITING if between and run.settled_at else StageState.SENDING
        run.stopped_because, run.looked_at = "", asdict(figures_of(run.run_id))
        run.save(update_fields=["state", "stopped_because", "looked_at"])
    if not between:
        assert campaign.run_id is not None
        delivery.resume_run(run_id=campaign.run_id, by=by, now=now)


def cancel_sending(campaign: Campaign, *, by: Staff, now: datetime) -> None:
    """What is through is through: then there is nothing left to drop."""
    assert campaign.run_id is not None
    if not delivery_queries.run_progress(campaign.run_id).is_finished:
        delivery.cancel_run(run_id=campaign.run_id, by=by, now=now)


def _is_between(campaign: Campaign) -> bool:
    """Whether a stage is through and another is to come, or a stage is watched after its last message."""
    if not StageRun.objects.filter(campaign=campaign).exists() or campaign.run_id is None:
        return False
    return delivery_queries.run_progress(campaign.run_id).is_finished


def is_over(campaign: Campaign) -> bool:
    """Whether nobody is left to be written to, in this stage or another."""
    assert campaign.run_id is not None
    return delivery_queries.run_progress(campaign.run_id).is_finished and is_released(campaign)
