"""What the result page counts is what happened, for both arms, within one's own branches."""

from datetime import timedelta

import pyarrow as pa
import pytest

from huiqun.campaigns import actions as campaigns
from huiqun.campaigns.models import Campaign
from huiqun.delivery import queries as delivery
from huiqun.delivery.models import Recipient
from huiqun.foundation import jobs, lake
from huiqun.insights.queries.lists import people_behind
from huiqun.insights.queries.results import campaign_result
from huiqun.lib.cells import harmless
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound
from tests.makers.audiences import transaction
from tests.makers.campaigns import make_approved
from tests.makers.customers import make_customer


@pytest.fixture
def campaign(north, now):
    """Twelve people who may be sent to, with half of them in control."""
    campaign = make_approved(branch=north, people=12, control_share=5_000, conversion_kind="spend")
    campaigns.start_campaign(campaign_id=campaign.pk, now=now)
    jobs.run_pending()
    return Campaign.objects.get(pk=campaign.pk)


def buy(customer_id, *, days_ago, kind="spend"):
    row = transaction(f"t{customer_id}{kind}{days_ago}", customer_id, kind, days_ago=days_ago, amount_fen=100)
    lake.stage(
        "transactions",
        pa.Table.from_pylist([row], schema=lake.DATASETS["transactions"].schema),
        replace=False,
    )


def result_of(campaign, now):
    return campaign_result(campaign_id=campaign.pk, staff=campaign.owner, today=local_date(now))


def test_every_person_is_in_the_funnel_or_has_a_reason(campaign, now):
    result = result_of(campaign, now)
    assert result.counts["audience"] == 12
    assert result.counts["sent"] + sum(drop.count for drop in result.drops) == 12
    assert {drop.reason for drop in result.drops} == {"control"}


def test_conversions_are_the_banks_own_for_both_arms(campaign, now):
    arms = dict(Recipient.objects.values_list("customer_id", "arm"))
    treated = next(who for who, arm in arms.items() if arm == "treatment")
    control = next(who for who, arm in arms.items() if arm == "control")
    for who in (treated, control):
        buy(who, days_ago=0)
    lake.publish(now=now)
    result = result_of(campaign, now)
    assert (result.effect.treatment.hits, result.effect.control.hits) == (1, 1)
    assert result.counts["converted"] == 1, "the funnel counts whom a message reached"


def test_what_was_bought_before_the_start_is_no_conversion(campaign, now):
    buy(Recipient.objects.filter(arm="treatment").first().customer_id, days_ago=1)
    lake.publish(now=now)
    assert result_of(campaign, now).counts["converted"] == 0


def test_what_was_bought_after_the_window_is_no_conversion(campaign, now):
    campaign.started_at = now - timedelta(days=60)
    campaign.save()
    buy(Recipient.objects.filter(arm="treatment").first().customer_id, days_ago=1)
    lake.publish(now=now)
    assert result_of(campaign, now).counts["converted"] == 0


def test_each_number_leads_to_its_people(campaign, now):
    recipient = Recipient.objects.filter(arm="treatment").first()
    campaigns.join_campaign(link=delivery.read_link(delivery.make_link(recipient.pk)), now=now)
    found = people_behind(campaign_id=campaign.pk, step="joined", filters={}, after=0, staff=campaign.owner)
    assert [person.customer_id for person in found.people] == [recipient.customer_id]
    assert found.count == result_of(campaign, now).counts["joined"] == 1


def test_lists_are_narrowed_by_reason_and_not_by_anything_else(campaign):
    asked = {"reason": "control", "customer_id": "1"}
    found = people_behind(
        campaign_id=campaign.pk, step="audience", filters=asked, after=0, staff=campaign.owner
    )
    assert found.count == Recipient.objects.filter(reason="control").count()


def test_a_filter_is_a_value_never_sql(campaign):
    asked = {"reason": "' OR true --"}
    found = people_behind(
        campaign_id=campaign.pk, step="audience", filters=asked, after=0, staff=campaign.owner
    )
    assert found.count == 0


def test_a_step_that_is_none_of_ours_is_not_there(campaign):
    with pytest.raises(NotFound):
        people_behind(campaign_id=campaign.pk, step="1=1", filters={}, after=0, staff=campaign.owner)


def test_another_branch_sees_nothing(campaign, stranger, now):
    with pytest.raises(NotFound):
        campaign_result(campaign_id=campaign.pk, staff=stranger, today=local_date(now))


def test_counts_only_people_of_branches_one_may_see(campaign, north, south, head_marketer, now):
    """A campaign of head office, read by a branch below it, would show other branches' people."""
    Recipient.objects.filter(pk=Recipient.objects.first().pk).update(branch_id=south.pk)
    assert result_of(campaign, now).counts["audience"] == 11
    whole = campaign_result(campaign_id=campaign.pk, staff=head_marketer, today=local_date(now))
    assert whole.counts["audience"] == 12


def test_pages_open_for_who_may(campaign, client_of, analyst, head_marketer, now):
    for page in ("", "report/", "export/"):
        assert client_of(head_marketer).get(f"/insights/campaigns/{campaign.pk}/{page}").status_code == 200
    assert client_of(head_marketer).get(f"/insights/campaigns/{campaign.pk}/people/").status_code == 200
    assert client_of(analyst).get(f"/insights/campaigns/{campaign.pk}/").status_code == 200
    assert client_of(analyst).get(f"/insights/campaigns/{campaign.pk}/people/").status_code == 403


def test_a_customer_is_told_apart_from_one_who_was_never_meant(
    campaign, client_of, head_marketer, north, now
):
    other = make_customer(branch=north)
    page = f"/insights/campaigns/{campaign.pk}/people/"
    client = client_of(head_marketer)
    client.cookies["huiqun_language"] = "en"
    answer = client.get(page, {"number": other.number})
    assert "not in the campaign" in answer.content.decode()


def test_exported_text_is_never_a_formula():
    assert harmless("=1+1") == "'=1+1"


def test_retention_is_not_told_before_it_can_be_known(campaign, now):
    joined = Recipient.objects.filter(arm="treatment").first()
    campaigns.join_campaign(link=delivery.read_link(delivery.make_link(joined.pk)), now=now)
    kpi = {kpi.name: kpi for kpi in result_of(campaign, now).kpis}["retention30"]
    assert (kpi.rate.value, kpi.known_from) == (None, local_date(now) + timedelta(days=30))


def test_retention_counts_who_came_back_in_the_fourth_week(campaign, now):
    who = list(Recipient.objects.filter(arm="treatment")[:2])
    for recipient in who:
        campaigns.join_campaign(link=delivery.read_link(delivery.make_link(recipient.pk)), now=now)
    later = now + timedelta(days=27)
    row = {
        "event_id": "a1",
        "at": later,
        "dt": local_date(later),
        "customer_id": who[0].customer_id,
        "kind": "login",
    }
    lake.stage(
        "app_events", pa.Table.from_pylist([row], schema=lake.DATASETS["app_events"].schema), replace=False
    )
    lake.publish(now=later)
    kpi = {kpi.name: kpi for kpi in result_of(campaign, now + timedelta(days=31)).kpis}["retention30"]
    assert (kpi.rate.hits, kpi.rate.base) == (1, 2)
