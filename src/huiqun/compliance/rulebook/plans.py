"""What a plan may not do, whatever its copy says. Each check gives the words to show, one per breach."""

import re
from collections.abc import Callable, Iterator, Mapping

from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook import plan_claims as claims
from huiqun.compliance.rulebook import plan_thresholds as thresholds
from huiqun.compliance.rulebook.numbers import lawful_number
from huiqun.compliance.rulebook.reading import read
from huiqun.lib.money import yuan

_SOLD = {"wealth", "fund", "insurance", "precious_metal"}
_GOODS = {"voucher", "points_coupon", "gift"}
"""Kinds of offers that are worth money; a talk or a consultation is none."""
_BOUGHT = {"buy", "plan_started"}
_VOUCHER = re.compile("理财(?:券|红包|抵扣券)|体验金|加息券|利率券|收益券|基金(?:份额|红包)")
_BET = re.compile("下注|押注|赌注|赔率|[押压](?:上|对|中)?\\d+(?:积分|金豆|元)|猜错了?就?(?:扣|没收|清零)")
_TIERS = re.compile(
    "(?:[二两三四五六2-6]|多)级(?:推荐|奖励|返佣|返利|分佣|分润|分销)|(?:好友|朋友|推荐人|被推荐人)的(?:好友|朋友|推荐人)"
    "|(?:间接|裂变|团队)(?:推荐)?(?:奖励|返佣|返利|收益|佣金)|(?:发展|招募)下[级线]"
)
_REFUSED = re.compile(
    "(?:不(?:再)?(?:发放|赠送|提供|设|得|以|计|奖励)|没有|只设|只奖励|请勿|警惕|远离|拒绝|禁止|严禁|抵制)[^,。!?;\\n]*"
)

Quotes = Iterator[str]


def gift_for_deposit(plan: PlanFacts) -> Quotes:
    """Said outright, or by a campaign that gives things away and counts the money that comes in."""
    counted = plan.conversion_kind == "deposit_in" and plan.offer_kind in _GOODS
    if _has_offer(plan) and (plan.offer_requires_deposit or counted):
        yield plan.offer_name


def gift_for_purchase(plan: PlanFacts) -> Quotes:
    counted = plan.conversion_kind in _BOUGHT and plan.offer_kind in _GOODS
    if _has_offer(plan) and (plan.offer_requires_purchase or counted) and plan.product_kind in _SOLD:
        yield plan.offer_name


def prize_above_the_cap(plan: PlanFacts) -> Quotes:
    prize = plan.max_prize_fen
    if prize is None and plan.is_prize_draw:
        prize = plan.offer_value_fen
    if prize is not None and prize > lawful_number("prize_cap_fen").value:
        yield f"{yuan(prize)} 元"


def prize_not_told(plan: PlanFacts) -> Quotes:
    if plan.is_prize_draw and plan.max_prize_fen is None and not plan.offer_value_fen:
        yield plan.offer_name


def a_bet(plan: PlanFacts) -> Quotes:
    if plan.stakes_money_or_points:
        yield plan.offer_name
    else:
        yield from _offers(plan, _BET)


def investment_voucher(plan: PlanFacts) -> Quotes:
    """Trial money and the like are monetary benefits, whoever gets them."""
    yield from _offers(plan, _VOUCHER)


def referral_of_referrals(plan: PlanFacts) -> Quotes:
    """By the plan's number, or by what its words promise."""
    levels = plan.referral_levels
    if levels is not None and levels > lawful_number("referral_depth").value:
        yield f"{levels} 级"
    else:
        yield from _offers(plan, _TIERS)


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


def benefit_void_before_it_ends(plan: PlanFacts) -> Quotes:
    """Who claims on the last day must still be able to use it, and the page must still be open to claim."""
    if plan.offer_ends is None:
        return
    if plan.offer_use_until and plan.offer_use_until < plan.offer_ends:
        yield f"领取至 {plan.offer_ends},使用至 {plan.offer_use_until}"
    if plan.ends and plan.ends < plan.offer_ends:
        yield f"领取至 {plan.offer_ends},活动至 {plan.ends}"


def product_ends_before_the_campaign(plan: PlanFacts) -> Quotes:
    if plan.ends is None:
        return
    if plan.product_sale_until and plan.product_sale_until < plan.ends:
        yield f"销售至 {plan.product_sale_until},活动至 {plan.ends}"
    if plan.product_rate_until and plan.product_rate_until < plan.ends and claims.quoted_rates(plan):
        yield f"利率有效至 {plan.product_rate_until},活动至 {plan.ends}"


def audience_below_the_product(plan: PlanFacts) -> Quotes:
    """The audience itself names customers for whom the product is too risky."""
    if plan.product_risk is None or plan.audience_levels is None:
        return
    below = [level for level in plan.audience_levels if level < plan.product_risk]
    if below:
        yield f"{'、'.join(f'C{level}' for level in below)} < R{plan.product_risk}"


def video_too_short_or_long(plan: PlanFacts) -> Quotes:
    """The bank's own standard, no law."""
    least, most = 60, 180
    if plan.video_seconds is not None and not least <= plan.video_seconds <= most:
        yield f"{plan.video_seconds} 秒"


def filing_number_not_shown(plan: PlanFacts) -> Quotes:
    if plan.shown_filing == "":
        yield "网站或App备案号"


def _has_offer(plan: PlanFacts) -> bool:
    return bool(plan.has_offer or plan.offer_name or plan.offer_value_fen)


def _offers(plan: PlanFacts, words: re.Pattern[str]) -> Quotes:
    """Where the offer itself or a copy of the plan holds these words without refusing them."""
    for text in dict.fromkeys((plan.offer_name, plan.offer_terms, *plan.copies)):
        if match := words.search(_REFUSED.sub("", read(text).text)):
            yield match.group()


PLAN_CHECKS: Mapping[str, Callable[[PlanFacts], Quotes]] = {
    "gift_for_deposit": gift_for_deposit,
    "gift_for_purchase": gift_for_purchase,
    "prize_above_the_cap": prize_above_the_cap,
    "prize_not_told": prize_not_told,
    "a_bet": a_bet,
    "investment_voucher": investment_voucher,
    "referral_of_referrals": referral_of_referrals,
    "referral_without_limit": referral_without_limit,
    "terms_without_quantity_or_days": terms_without_quantity_or_days,
    "benefit_void_before_it_ends": benefit_void_before_it_ends,
    "scarcity_not_in_the_terms": claims.scarcity_not_in_the_terms,
    "stock_not_the_plans": claims.stock_not_the_plans,
    "day_not_the_plans": claims.day_not_the_plans,
    "promised_without_an_offer": claims.promised_without_an_offer,
    "free_but_charged": claims.free_but_charged,
    "rate_not_the_products": claims.rate_not_the_products,
    "product_ends_before_the_campaign": product_ends_before_the_campaign,
    "condition_kept_quiet": thresholds.condition_kept_quiet,
    "audience_below_the_product": audience_below_the_product,
    "video_too_short_or_long": video_too_short_or_long,
    "filing_number_not_shown": filing_number_not_shown,
}
