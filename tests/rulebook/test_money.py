"""Money as copy writes it, read in one place."""

import pytest

from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook.functions.prizes import prizes_above_the_cap
from huiqun.compliance.rulebook.money import amounts, in_yuan, whole_number
from huiqun.compliance.rulebook.plan_thresholds import condition_kept_quiet
from huiqun.compliance.rulebook.reading import read as read_copy


def read(text: str) -> list[tuple[str, int]]:
    return [(text[each.start : each.end], each.fen // 100) for each in amounts(text)]


@pytest.mark.parametrize(
    ("text", "words", "yuan"),
    [
        ("赢5万元大奖", "5万元", 50_000), ("赢5万大奖", "5万", 50_000), ("赢¥50,000.00现金", "¥50,000.00现金", 50_000),
        ("满１０００元", "１０００元", 1_000), ("满￥888", "￥888", 888), ("人民币3000", "人民币3000", 3_000),
        ("存5千元", "5千元", 5_000), ("三千元", "三千元", 3_000), ("伍仟元整", "伍仟元", 5_000),
        ("1万5千元", "1万5千元", 15_000), ("1万5块", "1万5块", 15_000), ("1万500元", "1万500元", 10_500),
        ("1.5万元", "1.5万元", 15_000), ("百万大奖", "百万", 1_000_000), ("一亿元", "一亿元", 100_000_000),
        ("十二万现金", "十二万现金", 120_000), ("七万九", "七万九", 79_000), ("百元红包", "百元", 100),
        ("几百元", "几百元", 200), ("数十万元", "数十万元", 200_000), ("十几万大奖", "十几万", 110_000),
        ("两三千块钱", "两三千块钱", 2_000), ("5万多元", "5万多元", 50_000), ("一百二十块", "一百二十块", 120),
    ],
)  # fmt: skip
def test_reads_money_in_every_spelling(text: str, words: str, yuan: int) -> None:
    assert read(text) == [(words, yuan)]


@pytest.mark.parametrize(
    "text",
    [
        "抽取1万名幸运客户", "满1万步", "5万积分", "万一中奖", "千万别错过", "2026元旦", "拨打95588", "百分之百",
        "第一千次", "20万用户", "总数百份", "一等奖", "3万公里",
    ],
)  # fmt: skip
def test_what_is_no_money_is_none(text: str) -> None:
    assert read(text) == []


def test_one_spelling_for_all_of_it() -> None:
    written = ["1万元", "一万元", "¥10,000", "10000块", "壹万元", "1万"]
    assert {in_yuan(f"满{each},可领") for each in written} == {"满10000元,可领"}
    assert in_yuan("满几百元,满1万步") == "满几百元,满1万步", "what is not exact or no money stays"
    assert in_yuan("满0.5元") == "满0.5元"


def test_numbers_in_words() -> None:
    numbers = {
        "三千零五": 3_005,
        "二〇二六": 2_026,
        "一百二": 120,
        "一万零五十": 10_050,
        "十": 10,
        "两": 2,
        "": 0,
    }
    assert {words: whole_number(words) for words in numbers} == numbers


def test_a_condition_is_told_in_whatever_spelling() -> None:
    terms = "单笔消费满三千元可领"
    told = PlanFacts(offer_terms=terms, messages=("消费满3,000元领券",))
    untold = PlanFacts(offer_terms=terms, messages=("消费满3,000,000元领券", "三千份"))
    assert list(condition_kept_quiet(told)) == []
    assert list(condition_kept_quiet(untold)) == [terms]


def test_a_prize_is_above_the_cap_in_whatever_spelling() -> None:
    def found(text: str) -> list[str]:
        return [text[start:end] for start, end in prizes_above_the_cap(read_copy(text))]

    assert (
        found("抽奖赢¥60,000现金")
        and found("抽奖赢六万元")
        and found("抽奖赢几十万元")
        and found("抽奖赢5万1千元")
    )
    assert not found("抽奖赢¥50,000现金") and not found("抽奖赢几万元") and not found("抽取10万名用户中奖")
