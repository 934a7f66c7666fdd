"""What has expired stops the campaigns that stand on it: at submission, and again before each send."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign
from huiqun.compliance import actions as compliance_actions
from huiqun.compliance import queries
from huiqun.compliance.rules.licences import (
    LicenceExpired,
    NoDistributionRight,
    NotQualified,
    PermissionLapsed,
)
from huiqun.delivery import queries as delivery
from huiqun.delivery.models import Recipient
from tests.conftest import make_staff
from tests.makers.campaigns import make_campaign, make_running
from tests.makers.compliance import approve_all, make_licence
from tests.makers.products import make_product

SOON = date(2026, 12, 1)
WARNED = (
    "【{{ bank }}】{{ salutation }},产品说明请看:{{ link }} 理财非存款,产品有风险,投资须谨慎。拒收请回复R"
)


def edited(campaign: Campaign, **changes: Any) -> Campaign:
    from tests.makers.campaigns import NOW

    actions.edit_plan(
        campaign_id=campaign.pk, edition=campaign.edition, changes=changes, by=campaign.owner, now=NOW
    )
    return Campaign.objects.get(pk=campaign.pk)


def submit(campaign: Campaign, now: Any) -> str:
    actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=campaign.owner, now=now)
    approval = queries.approval_of(campaign.subject)
    assert approval is not None
    return approval.digest


def refused(campaign: Campaign, refusal: type[Exception], now: Any) -> None:
    with pytest.raises(refusal):
        submit(campaign, now)
    assert queries.approval_of(campaign.subject) is None
    assert Campaign.objects.get(pk=campaign.pk).state == "planning"


def permit(campaign: Campaign, digest: str, *, now: Any) -> None:
    with transaction.atomic():
        queries.send_permit(subject=campaign.subject, digest=digest, now=now)


def portrait(branch: Any) -> int:
    return make_licence(
        branch=branch,
        kind="portrait",
        name="李某肖像授权",
        issuer="李某",
        product_kinds=(),
        expires_date=SOON,
    )


def test_material_without_its_consent_is_not_submitted(head_office: Any, north: Any, now: Any) -> None:
    key = portrait(head_office)
    campaign = edited(make_campaign(branch=north), permission_ids=[key])
    by = make_staff("keeper", head_office, "administrator")
    compliance_actions.end_licence(licence_id=key, reason="撤回授权", by=by, now=now)
    refused(campaign, PermissionLapsed, now)


def test_a_consent_that_ends_ends_the_permit(head_office: Any, north: Any, now: Any) -> None:
    campaign = edited(make_campaign(branch=north), permission_ids=[portrait(head_office)])
    digest = submit(campaign, now)
    approval = queries.approval_of(campaign.subject)
    assert approval is not None
    approve_all(approval.dossier_id)
    permit(campaign, digest, now=now)
    permit(campaign, digest, now=now + timedelta(days=11))
    with pytest.raises(LicenceExpired):
        permit(campaign, digest, now=now + timedelta(days=12))


def test_a_distributed_product_without_an_agreement_is_not_submitted(
    head_office: Any, north: Any, now: Any
) -> None:
    product = make_product(branch=head_office, rate_kind="", rate_low_bp=None, rate_high_bp=None)
    make_licence(
        branch=head_office, kind="distribution", name="代销协议", issuer="另一家", product_kinds=("wealth",)
    )
    campaign = _selling(north, product.code)
    refused(campaign, NoDistributionRight, now)
    make_licence(
        branch=head_office, kind="distribution", name="代销协议", issuer=product.issuer, number="D-2",
        product_kinds=("wealth",),
    )  # fmt: skip
    body = queries.dossier_body(submit(campaign, now))
    assert [line["number"] for line in body["licences"]] == ["D-2"]
    assert body["shown"]["issuer"] == product.issuer


def test_a_seller_without_a_qualification_is_not_put_before_customers(
    head_office: Any, north: Any, now: Any
) -> None:
    product = make_product(
        branch=head_office, distributed=False, rate_kind="", rate_low_bp=None, rate_high_bp=None
    )
    campaign, seller = _selling(north, product.code), make_staff("seller", north)
    actions.edit_team(
        campaign_id=campaign.pk, edition=campaign.edition, members=[(seller.pk, "seller")], by=campaign.owner, now=now
    )  # fmt: skip
    campaign.refresh_from_db()
    refused(campaign, NotQualified, now)
    make_licence(
        branch=head_office,
        kind="qualification",
        name="理财销售资格",
        staff_id=seller.pk,
        product_kinds=("wealth",),
    )
    assert submit(campaign, now)


def _selling(branch: Any, code: str) -> Campaign:
    """A wealth product, told as the rulebook wants it."""
    from tests.makers.campaigns import NOW

    campaign = make_campaign(branch=branch, product_code=code)
    page = (
        "广告\n\n欢迎到网点了解产品说明书。理财产品由理财公司发行与管理,本行为代销机构,"
        "不承担产品的投资、兑付和风险管理责任。理财非存款,产品有风险,投资须谨慎。"
    )
    actions.edit_page(
        campaign_id=campaign.pk,
        edition=campaign.edition,
        title="产品说明",
        body=page,
        by=campaign.owner,
        now=NOW,
    )
    actions.save_variant(
        campaign_id=campaign.pk, edition=campaign.edition + 1, key="sms-a", channel="sms", weight=100, title="",
        body=WARNED, by=campaign.owner, now=NOW,
    )  # fmt: skip
    return Campaign.objects.get(pk=campaign.pk)


def test_the_phone_page_shows_the_banks_numbers(head_office: Any, north: Any, client: Any) -> None:
    make_licence(branch=head_office, kind="financial", number="B0000H000000001", product_kinds=())
    make_licence(
        branch=head_office, kind="icp", number="演ICP备00000000号", product_kinds=(), channels=("h5",)
    )
    campaign = make_running(branch=north)
    token = delivery.make_link(Recipient.objects.filter(run_id=campaign.run_id)[0].pk)
    page = client.get(f"/m/{token}/").content.decode()
    assert "B0000H000000001" in page
    assert "演ICP备00000000号" in page
    body = queries.dossier_body(queries.approval_of(campaign.subject).digest)  # type: ignore[union-attr]
    assert [each["number"] for each in body["shown"]["numbers"]] == ["B0000H000000001", "演ICP备00000000号"]
