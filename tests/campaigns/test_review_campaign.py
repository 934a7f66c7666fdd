"""From plan to dossier, and what the reviewers' decision does to the plan."""

from datetime import timedelta

import pytest

from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.rules import AlreadySubmitted, ChangedMeanwhile, NotLawful, PlanIncomplete
from huiqun.compliance import queries as compliance
from huiqun.foundation import facts
from huiqun.lib.refusal import NotFound
from tests.makers.campaigns import make_approved, make_campaign, make_submitted

UNLAWFUL = "【{{ bank }}】保本理财,稳赚不赔:{{ link }} 拒收请回复R"


def test_submits_every_word_under_one_digest(marketer, now):
    campaign = make_campaign(branch=marketer.branch, by=marketer)
    actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=marketer, now=now)
    campaign.refresh_from_db()
    approval = compliance.approval_of(campaign.subject)
    body = compliance.dossier_body(approval.digest)
    assert campaign.state == "in_review"
    assert [variant["key"] for variant in body["variants"]] == ["sms-a"]
    assert body["page"]["title"] == campaign.page_title
    assert body["audience"]["rule"] == campaign.audience_version.rule


def test_team_and_targets_stand_under_the_digest_without_names(marketer, second_marketer, now):
    campaign = make_campaign(branch=marketer.branch, by=marketer)
    team = [(second_marketer.pk, "copy"), (marketer.pk, "planning"), (marketer.pk, "copy")]
    actions.edit_team(campaign_id=campaign.pk, edition=campaign.edition, members=team, by=marketer, now=now)
    actions.edit_targets(
        campaign_id=campaign.pk,
        edition=campaign.edition + 1,
        targets={"cvr": 150, "ctr": 250},
        by=marketer,
        now=now,
    )
    actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition + 2, by=marketer, now=now)
    before = compliance.approval_of(campaign.subject).digest
    body = compliance.dossier_body(before)
    assert body["team"] == {"copy": sorted([marketer.pk, second_marketer.pk]), "planning": [marketer.pk]}
    assert body["targets"] == {"ctr": 250, "cvr": 150}
    assert second_marketer.full_name not in str(body)

    targets = {"cvr": 151, "ctr": 250}
    actions.edit_targets(
        campaign_id=campaign.pk, edition=campaign.edition + 2, targets=targets, by=marketer, now=now
    )
    actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition + 3, by=marketer, now=now)
    assert compliance.approval_of(campaign.subject).digest != before


def test_refuses_an_incomplete_plan_and_says_what_is_missing(marketer, now):
    campaign_id = actions.create_campaign(name="空", by=marketer, now=now)
    with pytest.raises(PlanIncomplete) as refused:
        actions.submit_campaign(campaign_id=campaign_id, edition=1, by=marketer, now=now)
    assert "an audience" in refused.value.values["missing"]
    assert compliance.approval_of(f"campaign:{campaign_id}") is None


def test_refuses_unlawful_copy_with_its_article(marketer, now):
    campaign = make_campaign(branch=marketer.branch, by=marketer)
    actions.edit_plan(campaign_id=campaign.pk, edition=campaign.edition, changes={}, by=marketer, now=now)
    actions.save_variant(
        campaign_id=campaign.pk,
        edition=campaign.edition + 1,
        key="sms-a",
        channel="sms",
        weight=100,
        title="",
        body="【{{ bank }}】全国第一的理财,百分百保本:{{ link }} 拒收请回复R",
        by=marketer,
        now=now,
    )
    with pytest.raises(NotLawful) as refused:
        actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition + 2, by=marketer, now=now)
    assert refused.value.citations
    assert Campaign.objects.get(pk=campaign.pk).state == "planning"


def test_refuses_a_stale_page(marketer, second_marketer, now):
    campaign = make_campaign(branch=marketer.branch, by=marketer)
    actions.edit_page(
        campaign_id=campaign.pk,
        edition=campaign.edition,
        title="别的",
        body=campaign.page_body,
        by=second_marketer,
        now=now,
    )
    with pytest.raises(ChangedMeanwhile):
        actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=marketer, now=now)


def test_refuses_a_stranger_from_another_branch(marketer, stranger, now):
    campaign = make_campaign(branch=marketer.branch, by=marketer)
    with pytest.raises(NotFound):
        actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=stranger, now=now)


def test_refuses_a_second_submission(marketer, now):
    campaign = make_submitted(branch=marketer.branch, by=marketer)
    with pytest.raises(AlreadySubmitted):
        actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=marketer, now=now)


def test_is_approved_when_all_have_approved(north, now):
    assert make_approved(branch=north).state == "approved"


def test_any_edit_voids_the_approval(north, now):
    campaign = make_approved(branch=north)
    actions.edit_targets(
        campaign_id=campaign.pk, edition=campaign.edition, targets={"ctr": 300}, by=campaign.owner, now=now
    )
    campaign.refresh_from_db()
    assert campaign.state == "planning"
    assert compliance.approval_of(campaign.subject).state == "voided"


def test_everybody_who_edited_is_an_author(marketer, second_marketer, now):
    campaign = make_campaign(branch=marketer.branch, by=marketer)
    actions.edit_targets(
        campaign_id=campaign.pk, edition=campaign.edition, targets={}, by=second_marketer, now=now
    )
    assert set(campaign.authors.values_list("staff_id", flat=True)) == {marketer.pk, second_marketer.pk}


def test_a_failing_last_step_leaves_no_dossier(marketer, now, monkeypatch):
    campaign = make_campaign(branch=marketer.branch, by=marketer)

    def fail(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr("huiqun.campaigns.actions.review.facts.record", fail)
    with pytest.raises(OSError):
        actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=marketer, now=now)
    monkeypatch.undo()
    assert compliance.approval_of(campaign.subject) is None
    assert Campaign.objects.get(pk=campaign.pk).state == "planning"


def test_withdraws_from_the_reviewers(marketer, now):
    campaign = make_submitted(branch=marketer.branch, by=marketer)
    actions.withdraw_campaign(
        campaign_id=campaign.pk, reason="改期", by=marketer, now=now + timedelta(hours=1)
    )
    assert compliance.approval_of(campaign.subject).state == "withdrawn"
    assert facts.about("campaign", campaign.pk).filter(kind="compliance.DossierWithdrawn").exists()
