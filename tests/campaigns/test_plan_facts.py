"""What a campaign's own fields make of its plan: each way to break a plan's rule, through the campaign itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from huiqun.benefits.actions import BenefitKind, BenefitTerms
from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.playbooks import playbooks
from huiqun.campaigns.queries.audience_levels import audience_levels
from huiqun.campaigns.queries.findings import judge
from huiqun.campaigns.rules import NotLawful
from huiqun.compliance import queries as compliance
from tests.makers.audiences import make_audience
from tests.makers.campaigns import NOW, make_campaign
from tests.makers.compliance import make_licence
from tests.makers.products import make_product

TODAY = date(2026, 11, 20)
END = datetime(2026, 12, 10, 2, 0, tzinfo=UTC)
PAGE = "广告\n\n邀请您参加健康讲座,详情可到网点咨询。"
COUPON: dict[str, Any] = {
    "name": "咖啡券",
    "kind": BenefitKind.VOUCHER,
    "item": "咖啡券",
    "specification": "中杯一份",
    "quantity": 300,
    "value_fen": 2_000,
    "claim_start_at": NOW,
    "claim_end_at": END,
    "use_last_date": date(2026, 12, 31),
    "how_to_use": "到店出示券码",
    "terms": "每位受邀客户限领1张,共300张,领完即止。",
}


def planned(
    branch: Any, *, offer: dict[str, Any] | None = None, page: str = PAGE, rule: Any = None, **plan: Any
) -> Campaign:
    """A plan of the branch, of which only what is named is out of the ordinary."""
    campaign = make_campaign(branch=branch)
    by, key = campaign.owner, campaign.pk
    actions.edit_page(campaign_id=key, edition=campaign.edition, title="健康讲座", body=page, by=by, now=NOW)
    if offer is not None:
        terms = BenefitTerms(**COUPON | offer)
        edition = Campaign.objects.get(pk=key).edition
        actions.edit_offer(campaign_id=key, edition=edition, terms=terms, by=by, now=NOW)
    if rule is not None:
        audience = make_audience(branch=branch, by=by, rule=rule, name="客群")
        edition = Campaign.objects.get(pk=key).edition
        actions.choose_audience(campaign_id=key, edition=edition, audience_id=audience.pk, by=by, now=NOW)
    edition = Campaign.objects.get(pk=key).edition
    actions.edit_plan(campaign_id=key, edition=edition, changes={"end_at": END, **plan}, by=by, now=NOW)
    return Campaign.objects.get(pk=key)


def broken(campaign: Campaign) -> dict[str, str]:
    """The plan's own findings: rule and words."""
    (plan,) = [part for part in judge(campaign, on=TODAY) if part.part == "plan"]
    return {finding.rule: finding.quote for finding in plan.findings}


@pytest.fixture
def filed(head_office: Any) -> None:
    make_licence(
        branch=head_office,
        kind="icp",
        name="网站备案",
        number="演ICP备1号",
        product_kinds=(),
        channels=("h5",),
    )


@pytest.mark.usefixtures("filed")
def test_an_ordinary_plan_breaks_no_rule(north: Any) -> None:
    assert broken(planned(north)) == {}
    assert broken(planned(north, offer={}, page=f"{PAGE}\n咖啡券每人1张,共300张,领完即止")) == {}


def test_a_gift_for_a_deposit(north: Any) -> None:
    assert "PLAN-01" in broken(planned(north, offer={}, offer_for="depositor"))
    assert "PLAN-01" in broken(planned(north, offer={}, conversion_kind="deposit_in"))
    service = {"kind": BenefitKind.SERVICE, "name": "资产诊断"}
    assert "PLAN-01" not in broken(planned(north, offer=service, conversion_kind="deposit_in"))


def test_a_gift_for_a_purchase(north: Any) -> None:
    fund = make_product(branch=north, kind="fund", rate_kind="", rate_low_bp=None, rate_high_bp=None).code
    assert "PLAN-02" in broken(planned(north, offer={}, offer_for="buyer", product_code=fund))
    assert "PLAN-02" in broken(planned(north, offer={}, conversion_kind="buy", product_code=fund))
    counted = {"conversion_kind": "buy", "conversion_product_kind": "insurance"}
    assert "PLAN-02" in broken(planned(north, offer={}, **counted))
    assert "PLAN-02" not in broken(planned(north, conversion_kind="buy", product_code=fund))


