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


@pytest.mark.parametrize("code", playbooks())
def test_a_playbook_is_complete_and_lawful(marketer, now, code):
    for channel in ("sms", "email"):
        make_account(branch=marketer.branch, channel=channel)
    campaign_id = actions.create_campaign(name=playbooks()[code].name, playbook=code, by=marketer, now=now)
    campaign = Campaign.objects.get(pk=campaign_id)
    assert missing_parts(plan_state(campaign)) == []
    found = judge(campaign, on=local_date(now))
    assert [(f.rule, f.quote) for f in blocking(found)] == []
