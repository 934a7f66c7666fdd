"""A campaign whose approved words today's rulebook forbids: said on its page, not started, not sent on."""

from datetime import timedelta
from typing import Any

import pytest

from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign
from huiqun.compliance import actions as compliance
from huiqun.compliance.rules.reviews import ApprovalOutdated
from huiqun.delivery import queries as delivery
from huiqun.delivery.models import Run
from huiqun.foundation import facts, jobs
from tests.compliance.test_law_board import a_finding
from tests.makers.campaigns import make_approved, make_campaign
from tests.makers.compliance import approve_all

SAID = "现属禁止事项"


@pytest.fixture
def book(monkeypatch):
    """What today's book finds in every dossier that goes out; a test fills and empties it."""
    from huiqun.compliance.queries import live_dossiers

    found: dict[str, tuple[Any, ...]] = {}
    monkeypatch.setattr(live_dossiers, "judge_body", lambda body, on: dict(found))
    return found


def outdate(book, now):
    book["sms-a"] = (a_finding(),)
    compliance.recheck_dossiers(now=now)


def start_held(campaign, now):
    """Started, with nobody written to yet."""
    actions.start_campaign(campaign_id=campaign.pk, now=now)
    return Campaign.objects.get(pk=campaign.pk)


def page_of(campaign, client):
    return client.get(f"/campaigns/{campaign.pk}/").content.decode()


def test_what_is_outdated_does_not_start_and_holds_up_no_other(north, marketer, now, book, client_of):
    campaign = make_approved(branch=north, by=marketer, people=1)
    assert SAID not in page_of(campaign, client_of(marketer))
    outdate(book, now)
    other = make_approved(branch=north, people=1)
    page = page_of(campaign, client_of(marketer))
    assert SAID in page and f"/campaigns/{campaign.pk}/start/" not in page
    with pytest.raises(ApprovalOutdated):
        actions.start_campaign(campaign_id=campaign.pk, now=now)
    assert actions.start_due_campaigns(now=now + timedelta(hours=2)) == [other.pk]
    assert Campaign.objects.get(pk=campaign.pk).state == "approved"


def test_starts_once_it_is_mended_and_reviewed_anew(north, marketer, now, book, client_of):
    campaign = make_approved(branch=north, by=marketer, people=1)
    outdate(book, now)
    actions.edit_targets(
        campaign_id=campaign.pk, edition=campaign.edition, targets={"ctr": 300}, by=marketer, now=now
    )
    campaign.refresh_from_db()
    dossier_id = actions.submit_campaign(
        campaign_id=campaign.pk, edition=campaign.edition, by=marketer, now=now
    )
    approve_all(dossier_id)
    actions.follow_review(subject=campaign.subject, now=now)
    assert SAID not in page_of(campaign, client_of(marketer))
    actions.start_campaign(campaign_id=campaign.pk, now=now)
    assert Campaign.objects.get(pk=campaign.pk).state == "running"


def test_a_campaign_under_way_is_paused_and_not_resumed(north, marketer, operator, now, book, client_of):
    campaign = start_held(make_approved(branch=north, by=marketer, people=2), now)
    outdate(book, now)
    actions.follow_recheck(subject=campaign.subject, now=now)
    actions.follow_recheck(subject=campaign.subject, now=now)
    campaign.refresh_from_db()
    run = Run.objects.get(pk=campaign.run_id)
    assert (campaign.state, run.state, run.paused_because) == (
        "paused",
        "paused",
        "compliance.approval_outdated",
    )
    assert facts.about("campaign", campaign.pk).filter(kind="campaigns.CampaignPaused").count() == 1
    with pytest.raises(ApprovalOutdated):
        actions.resume_campaign(campaign_id=campaign.pk, by=operator, now=now)
    campaign.refresh_from_db()
    assert campaign.state == "paused"
    page = page_of(campaign, client_of(operator))
    assert SAID in page and f"/campaigns/{campaign.pk}/resume/" not in page

    book.clear()
    compliance.recheck_dossiers(now=now)
    actions.resume_campaign(campaign_id=campaign.pk, by=operator, now=now)
    jobs.run_pending()
    assert delivery.run_progress(campaign.run_id).sent == 2


@pytest.mark.django_db(transaction=True)
def test_hears_of_it_by_itself(north, now, book):
    campaign = start_held(make_approved(branch=north, people=1), now)
    outdate(book, now)
    jobs.run_pending()
    assert Campaign.objects.get(pk=campaign.pk).state == "paused"
    assert delivery.run_progress(campaign.run_id).sent == 0


def test_what_has_been_sent_to_everybody_goes_on_being_counted(north, now, book):
    campaign = start_held(make_approved(branch=north, people=1), now)
    jobs.run_pending()
    outdate(book, now)
    actions.follow_recheck(subject=campaign.subject, now=now)
    assert Campaign.objects.get(pk=campaign.pk).state == "running"


def test_a_failing_last_step_pauses_nothing(north, now, book, monkeypatch):
    campaign = start_held(make_approved(branch=north, people=1), now)
    outdate(book, now)

    def fail(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr("huiqun.campaigns.actions.running.facts.record", fail)
    with pytest.raises(OSError, match="disk"):
        actions.follow_recheck(subject=campaign.subject, now=now)
    assert Campaign.objects.get(pk=campaign.pk).state == "running"
    assert Run.objects.get(pk=campaign.run_id).state != "paused"


def test_other_subjects_and_plans_are_left_alone(north, now, book):
    campaign = make_campaign(branch=north)
    for subject in (campaign.subject, "community:1"):
        actions.follow_recheck(subject=subject, now=now)
    assert Campaign.objects.get(pk=campaign.pk).state == "planning"


def test_the_dossier_holds_what_the_plan_says_of_itself(north, now):
    from huiqun.compliance import queries

    campaign = make_approved(branch=north, people=1, is_prize_draw=False, video_seconds=90)
    frozen = queries.dossier_body(queries.approval_of(campaign.subject).digest)["plan_facts"]
    assert (frozen["video_seconds"], frozen["has_offer"], "copies" in frozen) == (90, False, False)