def test_a_gift_for_a_deposit_is_not_submitted(north: Any, now: Any) -> None:
    campaign = planned(north, offer={}, offer_for="depositor")
    with pytest.raises(NotLawful):
        actions.submit_campaign(campaign_id=campaign.pk, edition=campaign.edition, by=campaign.owner, now=now)
    assert compliance.approval_of(campaign.subject) is None
    assert Campaign.objects.get(pk=campaign.pk).state == "planning"


def test_prizes(north: Any) -> None:
    car = {"name": "汽车", "value_fen": 8_000_000, "quantity": 1, "terms": "共1台。"}
    assert broken(planned(north, offer=car, is_prize_draw=True))["PLAN-03"] == "80,000.00 元"
    assert "PLAN-03" in broken(planned(north, offer={}, is_prize_draw=True, top_prize_fen=5_000_001))
    assert "PLAN-03" not in broken(planned(north, offer={}, is_prize_draw=True, top_prize_fen=5_000_000))
    assert "PLAN-19" in broken(planned(north, offer={"value_fen": 0}, is_prize_draw=True))


def test_stakes(north: Any) -> None:
    assert "PLAN-04" in broken(planned(north, offer={}, stakes_something=True))


def test_vouchers_for_investing(north: Any) -> None:
    assert broken(planned(north, offer={"name": "理财体验金"}))["PLAN-12"] == "体验金"


def test_referrals(north: Any) -> None:
    assert broken(planned(north, offer={}, referral_levels=2, referral_cap=5))["PLAN-05"] == "2 级"
    tiers = f"{PAGE}\n好友的好友到店,您再得一份"
    assert "PLAN-05" in broken(planned(north, referral_levels=1, referral_cap=5, page=tiers))
    assert "PLAN-06" in broken(planned(north, offer={}, offer_for="referrer"))
    assert not {"PLAN-05", "PLAN-06"} & set(broken(planned(north, referral_levels=1, referral_cap=5)))


def test_stock_and_days_in_the_copy_are_the_plans(north: Any) -> None:
    wrong = f"{PAGE}\n咖啡券限量500份,活动截至12月31日"
    found = broken(planned(north, offer={"use_last_date": date(2027, 1, 15)}, page=wrong))
    assert found["PLAN-13"] == "限量500份(方案 300)"
    assert found["PLAN-14"].startswith("12月31日(方案 2026-12-10")
    right = f"{PAGE}\n咖啡券限量300份,活动截至12月10日"
    assert not {"PLAN-13", "PLAN-14"} & set(broken(planned(north, offer={}, page=right)))


def test_scarcity_needs_terms(north: Any) -> None:
    assert broken(planned(north, page=f"{PAGE}\n前100名到场有座"))["PLAN-08"] == "前100名"


def test_what_the_copy_promises_is_in_the_plan(north: Any) -> None:
    promise = f"{PAGE}\n到场即可领取咖啡券"
    assert "PLAN-18" in broken(planned(north, page=promise))
    assert "PLAN-18" not in broken(planned(north, page=promise, offer={}))


def test_conditions_that_only_the_terms_tell(north: Any) -> None:
    terms = {"terms": "每位客户限领1张,共300张;当月消费满3000元方可领取。"}
    assert broken(planned(north, offer=terms))["PLAN-15"] == "当月消费满3000元方可领取"
    told = f"{PAGE}\n当月消费满3,000元,可领咖啡券"
    assert "PLAN-15" not in broken(planned(north, offer=terms, page=told))


def test_a_benefit_can_still_be_used_when_it_is_claimed(north: Any) -> None:
    assert "PLAN-16" in broken(planned(north, offer={"use_last_date": date(2026, 12, 1)}))
    late = {"claim_end_at": END + timedelta(days=10)}
    assert "PLAN-16" in broken(planned(north, offer=late))


def test_free_and_charged(north: Any) -> None:
    free = f"{PAGE}\n讲座免费"
    assert "PLAN-09" in broken(planned(north, page=free, is_charged_later=True))
    assert "PLAN-09" not in broken(planned(north, page=free))
    loan = make_product(
        branch=north, kind="loan", rate_kind="apr", rate_low_bp=360, rate_high_bp=1200, distributed=False,
        risk_level=None, bank_risk_level=None,
    ).code  # fmt: skip
    assert "PLAN-09" in broken(planned(north, page=f"{PAGE}\n信用贷零利息", product_code=loan))


