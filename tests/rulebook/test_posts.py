"""What customers write is moderated: scams, insults and personal data are found, ordinary talk is not."""

from datetime import date

import pytest

from huiqun.compliance.posts import check_post, kind_spoken_of
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.rule import ANY_KIND

TODAY = date(2026, 11, 20)
SHARED = {
    "GUA-01", "GUA-02", "GUA-03", "GUA-04", "GUA-06", "SALE-03", "LOAN-05", "LOAN-06", "LOAN-08", "CARD-02",
    "INS-05", "SUIT-02", "SUIT-03", "WEB-05", "PRIV-01", "END-04", "VAL-01",
}  # fmt: skip
ORDINARY = [
    "定期存款保本保息，放心",
    "国债没有风险吧？",
    "理财亏了一点，能不能涨回来",
    "这个理财保本吗",
    "信用卡额度太低了，怎么提",
    "我征信有逾期，还能贷款吗",
    "首付不够可以贷款吗",
    "有没有安全一点的理财",
    "网点服务真好，全市最好的银行",
    "排队排了两个小时，太差了",
    "昨天接到自称客服的电话要验证码，我没给",
    "买基金亏了20%，心好痛",
    "我妈妈的手机收不到短信",
    "微信支付限额怎么改",
    "客服95588一直占线",
    "警惕群里的荐股骗局",
    "刷单都是骗局，大家别信",
    "你们银行利率比隔壁低",
]
HARMFUL = [
    ("免费喊单，黄金外汇都带", "COMM-01"),
    ("做任务垫付100返130", "COMM-02"),
    ("请把钱转到安全账户核查", "COMM-03"),
    ("黑户也能下款，先交手续费", "COMM-04"),
    ("高价收银行卡四件套", "COMM-05"),
    ("信用卡花呗套现，费率低秒到", "COMM-06"),
    ("USDT搬砖套利，稳赚价差", "COMM-07"),
    ("百家乐真人荷官，上分秒到", "COMM-08"),
    ("裸聊私密视频，扫码", "COMM-09"),
    ("我手机号13912345678，麻烦联系我", "COMM-10"),
    ("客服就是脑残", "COMM-11"),
    ("想赚钱的加我V：abc8899", "COMM-12"),
    ("大家放心买，这个理财保本的", "GUA-01"),
]


@pytest.mark.parametrize("text", ORDINARY)
def test_lets_people_talk(text: str):
    assert [(finding.rule, finding.quote) for finding in check_post(text, on=TODAY)] == []


@pytest.mark.parametrize(("text", "rule"), HARMFUL)
def test_finds_what_harms_the_group(text: str, rule: str):
    assert rule in {finding.rule for finding in check_post(text, on=TODAY)}


def test_rules_of_the_community_never_judge_the_banks_own_copy():
    ours = {rule.code for rule in all_rules().values() if rule.profiles == {"community"}}
    assert {f"COMM-{number:02}" for number in range(1, 13)} <= ours


def test_some_rules_judge_both_what_the_bank_and_what_customers_say():
    both = {rule.code for rule in all_rules().values() if rule.profiles == {"publication", "community"}}
    assert both == SHARED


@pytest.mark.parametrize(
    ("text", "kind"), [("三年期定期到期了", "deposit"), ("存款和理财哪个好", ANY_KIND), ("你好", ANY_KIND)]
)
def test_only_deposits_are_told_apart(text: str, kind: str):
    assert kind_spoken_of(text) == kind
