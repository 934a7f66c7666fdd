"""SMS while it is written: segments, cost, and what its account demands."""

from typing import Any

import pytest

from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.sms import costs_of, sms_meter, sms_missing
from huiqun.campaigns.rules import PlanIncomplete
from huiqun.delivery.models import ChannelAccount, Run, SmsSignature
from huiqun.delivery.rules.refusals import SmsNotRegistered
from huiqun.lib.days import local_date
from tests.makers.campaigns import make_approved, make_campaign
from tests.makers.delivery import demand, make_signature, make_template

TEMPLATE = "${who:12},活动内容请看:${link:80} 拒收请回复R"


def account_of(campaign: Campaign) -> ChannelAccount:
    account: ChannelAccount = ChannelAccount.objects.get(branch=campaign.branch, channel="sms")
    return account


@pytest.fixture
def plan(north: Any, now: Any, settings: Any) -> Campaign:
    settings.HUIQUN_BANK_NAME = "江川银行"
    return make_campaign(branch=north, people=4)


def register(campaign: Campaign, template: str = TEMPLATE) -> ChannelAccount:
    account = account_of(campaign)
    demand(account)
    make_signature(account=account)
    make_template(account=account, text=template, number="SMS_1")
    return account


def test_tells_segments_and_cost_for_one_and_for_all(plan: Campaign, now: Any) -> None:
    demand(account_of(plan), "", price=4_000)
    meter = sms_meter(plan, "{{ name }}" + "一" * 66, on=local_date(now))
    assert meter is not None
    assert (meter.usual.length.segments, meter.longest.length.segments) == (1, 2)
    assert (meter.usual.cost, meter.longest.cost) == (4.0, 8.0)
    assert (meter.people, meter.cost_from, meter.cost_to) == (4, 16.0, 32.0)


def test_words_of_opting_out_are_counted_as_they_are_sent(plan: Campaign, now: Any) -> None:
    bare = sms_meter(plan, "您好", on=local_date(now))
    full = sms_meter(plan, "您好 {{ optout }}", on=local_date(now))
    assert bare is not None and full is not None
    assert full.usual.stop_words == "拒收请回复R"
    assert full.usual.length.units == bare.usual.length.units + len(" 拒收请回复R")


def test_those_held_back_for_comparison_cost_nothing(plan: Campaign, now: Any) -> None:
    demand(account_of(plan), "")
    Campaign.objects.filter(pk=plan.pk).update(control_share=5_000)
    plan.refresh_from_db()
    costs = costs_of(plan, on=local_date(now))
    assert costs.variants[0].people == 2 and costs.total == 2 * costs.variants[0].meter.longest.cost


def test_what_the_account_demands_is_missing_until_it_is_registered(plan: Campaign, now: Any) -> None:
    on = local_date(now)
    assert sms_missing(plan, on=on) == []
    demand(account_of(plan))
    assert sms_missing(plan, on=on) == ["The signature is not approved for this account"]
    make_signature(account=account_of(plan))
    assert sms_missing(plan, on=on) == ["The text follows no approved template of this account"]
    with pytest.raises(PlanIncomplete):
        actions.submit_campaign(campaign_id=plan.pk, edition=plan.edition, by=plan.owner, now=now)
    make_template(account=account_of(plan), text=TEMPLATE)
    assert sms_missing(plan, on=on) == []
    actions.submit_campaign(campaign_id=plan.pk, edition=plan.edition, by=plan.owner, now=now)


def test_a_place_too_small_for_the_longest_name_is_told_while_writing(plan: Campaign, now: Any) -> None:
    register(plan, "${who:4},活动内容请看:${link:80} 拒收请回复R")
    meter = sms_meter(plan, plan.variants.get().body, on=local_date(now))
    assert meter is not None and not meter.usual.problem
    assert [place.name for place in meter.longest.reading.too_long] == ["who"]
    assert sms_missing(plan, on=local_date(now))


def test_what_expired_since_the_approval_is_not_started(north: Any, now: Any, settings: Any) -> None:
    settings.HUIQUN_BANK_NAME = "江川银行"
    campaign = make_approved(branch=north, people=1)
    register(campaign)
    SmsSignature.objects.update(state="expired")
    with pytest.raises(SmsNotRegistered):
        actions.start_campaign(campaign_id=campaign.pk, now=now)
    assert not Run.objects.exists()
    SmsSignature.objects.update(state="approved")
    assert actions.start_campaign(campaign_id=campaign.pk, now=now)


def test_the_meter_is_shown_while_writing_and_on_the_plans_page(plan: Campaign, client_of: Any) -> None:
    register(plan)
    client = client_of(plan.owner)
    body = plan.variants.get().body
    part = client.post(f"/campaigns/{plan.pk}/sms/", {"channel": "sms", "body": body}).content.decode()
    assert "SMS_1" in part and "【江川银行】" in part
    broken = client.post(f"/campaigns/{plan.pk}/sms/", {"channel": "sms", "body": "{{ nobody }}"})
    assert broken.status_code == 200 and "alert-error" in broken.content.decode()
    assert client.post(f"/campaigns/{plan.pk}/sms/", {"channel": "email", "body": body}).content == b""
    assert "sms-a" in client.get(f"/campaigns/{plan.pk}/sms/costs/").content.decode()