def test_rates_and_sale_are_the_products(north: Any) -> None:
    deposit = {
        "kind": "deposit", "rate_kind": "fixed", "rate_low_bp": 175, "rate_high_bp": None,
        "risk_level": None, "bank_risk_level": None, "distributed": False,
    }  # fmt: skip
    code = make_product(branch=north, **deposit).code
    assert broken(planned(north, page=f"{PAGE}\n三年期利率2.6%", product_code=code))["PLAN-10"] == "2.6%"
    assert "PLAN-10" not in broken(planned(north, page=f"{PAGE}\n三年期利率1.75%", product_code=code))
    ends = make_product(branch=north, **deposit, rate_last_date=date(2026, 12, 1)).code
    assert "PLAN-17" in broken(planned(north, page=f"{PAGE}\n三年期利率1.75%", product_code=ends))
    gone = make_product(branch=north, sale_last_date=date(2026, 12, 1)).code
    assert "PLAN-17" in broken(planned(north, product_code=gone))


def test_the_audience_is_held_against_the_products_risk(north: Any) -> None:
    risky = make_product(branch=north, risk_level=4, bank_risk_level=4).code
    rule = {"all": [{"field": "profile.risk_level", "op": "in", "value": [2, 4]}]}
    assert broken(planned(north, product_code=risky, rule=rule))["PLAN-11"] == "C2 < R4"
    fits = {"all": [{"not": {"field": "profile.risk_level", "op": "in", "value": [1, 2, 3]}}]}
    assert "PLAN-11" not in broken(planned(north, product_code=risky, rule=fits))


def test_the_banks_own_standard_is_told_as_such(north: Any) -> None:
    campaign = planned(north, video_seconds=20)
    (finding,) = [f for part in judge(campaign, on=TODAY) for f in part.findings if f.rule == "PLAN-20"]
    assert finding.is_house
    assert finding.severity == "warn"
    assert finding.citations == ()
    assert "PLAN-20" not in broken(planned(north, video_seconds=90))


def test_a_page_without_a_filing_number_is_noted(north: Any) -> None:
    assert "PLAN-21" in broken(planned(north))
    campaign = make_campaign(branch=north)
    make_licence(branch=north, kind="app", name="App备案", number="演ICP备2号-3A", product_kinds=())
    assert "PLAN-21" not in broken(campaign)


RISK = "profile.risk_level"


@pytest.mark.parametrize(
    ("rule", "levels"),
    [
        ({"all": []}, None),
        ({"all": [{"field": "profile.lifecycle", "op": "eq", "value": "new"}]}, None),
        ({"all": [{"field": RISK, "op": "eq", "value": 3}]}, (3,)),
        ({"all": [{"field": RISK, "op": "ne", "value": 1}]}, (2, 3, 4, 5)),
        ({"all": [{"field": RISK, "op": "not_in", "value": [1, 2]}]}, (3, 4, 5)),
        ({"not": {"field": RISK, "op": "in", "value": [4, 5]}}, (1, 2, 3)),
        ({"not": {"all": [{"field": RISK, "op": "eq", "value": 1}, {"field": "x", "op": "eq"}]}}, (1, 2, 3, 4, 5)),
        ({"any": [{"field": RISK, "op": "eq", "value": 5}, {"field": "x", "op": "eq"}]}, (1, 2, 3, 4, 5)),
        ({"all": [{"any": [{"field": RISK, "op": "eq", "value": 5}, {"field": RISK, "op": "eq", "value": 4}]}]}, (4, 5)),
        ({"all": [{"field": RISK, "op": "is_missing"}]}, ()),
    ],
)  # fmt: skip
def test_levels_that_a_rule_lets_in(rule: Any, levels: Any) -> None:
    assert audience_levels(rule) == levels


@pytest.mark.usefixtures("filed")
@pytest.mark.parametrize("code", playbooks())
def test_no_playbook_breaks_a_plans_rule(marketer: Any, code: str, now: Any) -> None:
    for kind in ("fund", "wealth", "deposit"):
        risk = None if kind == "deposit" else 2
        make_product(
            branch=marketer.branch, kind=kind, rate_kind="", rate_low_bp=None, rate_high_bp=None,
            risk_level=risk, bank_risk_level=risk,
        )  # fmt: skip
    key = actions.create_campaign(name="活动", playbook=code, by=marketer, now=now)
    assert broken(Campaign.objects.get(pk=key)) == {}
