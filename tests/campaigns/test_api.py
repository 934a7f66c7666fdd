"""Campaigns for programs: read, and driven by the same actions and refusals."""

import pytest

from huiqun.foundation.models import Fact
from tests.makers.campaigns import make_approved, make_campaign
from tests.makers.foundation import program
from tests.makers.workforce import make_member


@pytest.fixture
def caller(north, now):
    return program(north, "campaigns:read", "campaigns:drive", by=make_member(branch=north))


def test_reads_campaigns(north, caller, now):
    campaign = make_campaign(branch=north)
    (line,) = caller.get("/api/campaigns/", state="planning").json()["items"]
    assert (line["campaign_id"], line["branch"]) == (campaign.pk, "N")
    assert caller.get("/api/campaigns/", state="running").json()["items"] == []
    assert caller.get(f"/api/campaigns/{campaign.pk}/").json()["approval"] is None


def test_starts_what_is_approved_once(north, caller, now):
    campaign = make_approved(branch=north, people=2)
    answers = [caller.post(f"/api/campaigns/{campaign.pk}/start/") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["state"] == "running" and answers[0].json()["run_id"]
    assert Fact.objects.filter(kind="campaigns.CampaignStarted").count() == 1
    approval = caller.get(f"/api/campaigns/{campaign.pk}/").json()["approval"]
    assert approval["state"] == "approved" and len(approval["digest"]) == 64


def test_what_is_not_approved_does_not_start_by_a_program_either(north, caller, now):
    campaign = make_campaign(branch=north)
    refused = caller.post(f"/api/campaigns/{campaign.pk}/start/")
    assert (refused.status_code, refused.json()["code"]) == (409, "campaigns.not_approved")
    campaign.refresh_from_db()
    assert campaign.state == "planning" and campaign.run_id is None


def test_pauses_resumes_and_stops(north, caller, now):
    campaign = make_approved(branch=north, people=2)
    address = f"/api/campaigns/{campaign.pk}/"
    caller.post(f"{address}start/", key="1")
    assert caller.post(f"{address}pause/", key="2").json()["state"] == "paused"
    assert caller.post(f"{address}pause/", key="3").status_code == 409
    assert caller.post(f"{address}resume/", key="4").json()["state"] == "running"
    assert caller.post(f"{address}stop/", {"reason": "价格有误"}, key="5").json()["state"] == "cancelled"
    assert Fact.objects.get(kind="campaigns.CampaignCancelled").body["reason"] == "价格有误"
    assert caller.post(f"{address}stop/", {"reason": "价格有误"}, key="5").json()["state"] == "cancelled"


def test_a_reason_that_names_a_customer_is_refused(north, caller, now):
    campaign = make_approved(branch=north)
    refused = caller.post(f"/api/campaigns/{campaign.pk}/stop/", {"reason": "客户13912345678投诉"})
    assert refused.json()["code"] == "foundation.person_in_fact"
    campaign.refresh_from_db()
    assert campaign.state == "approved"
