"""From approval to messages, and what customers do with them."""

from datetime import timedelta

import pytest

from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign, Participation
from huiqun.campaigns.rules import NotApproved, NotUnderWay
from huiqun.compliance import actions as compliance
from huiqun.delivery import queries as delivery
from huiqun.delivery.models import Recipient
from huiqun.foundation import facts, jobs
from tests.makers.campaigns import make_approved, make_submitted


def start(campaign, now):
    actions.start_campaign(campaign_id=campaign.pk, now=now)
    jobs.run_pending()
    return Campaign.objects.get(pk=campaign.pk)


def link_of(campaign, index=0):
    recipient = Recipient.objects.filter(run_id=campaign.run_id).order_by("pk")[index]
    return delivery.read_link(delivery.make_link(recipient.pk))


def test_starts_when_its_time_has_come(north, now):
    campaign = make_approved(branch=north, people=3)
    assert actions.start_due_campaigns(now=now) == []
    assert actions.start_due_campaigns(now=now + timedelta(hours=2)) == [campaign.pk]
    assert actions.start_due_campaigns(now=now + timedelta(hours=2)) == []


def test_sends_to_everybody_who_may_be_sent_to(north, now):
    campaign = start(make_approved(branch=north, people=5), now)
    progress = delivery.run_progress(campaign.run_id)
    assert (progress.audience, progress.sent, progress.is_finished) == (5, 5, True)


def test_refuses_to_start_what_is_not_approved(north, now):
    campaign = make_submitted(branch=north, people=1)
    with pytest.raises(NotApproved):
        actions.start_campaign(campaign_id=campaign.pk, now=now)
    assert Campaign.objects.get(pk=campaign.pk).run_id is None


def test_a_stopped_campaign_does_not_start_and_holds_up_no_other(north, risk_officer, now):
    stopped, other = make_approved(branch=north, people=1), make_approved(branch=north, people=1)
    compliance.stop_subject(subject=stopped.subject, reason="舆情", by=risk_officer, now=now)
    assert actions.start_due_campaigns(now=now + timedelta(hours=2)) == [other.pk]


def test_a_failing_last_step_starts_nothing(north, now, monkeypatch):
    campaign = make_approved(branch=north, people=1)

    def fail(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr("huiqun.campaigns.actions.running.facts.record", fail)
    with pytest.raises(OSError):
        actions.start_campaign(campaign_id=campaign.pk, now=now)
    assert Campaign.objects.get(pk=campaign.pk).state == "approved"
    assert not Recipient.objects.exists()


def test_pauses_and_resumes(north, now):
    campaign = make_approved(branch=north, people=2)
    actions.start_campaign(campaign_id=campaign.pk, now=now)
    actions.pause_campaign(campaign_id=campaign.pk, by=campaign.owner, now=now)
    jobs.run_pending()
    assert not Recipient.objects.filter(state__in=["sent", "delivered"]).exists()
    actions.resume_campaign(campaign_id=campaign.pk, by=campaign.owner, now=now)
    jobs.run_pending()
    assert Recipient.objects.filter(state__in=["sent", "delivered"]).count() == 2


def test_cancels_what_is_not_sent_yet(north, now):
    campaign = make_approved(branch=north, people=2)
    actions.start_campaign(campaign_id=campaign.pk, now=now)
    actions.cancel_campaign(campaign_id=campaign.pk, reason="取消", by=campaign.owner, now=now)
    jobs.run_pending()
    assert set(Recipient.objects.values_list("state", flat=True)) == {"dropped"}
    with pytest.raises(NotUnderWay):
        actions.cancel_campaign(campaign_id=campaign.pk, reason="再取消", by=campaign.owner, now=now)


def test_joining_is_recorded_once_however_often_it_is_tapped(north, now):
    campaign = start(make_approved(branch=north, people=1), now)
    link = link_of(campaign)
    assert actions.join_campaign(link=link, now=now) is True
    assert actions.join_campaign(link=link, now=now) is False
    assert Participation.objects.count() == 1
    assert facts.about("campaign", campaign.pk).filter(kind="campaigns.CustomerJoined").count() == 1


def test_a_prefetcher_is_no_click(north, now):
    campaign = start(make_approved(branch=north, people=1), now)
    link = link_of(campaign)
    actions.see_page(link=link, user_agent="Mozilla/5.0 (compatible; Googlebot/2.1)", purpose="", now=now)
    actions.see_page(link=link, user_agent="Mozilla/5.0 (iPhone)", purpose="prefetch", now=now)
    assert not _clicked(link)
    actions.see_page(link=link, user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)", purpose="", now=now)
    assert _clicked(link)


def _clicked(link):
    touches = delivery.reached_by(recipient_id=link.recipient_id).touches
    return any(touch.kind == "clicked" for touch in touches)
