"""Each playbook can be submitted as it stands: complete, and lawful by our own rulebook."""

import pytest

from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.playbooks import playbooks
from huiqun.campaigns.queries.dossiers import plan_state
from huiqun.campaigns.queries.findings import blocking, judge
from huiqun.campaigns.rules import missing_parts
from huiqun.lib.days import local_date
from tests.makers.delivery import make_account
from tests.makers.products import make_product


@pytest.mark.parametrize("code", playbooks())
def test_a_playbook_is_complete_and_lawful(marketer, now, code):
    for channel in ("sms", "email"):
        make_account(branch=marketer.branch, channel=channel)
    campaign_id = actions.create_campaign(name=playbooks()[code].name, playbook=code, by=marketer, now=now)
    campaign = Campaign.objects.get(pk=campaign_id)
    assert missing_parts(plan_state(campaign)) == []
    found = judge(campaign, on=local_date(now))
    assert [(f.rule, f.quote) for f in blocking(found)] == []


def test_terms_need_not_repeat_what_the_page_says(marketer, head_office, now):
    """An offer's terms are read on the page, which carries the risk warning."""
    make_product(branch=head_office, kind="wealth")
    campaign_id = actions.create_campaign(name="诊断", playbook="asset_review", by=marketer, now=now)
    campaign = Campaign.objects.get(pk=campaign_id)
    assert campaign.product_code
    found = judge(campaign, on=local_date(now))
    assert [each.part for each in found if each.part == "offer"]
    assert [(f.rule, f.quote) for f in blocking(found)] == []
