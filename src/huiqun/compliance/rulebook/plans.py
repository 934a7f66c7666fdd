"""What a plan may not do, whatever its copy says. Each check gives the words to show, one per breach."""

import re
from collections.abc import Callable, Iterator, Mapping

from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook.numbers import lawful_number
from huiqun.compliance.rulebook.reading import read
from huiqun.lib.money import yuan

_DEPOSITS = {"deposit", "structured_deposit"}
_SOLD = {"wealth", "fund", "insurance", "precious_metal"}
_SCARCE = re.compile("限时|限量|仅剩|最后\\d|名额有限|先到先得|倒计时|售完即止|送完即止")
_FREE = re.compile("免费|0元|零元|不花钱|免单")
_FREE_OF_DOUBT = re.compile("免费(?:电话|热线|客服|咨询|停车)|客服电话免费")
_RATE = re.compile(r"(\d+(?:\.\d+)?)%")
_RATE_SPEECH = re.compile("利率|年化|收益率|业绩比较基准|结算|付息|计息")

Quotes = Iterator[str]


def gift_for_deposit(plan: PlanFacts) -> Quotes:
    if plan.offer_requires_deposit and _has_offer(plan):
        yield plan.offer_name


def gift_for_purchase(plan: PlanFacts) -> Quotes:
    if plan.offer_requires_purchase and _has_offer(plan) and plan.product_kind in _SOLD:
        yield plan.offer_name


def prize_above_the_cap(plan: PlanFacts) -> Quotes:
    prize = plan.max_prize_fen
    if prize is None and plan.is_prize_draw:
        prize = plan.offer_value_fen
    if prize is not None and prize > lawful_number("prize_cap_fen").value:
        yield f"{yuan(prize)} 元"


def a_bet(plan: PlanFacts) -> Quotes:
    if plan.stakes_money_or_points:
        yield plan.offer_name


def referral_of_referrals(plan: PlanFacts) -> Quotes:
    levels = plan.referral_levels
    if levels is not None and levels > lawful_number("referral_depth").value:
        yield f"{levels} 级"


def referral_without_limit(plan: PlanFacts) -> Quotes:
    if plan.referral_levels and plan.referral_rewards_per_person is None:
        yield plan.offer_name


def terms_without_quantity_or_days(plan: PlanFacts) -> Quotes:
    if not _has_offer(plan):
        return
    missing = [
        word
        for word, value in (
            ("数量", plan.offer_quantity),
            ("开始日期", plan.offer_starts),
            ("截止日期", plan.offer_ends),
        )
        if value is None
    ]
    if missing:
        yield f"{plan.offer_name}:{'、'.join(missing)}"


def scarcity_not_in_the_terms(plan: PlanFacts) -> Quotes:
    limited = plan.offer_quantity is not None or plan.offer_ends is not None or plan.ends is not None
    if limited:
        return
    yield from _claims(plan, _SCARCE)


def free_but_charged(plan: PlanFacts) -> Quotes:
    if plan.is_charged_later:
        yield from _claims(plan, _FREE)


def rate_not_the_products(plan: PlanFacts) -> Quotes:
    """A rate that the copy gives and the shelf does not know."""
    low, high = plan.product_rate_from, plan.product_rate_to
    if low is None and high is None:
        return
    lowest = low if low is not None else high
    highest = high if high is not None else low
    assert lowest is not None and highest is not None
    for text in plan.copies:
        reading = read(text).text
        for clause in re.split("[,。!?;\n]", reading):
            if _RATE_SPEECH.search(clause):
                for rate in _RATE.findall(clause):
                    if not lowest - 1e-9 <= float(rate) <= highest + 1e-9:
                        yield f"{rate}%"


def audience_below_the_product(plan: PlanFacts) -> Quotes:
    """The audience itself names customers for whom the product is too risky."""
    if plan.product_risk is None or plan.audience_levels is None:
        return
    below = [level for level in plan.audience_levels if level < plan.product_risk]
    if below:
        yield f"{'、'.join(f'C{level}' for level in below)} < R{plan.product_risk}"


def _has_offer(plan: PlanFacts) -> bool:
    return bool(plan.has_offer or plan.offer_name or plan.offer_value_fen)


def _claims(plan: PlanFacts, words: re.Pattern[str]) -> Quotes:
    for text in plan.copies:
        match = words.search(_FREE_OF_DOUBT.sub("", read(text).text))
        if match:
            yield match.group()


PLAN_CHECKS: Mapping[str, Callable[[PlanFacts], Quotes]] = {
    "gift_for_deposit": gift_for_deposit,
    "gift_for_purchase": gift_for_purchase,
    "prize_above_the_cap": prize_above_the_cap,
    "a_bet": a_bet,
    "referral_of_referrals": referral_of_referrals,
    "referral_without_limit": referral_without_limit,
    "terms_without_quantity_or_days": terms_without_quantity_or_days,
    "scarcity_not_in_the_terms": scarcity_not_in_the_terms,
    "free_but_charged": free_but_charged,
    "rate_not_the_products": rate_not_the_products,
    "audience_below_the_product": audience_below_the_product,
}
