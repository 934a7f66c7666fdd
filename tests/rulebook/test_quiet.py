"""Clean copy stays clean: words that only look like trouble."""

from datetime import date

import pytest

from huiqun.compliance.checks import check_copy

TODAY = date(2026, 11, 20)

CLEAN = [
    ("wealth", 2, "警惕“稳赚不赔、保本高息”骗局，凡是承诺高收益的都要当心。"),
    ("wealth", 2, "我行从未推出任何保证收益的理财产品，请勿轻信他人推销。"),
    ("wealth", 2, "打破刚性兑付后，理财产品不再保本保收益。"),
    ("wealth", 2, "投资小课堂：零风险高收益的产品存在吗？答案是不存在。"),
    ("loan", None, "最高可贷50万元，最长36个月，年化利率（单利）3.4%-9.6%，以审批结果为准。"),
    ("deposit", None, "大额存单三年期年利率1.9%，20万元起存，11月1日起执行，存款到期可自动转存。"),
    ("credit_card", None, "免息还款期最长56天，请按时还款，理性消费。"),
    ("brand", None, "第一季度网点营业时间有调整，唯一客服热线95000。"),
    ("brand", None, "国家级高新技术企业座谈会在我行举行。"),
    ("fund", 3, "目标日期基金怎么看？关注久期与波动。基金有风险，投资须谨慎。"),
    ("insurance", None, "终身寿险、万能险各有特点，请如实告知健康状况，以合同条款为准。"),
    ("activity", None, "11月1日至30日登录手机银行领5元话费券1张，限前5000名，与存款无关。"),
]


@pytest.mark.parametrize(("kind", "risk", "text"), CLEAN)
def test_says_nothing(kind: str, risk: int | None, text: str):
    found = check_copy(text, channel="moments", product_kind=kind, product_risk=risk, on=TODAY)
    assert [(finding.rule, finding.quote) for finding in found] == []
