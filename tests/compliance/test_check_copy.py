"""What a check says: the place, the law, the day it applies, the reader's language."""

import time
from datetime import date

from huiqun.compliance.checks import check_copy, check_plan, in_language
from huiqun.compliance.plan_facts import PlanFacts
from huiqun.lib.severity import Severity

TODAY = date(2026, 11, 20)


def check(text: str, *, kind: str = "wealth", channel: str = "moments", risk: int | None = 2, **more):
    return check_copy(text, channel=channel, product_kind=kind, product_risk=risk, **({"on": TODAY} | more))


def test_shows_the_place_and_the_articles_own_words():
    found = check("新品上线，保本又省心")[0]
    assert (found.rule, found.quote, found.start, found.end) == ("GUA-01", "保本", 5, 7)
    assert found.severity is Severity.BLOCK
    assert found.citations[0].label == "《中华人民共和国广告法》第二十五条第（一）项"
    assert "明示或者暗示保本" in found.citations[0].text
    assert found.citations[0].status == "V"


def test_puts_the_gravest_first():
    ranks = [finding.severity.rank for finding in check("历史收益达到6.8%，稳赚，送精美礼品")]
    assert ranks == sorted(ranks)


def test_missing_statement_has_no_place():
    found = {finding.rule: finding for finding in check("这款理财今日开售，欢迎认购")}
    assert found["RISK-01"].start is None
    assert found["RISK-01"].quote == ""


def test_a_rule_is_silent_before_its_law():
    assert "LOAN-04" in {f.rule for f in check("秒到账", kind="loan", risk=None)}
    before = check("秒到账", kind="loan", risk=None, on=date(2026, 9, 29))
    assert "LOAN-04" not in {f.rule for f in before}


def test_cites_only_what_is_in_force():
    laws = {c.law for f in check("保本理财", on=date(2026, 9, 29)) for c in f.citations}
    assert "广告法" in laws
    assert "金融产品网络营销管理办法" not in laws


def test_an_excerpt_says_so_and_an_unchecked_article_shows_no_number():
    citations = {c.law: c for f in check("测评我帮你做") for c in f.citations}
    excerpt = citations["理财公司理财产品销售管理暂行办法"]
    assert (excerpt.status, excerpt.label[-4:]) == ("E", "（摘录）")
    assert citations["金融机构产品适当性管理办法"].label == "《金融机构产品适当性管理办法》（摘录）"


def test_email_is_judged_as_a_page_with_sender_and_opt_out():
    rules = {f.rule for f in check("新品上线，点击领取优惠", kind="brand", risk=None, channel="email")}
    assert {"SMS-01", "SMS-02"} <= rules
    assert "WEB-01" in {f.rule for f in check("弹窗5秒后可关闭", kind="brand", risk=None, channel="email")}


def test_template_variables_count_as_their_words():
    text = "【{{ bank }}】{{ salutation }}，新品上线，点击 {{ link }}，{{ optout }}"
    assert check(text, kind="brand", risk=None, channel="sms") == ()


def test_an_unknown_kind_is_judged_as_no_product():
    assert check("普通的问候", kind="unknown") == ()
    assert check("普通的问候", kind=None) == ()


def test_deposits_may_promise_their_principal():
    assert "GUA-01" not in {f.rule for f in check("存款保本保息", kind="deposit", risk=None)}


def test_speaks_english_too():
    found = check("保本理财", language="en")[0]
    assert found.name.isascii()
    assert in_language(found, "zh-hans").name != found.name


def test_takes_the_plan_along():
    plan = PlanFacts(offer_name="体验金", offer_requires_deposit=True)
    found = check("欢迎光临", kind="deposit", risk=None, plan=plan)
    assert "PLAN-01" in {f.rule for f in found}


def test_the_traps_of_the_sources_are_seen():
    gift = check("存5万定期，送1万理财体验金+信用卡首刷礼", kind="deposit", risk=None)
    assert any(f.rule == "DEP-01" and f.blocks for f in gift)
    assert any(f.rule == "PROMO-02" for f in check("抽奖赢价值8万元大奖", kind="activity", risk=None))
    multi = check_plan(PlanFacts(referral_levels=2, referral_rewards_per_person=1), on=TODAY)
    assert [f.rule for f in multi] == ["PLAN-05"]
    claims = PlanFacts(copies=("免费领取理财课", "限时优惠：理财课5折起"), is_charged_later=True)
    assert {f.rule for f in check_plan(claims, on=TODAY)} == {"PLAN-08", "PLAN-09"}


def test_an_empty_plan_is_not_judged():
    assert check_plan(PlanFacts(), on=TODAY) == ()


def test_is_fast():
    text = "我行新品理财今日开售，业绩比较基准2.6%-3.4%，欢迎到网点详询，理财非存款，产品有风险。" * 12
    check(text[:500])
    started = time.perf_counter()
    for number in range(20):
        check(f"{number}{text[:500]}")
    assert (time.perf_counter() - started) / 20 < 0.1  # typically a few ms; the bound only catches runaways
