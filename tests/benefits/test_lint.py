"""What the rules ask and the terms do not tell."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqun.benefits import actions
from huiqun.benefits.rules import BenefitKind, BenefitTerms, Codes, Way, check_offer
from huiqun.benefits.rules.lint import hidden, lint
from huiqun.benefits.rules.refusals_stock import DetailsMissing, ThresholdHidden, TransferUnsafe
from huiqun.benefits.rules.saying import chinese, numerals, says_number, spellings
from tests.makers.benefits import benefit_terms, make_benefit

GOOD = "每位客户限领1张,先到先得,领完即止。不可转赠。如有疑问请致电客服热线95588。"


def codes_of(terms: BenefitTerms) -> set[str]:
    return {remark.code for remark in lint(terms)}


def blocking(terms: BenefitTerms) -> set[str]:
    return {remark.code for remark in hidden(terms)}


def test_terms_that_tell_everything_have_no_remark() -> None:
    assert codes_of(benefit_terms(terms=GOOD, limits={"customer": 1})) == set()


@pytest.mark.parametrize(
    ("over", "told", "code"),
    [
        ({"limits": {"customer": 2}}, "每位客户限领两张", "limit_untold"),
        ({"limits": {"device": 1}}, "同一设备限1张", "limit_untold"),
        ({"limits": {"document": 1}}, "同一身份证限一张", "limit_untold"),
        ({"limits": {"household": 3}}, "每户限领３张", "limit_untold"),
        ({"limits": {"day": 500}}, "每日限量500张", "limit_untold"),
        ({"limits": {"branch": 1000}}, "各网点1,000张", "limit_untold"),
        ({"use_days": 7}, "领取后7天内使用", "days_untold"),
        ({"use_days": 30}, "领取之日起三十日内有效", "days_untold"),
        ({"real_name": True}, "核销时须出示本人身份证", "real_name_untold"),
        ({"way": Way.POINTS, "points_price": 20000}, "2万积分兑换", "price_untold"),
        ({"conditions": {"field": "aum", "op": "gte", "value": 50000}}, "资产达到5万元", "condition_untold"),
        ({"conditions": {"field": "aum", "op": "gte", "value": "50000"}}, "须满5万", "condition_untold"),
        ({"conditions": {"all": [{"field": "opened", "op": "is_true"}]}}, "须开通账户", "condition_untold"),
    ],
)
def test_a_threshold_is_hidden_until_the_terms_tell_it(over: dict[str, Any], told: str, code: str) -> None:
    assert code in blocking(benefit_terms(terms=GOOD, **over))
    assert code not in blocking(benefit_terms(terms=f"{GOOD}{told}。", **over))


@pytest.mark.parametrize(
    "text",
    [
        "每位客户限领12张",
        "每位客户限领一百二十张",
        "每位客户限领2万张",
        "2月起每位客户限领一张",
        "每位客户限领1张。共2张",
    ],
)
def test_another_number_does_not_tell_it(text: str) -> None:
    told = f"{text}。不可转赠。客服95588。先到先得"
    assert "limit_untold" in blocking(benefit_terms(terms=told, limits={"customer": 2}))


@pytest.mark.parametrize(
    ("over", "text", "code"),
    [
        ({}, "支持转赠给好友。", "passing_promised"),
        ({"transferable": True}, "不可转赠。", "passing_denied"),
        ({}, "最终解释权归本行所有。", "final_say"),
    ],
)
def test_words_against_the_rules_or_the_law_block(over: dict[str, Any], text: str, code: str) -> None:
    assert code in blocking(benefit_terms(terms=f"每位客户限领1张。{text}", **over))


def test_a_careful_writers_words_are_advice() -> None:
    bare = benefit_terms(terms="本券可在影院使用。")
    assert codes_of(bare) == {"once_untold", "passing_untold", "complaints_untold", "few_untold"}
    assert blocking(bare) == set()


@given(st.integers(min_value=1, max_value=99_999_999))
def test_a_number_is_found_in_each_of_its_spellings_and_not_in_its_double(number: int) -> None:
    for spelling in spellings(number):
        assert says_number(number, f"满{spelling}元")
    assert not says_number(number, f"满{number}{number % 10}元")
    assert not says_number(number * 10, f"满{number}元")


@pytest.mark.parametrize(
    ("number", "said"),
    [(10, "十"), (15, "十五"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (1005, "一千零五"), (20_000, "二万"), (300_001, "三十万零一")],
)  # fmt: skip
def test_numbers_are_read_aloud(number: int, said: str) -> None:
    assert chinese(number) == said


def test_figures_of_conditions_are_found_at_any_depth() -> None:
    tree = {"version": 2, "all": [{"field": "a", "op": "gte", "value": 50_000}, {"any": [{"field": "b", "with": {"days": 90}, "op": "in", "value": [3, "x"]}]}]}  # fmt: skip
    assert list(numerals(tree)) == [50_000, 90, 3]


@pytest.mark.parametrize(
    ("over", "refusal"),
    [
        ({"kind": BenefitKind.RATE_COUPON}, DetailsMissing),
        ({"kind": BenefitKind.RATE_COUPON, "details": {"rate_bp": -5, "product_code": "D1"}}, DetailsMissing),
        ({"kind": BenefitKind.TRIAL_MONEY, "details": {"amount_fen": 10**15, "days": 3}}, DetailsMissing),
        ({"kind": BenefitKind.FEE_WAIVER, "details": {"fee": "短信费"}}, DetailsMissing),
        ({"kind": BenefitKind.DONATION, "details": {"recipient": " "}}, DetailsMissing),
        ({"kind": BenefitKind.POINTS}, DetailsMissing),
        ({"details": {"rate_bp": 5}}, DetailsMissing),
        ({"codes": Codes.POOL, "transferable": True}, TransferUnsafe),
    ],
)
def test_each_kind_says_what_it_needs(over: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_offer(benefit_terms(**over))


@pytest.mark.parametrize(
    "over",
    [
        {"kind": BenefitKind.RATE_COUPON, "details": {"rate_bp": 50, "product_code": "D1"}},
        {
            "kind": BenefitKind.TRIAL_MONEY,
            "details": {"amount_fen": 888_800, "days": 3, "product_code": "W1"},
        },
        {"kind": BenefitKind.FEE_WAIVER, "details": {"fee": "短信通知费", "times": 3}},
        {"kind": BenefitKind.DONATION, "details": {"recipient": "中国乡村发展基金会"}},
        {"kind": BenefitKind.POINTS, "points_given": 100},
    ],
)
def test_each_kind_takes_what_it_needs(over: dict[str, Any]) -> None:
    check_offer(benefit_terms(**over))


@pytest.mark.django_db
def test_a_hidden_threshold_refuses_the_freezing(north: Any, marketer: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, frozen=False, limits={"device": 1})
    with pytest.raises(ThresholdHidden):
        actions.freeze_benefit(benefit_id=benefit.pk, by=marketer, now=now)
    benefit.refresh_from_db()
    assert not benefit.is_frozen
