"""What a plan may not do: where the checks look closely, and what the bank's own standard may and may not."""

from datetime import date
from typing import Any

import pytest

from huiqun.compliance.checks import check_plan
from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook.loading import BrokenRule, all_rules, rule_from
from huiqun.compliance.rulebook.plans import PLAN_CHECKS
from huiqun.compliance.rulebook.rule import Basis
from huiqun.lib.severity import Severity

TODAY = date(2026, 11, 20)
PLAN_RULES = [rule for rule in all_rules().values() if rule.is_about_plans]
LEAST_EXAMPLES = 3
HOUSE = {
    "id": "PLAN-99",
    "name": {"zh": "试", "en": "Try"},
    "message": {"zh": "试", "en": "Try"},
    "fix": {"zh": "试", "en": "Try"},
    "kinds": "all",
    "severity": "warn",
    "citations": [],
    "basis": "house",
    "plan_check": "video_too_short_or_long",
    "violating": [],
    "compliant": [],
}


def found(**plan: Any) -> dict[str, str]:
    return {finding.rule: finding.quote for finding in check_plan(PlanFacts(**plan), on=TODAY)}


@pytest.mark.parametrize("rule", PLAN_RULES, ids=lambda rule: rule.code)
def test_has_three_examples_of_both_kinds(rule: Any):
    assert len(rule.violating) >= LEAST_EXAMPLES
    assert len(rule.compliant) >= LEAST_EXAMPLES


def test_every_check_belongs_to_a_rule():
    assert {rule.plan_check for rule in PLAN_RULES} == set(PLAN_CHECKS)


def test_what_is_unknown_is_not_judged():
    assert found() == {}
    assert found(copies=("到店咨询",), messages=("到店咨询",)) == {}


def test_the_banks_own_standard_is_read_and_says_so():
    assert rule_from(HOUSE, "PLAN-99").basis is Basis.HOUSE
    (finding,) = check_plan(PlanFacts(video_seconds=10), on=TODAY)
    assert (finding.is_house, finding.citations, finding.severity) == (True, (), Severity.WARN)
    assert not any(f.is_house for f in check_plan(PlanFacts(referral_levels=2), on=TODAY))


@pytest.mark.parametrize(
    "wrong",
    [
        {"severity": "block"},
        {"severity": "high"},
        {"citations": ["广告法#8"]},
        {"plan_check": ""},
        {"basis": "habit"},
    ],
)
def test_the_banks_own_standard_may_no_more_than_warn_of_plans(wrong: dict[str, Any]):
    with pytest.raises(BrokenRule):
        rule_from(HOUSE | wrong, "PLAN-99")


@pytest.mark.parametrize(
    "text",
    [
        "咖啡券限量３００份", "共300张,领完即止", "前300名可领", "每人限领2张,共300张", "仅剩120张", "设共300个名额",
        "近300个工作日", "同类产品业绩排名前10名", "活动覆盖共28个网点", "每位客户限10份以内",
    ],
)  # fmt: skip
def test_numbers_that_fit_the_stock(text: str):
    assert "PLAN-13" not in found(offer_name="券", offer_quantity=300, copies=(text,))


@pytest.mark.parametrize(
    "text", ["限量５００份", "总共200张", "前100名可领", "仅剩301张", "限\u200b量500份", "備有1000份"]
)
def test_numbers_that_do_not(text: str):
    assert "PLAN-13" in found(offer_name="券", offer_quantity=300, copies=(text,))


@pytest.mark.parametrize(
    "text",
    [
        "活动截至12月31日", "即日起至2026年12月31日", "请于12月31日前报名", "活动时间:12月1日至12月31日",
        "优惠截止时间:2026-12-31", "业绩数据截至9月30日", "产品认购期至12月5日", "12月20日举办讲座,欢迎参与",
        "存款到期日为12月20日", "权益1月31日前使用",
    ],
)  # fmt: skip
def test_days_that_fit(text: str):
    plan = {"ends": date(2026, 12, 31), "offer_use_until": date(2027, 1, 31), "copies": (text,)}
    assert "PLAN-14" not in found(**plan)


@pytest.mark.parametrize(
    "text",
    [
        "活动截至11月30日",
        "即日起至2027年12月31日,到店可领取",
        "优惠截止时间:2026-12-30",
        "活动时间:12月1日至12月25日",
        "１２月３０日截止报名",
    ],
)
def test_days_that_do_not(text: str):
    plan = {"ends": date(2026, 12, 31), "copies": (text,)}
    assert "PLAN-14" in found(**plan)


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ("消费满1万元可领", "消费满10,000元"),
        ("仅限首次办卡客户", "首次办卡即可参加"),
        ("须绑定工资卡后领取", "绑卡有礼"),
        ("无须购买任何产品", "到店咨询"),
        ("每人每月最多领取3次", "到店咨询"),
        ("使用需提前预约", "到店咨询"),
        ("累计消费5笔以上可领", "消费5笔,来领券"),
    ],
)
def test_conditions_that_are_told(terms: str, told: str):
    assert "PLAN-15" not in found(offer_name="券", offer_terms=terms, messages=(told,))


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ("消费满1万元可领", "消费满1,000元可领"),
        ("仅限首次办卡客户", "人人有份"),
        ("推荐好友开户后方可领取", "送您好礼"),
        ("存入5万元以上的客户可领", "不以存款为条件"),
        ("月均资产不低于50000元", "回馈老客户"),
    ],
)
def test_conditions_that_are_kept_quiet(terms: str, told: str):
    assert found(offer_name="券", offer_terms=terms, messages=(told,))["PLAN-15"] == terms


@pytest.mark.parametrize(
    "text",
    [
        "首期免息",
        "前3期免息,之后按年化计息",
        "信用卡最长50天免息期",
        "谨防零利息贷款骗局",
        "我行没有零利息的贷款",
    ],
)
def test_interest_that_is_rightly_not_charged(text: str):
    assert "PLAN-09" not in found(product_charges_interest=True, copies=(text,))


@pytest.mark.parametrize("text", ["全程免息", "零利息借款", "0利息,随借随还", "享无息借款"])
def test_interest_that_is_charged_all_the_same(text: str):
    assert "PLAN-09" in found(product_charges_interest=True, copies=(text,))


@pytest.mark.parametrize("text", ["只设一级推荐", "不设二级奖励", "请您转告好友", "警惕发展下线的骗局"])
def test_referrals_of_one_level(text: str):
    assert "PLAN-05" not in found(referral_levels=1, referral_rewards_per_person=1, copies=(text,))


@pytest.mark.parametrize(
    "text", ["好友的好友开户您也得奖", "享二级返佣", "团队奖励上不封顶", "间接推荐奖励20元"]
)
def test_referrals_of_more(text: str):
    assert "PLAN-05" in found(copies=(text,))


@pytest.mark.parametrize(
    "text", ["证券公司代理", "领取养老金", "凭券商账户", "查看您的中奖记录", "请勿点击领取红包的链接"]
)
def test_what_promises_nothing(text: str):
    assert "PLAN-18" not in found(has_offer=False, copies=(text,))
