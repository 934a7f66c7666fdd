"""Campaigns for tests, made through their own actions."""

from datetime import UTC, datetime, timedelta
from typing import Any

from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign
from huiqun.delivery import queries as delivery
from huiqun.delivery.models import Recipient
from huiqun.foundation import jobs
from tests.conftest import make_staff
from tests.makers.audiences import make_audience, make_lake, profile
from tests.makers.compliance import approve_all
from tests.makers.customers import make_customer
from tests.makers.delivery import make_account

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SMS = "【{{ bank }}】{{ salutation }},活动内容请看:{{ link }} 拒收请回复R"
PAGE = "广告\n\n本行邀请您参加健康讲座,名额有限,详情可到网点咨询。"


def make_author(branch: Any) -> Any:
    from huiqun.foundation.models import Staff

    return make_staff(f"author-{Staff.objects.count()}", branch, "marketer")


def make_campaign(*, branch: Any, by: Any = None, people: int = 0, **over: Any) -> Campaign:
    """A complete plan for everybody in the branch: SMS, one variant, a page, no product."""
    by = by or make_author(branch)
    customers = [make_customer(branch=branch, consents=["sms"]) for _ in range(people)]
    make_lake(profiles=[profile(customer.pk, branch) for customer in customers])
    make_account(branch=branch)
    campaign_id = actions.create_campaign(name="健康讲座", by=by, now=NOW)
    audience = make_audience(branch=branch, by=by)
    actions.choose_audience(campaign_id=campaign_id, edition=1, audience_id=audience.pk, by=by, now=NOW)
    changes = {
        "goal": "请客户参加讲座",
        "channels": ["sms"],
        "start_at": NOW + timedelta(hours=1),
        "end_at": NOW + timedelta(days=20),
        "control_share": 0,
        **over,
    }
    actions.edit_plan(campaign_id=campaign_id, edition=2, changes=changes, by=by, now=NOW)
    actions.edit_page(campaign_id=campaign_id, edition=3, title="健康讲座", body=PAGE, by=by, now=NOW)
    actions.save_variant(
        campaign_id=campaign_id, edition=4, channel="sms", weight=100, title="", body=SMS, by=by, now=NOW
    )
    return Campaign.objects.get(pk=campaign_id)


def make_submitted(*, branch: Any, by: Any = None, **over: Any) -> Campaign:
    campaign = make_campaign(branch=branch, by=by, **over)
    actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=campaign.owner, now=NOW)
    campaign.refresh_from_db()
    return campaign


def make_approved(*, branch: Any, by: Any = None, **over: Any) -> Campaign:
    from huiqun.compliance import queries as compliance

    campaign = make_submitted(branch=branch, by=by, **over)
    approval = compliance.approval_of(campaign.subject)
    assert approval is not None
    approve_all(approval.dossier_id)
    actions.follow_review(subject=campaign.subject, now=NOW)
    campaign.refresh_from_db()
    return campaign


def make_running(*, branch: Any, people: int = 1, **over: Any) -> Campaign:
    """Started, and sent to everybody."""
    campaign = make_approved(branch=branch, people=people, **over)
    actions.start_campaign(campaign_id=campaign.pk, now=NOW)
    jobs.run_pending()
    return Campaign.objects.get(pk=campaign.pk)


def make_token(*, branch: Any) -> str:
    """The link in a message that somebody got."""
    run_id = make_running(branch=branch).run_id
    return delivery.make_link(Recipient.objects.filter(run_id=run_id)[0].pk)


def make_block(
    *, branch: Any, by: Any = None, key: str = "", text: str = "投资有风险。", kind: str = "disclaimer"
) -> Any:
    from huiqun.campaigns.models import Block

    by = by or make_author(branch)
    key = key or f"note_{Block.objects.count()}"
    block_id = actions.create_block(key=key, name="风险提示", kind=kind, text=text, by=by, now=NOW)
    return Block.objects.get(pk=block_id)


def _key_of(branch: Any) -> str:
    return "sms-a"


ROUTE_OBJECTS = {
    "block_id": lambda branch: make_block(branch=branch).pk,
    "campaign_id": lambda branch: make_campaign(branch=branch).pk,
    "variant_key": _key_of,
    "token": lambda branch: make_token(branch=branch),
}
