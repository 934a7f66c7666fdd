"""What a plan's copy claims about stock, dates, prices and rates, held against what the plan says."""

import re
from collections.abc import Iterator
from datetime import date

from huiqun.compliance.plan_facts import PlanFacts
from huiqun.compliance.rulebook.reading import read

Quotes = Iterator[str]

_COUNTED = "份|个|名(?!称)|张|件|套|位|台|盒|枚"
_SCARCE_STOCK = re.compile(
    f"限量|仅剩\\d*|最后\\d+(?:{_COUNTED})|名额有限|先到先得|[售送领兑]完(?:即止|为止)|前\\d+(?:{_COUNTED})"
)
_SCARCE_TIME = re.compile("限时|倒计时|最后\\d+(?:天|小时)|仅剩\\d+(?:天|小时)")
_NO_STOCK = re.compile("仅剩\\d+(?:天|小时)|(?:排名|同类|行业|业绩)[^,。!?;\\n]{0,8}前\\d+名?|不限量")
_PER_HEAD = re.compile("每(?:人|位|户|名|个|月|日|天|周|场)[^,。!?;\\n]*")
_STOCK = re.compile(
    f"(?P<how>限量|仅限|限(?:额|定)?|[总一]?共(?:计|有|设)?|前|仅剩|最后|备有|送出)(?P<count>\\d{{1,8}})(?:{_COUNTED})"
    "(?!月|小时|工作日|自然日|交易日|季度|星期|网点)"
)
_ATTAINED = re.compile("排名|同类|行业|业绩|网点|获奖|荣获")
_LEFT = {"仅剩", "最后"}
_DAY = re.compile(
    "(?:(?P<year>20\\d\\d)年)?(?P<month>1[0-2]|0?[1-9])月(?P<day>3[01]|[12]\\d|0?[1-9])日"
    "|(?P<full>20\\d\\d[./-](?:1[0-2]|0?[1-9])[./-](?:3[01]|[12]\\d|0?[1-9]))(?!\\d)"
)
_UNTIL = re.compile("(?:截止(?:日期|时间|日|到)?(?:为|到|至|:)?|截至|[至到—~])$")
_BY = re.compile(
    "(?:\\(?含\\)?)?(?:24时|24:00|24点)?(?:截止|结束|止|为止|前(?:领取|报名|使用|兑换|参与|办理|预约|完成))"
)
_ABOUT_THE_PLAN = re.compile(
    "活动|报名|领取|兑换|优惠|参与|即日起|限时|截止|预约|权益|使用|办理|名额|秒杀|抢"
)
_OTHER_DAYS = re.compile(
    "数据|业绩|净值|规模|统计|来源|募集|认购期|封闭|到期日|起息|存续|报告|成立|评级|排名|发布|施行|备案|许可|生效|户龄|年龄|出生|开户"
)
_FREE = re.compile("免费|0元|零元|不花钱|免单|0费用|零费用|分文不取")
_FREE_OF_DOUBT = re.compile(
    "免费(?:电话|热线|客服|咨询|停车)|客服电话免费|(?:非|不是|并非|不再)免费|免费期(?:结束|满|过)后[^,。]*"
)
_NO_INTEREST = re.compile("(?<!\\d)(?<!\\.)0利息|零利息|免利息|0息|零息|无息|免息(?!期|还款期|天)")
_PARTLY = re.compile("(?:首|前)(?:\\d+)?(?:期|月|个月|笔|年|单)[^,。!?;\\n]*|最长\\d+天[^,。!?;\\n]*")
_DENIED = re.compile("(?:不是|并非|不存在|没有|警惕|远离|谨防|勿信|不要(?!错过)|[请切]勿)[^,。!?;\\n]*")
_PROMISED = re.compile(
    "(?:领取|免费领|领到|送您|送你|赠送|获赠|获得|赢取|赢|可得|兑换|抽取|抽中|抢)(?:一|1|\\d{1,4}|精美|价值\\d+元的?)?[^,。!?;\\n]{0,8}?"
    "(?:券(?!商)|礼品|礼包|好礼|门票|话费|红包|奖品|大奖|周边)"
)
_RATE = re.compile(r"(\d+(?:\.\d+)?)%")
_RATE_SPEECH = re.compile("利率|年化|收益率|业绩比较基准|结算|付息|计息")
_CLAUSE = re.compile("[,。!?;\\n]")


def scarcity_not_in_the_terms(plan: PlanFacts) -> Quotes:
    """A number that is limited needs a quantity, a time that is limited needs an end."""
    ends = plan.offer_ends is not None or plan.ends is not None
    for text in plan.copies:
        reading = read(text).text
        stock = _SCARCE_STOCK.search(_NO_STOCK.sub("", reading))
        if stock and plan.offer_quantity is None:
            yield stock.group()
        elif not ends and (time := _SCARCE_TIME.search(reading)):
            yield time.group()


def stock_not_the_plans(plan: PlanFacts) -> Quotes:
    """限量500份 where the plan holds 300, 前100名 where it holds 300: neither is what happens."""
    if plan.offer_quantity is None:
        return
    for clause in _clauses(plan):
        if _ATTAINED.search(clause):
            continue
        for match in _STOCK.finditer(_PER_HEAD.sub("", clause)):
            count = int(match["count"])
            told_less = count < plan.offer_quantity and match["how"] not in _LEFT
            if told_less or count > plan.offer_quantity:
                yield f"{match.group()}(方案 {plan.offer_quantity})"


def day_not_the_plans(plan: PlanFacts) -> Quotes:
    """A last day that is none of the plan's own."""
    known = {day for day in (plan.ends, plan.offer_ends, plan.offer_use_until) if day}
    if not known:
        return
    for clause in _clauses(plan):
        if _OTHER_DAYS.search(clause) or not _ABOUT_THE_PLAN.search(clause):
            continue
        for day in _DAY.finditer(clause):
            last = _UNTIL.search(clause[: day.start()]) or _BY.match(clause, day.end())
            if last and not any(_is(day, own) for own in known):
                yield f"{day.group()}(方案 {'、'.join(str(own) for own in sorted(known))})"


def _is(match: re.Match[str], day: date) -> bool:
    if match["full"]:
        return tuple(map(int, re.split("[./-]", match["full"]))) == (day.year, day.month, day.day)
    year = match["year"]
    same = (int(match["month"]), int(match["day"])) == (day.month, day.day)
    return same and (not year or int(year) == day.year)


def promised_without_an_offer(plan: PlanFacts) -> Quotes:
    """The copy gives something away, and the plan has nothing to give."""
    if plan.has_offer is not False:
        return
    for text in plan.copies:
        if match := _PROMISED.search(_DENIED.sub("", read(text).text)):
            yield match.group()


def free_but_charged(plan: PlanFacts) -> Quotes:
    """Free, and charged later; without interest, and the shelf has a rate to pay."""
    for text in plan.copies:
        reading = _DENIED.sub("", _FREE_OF_DOUBT.sub("", read(text).text))
        free = _FREE.search(reading) if plan.is_charged_later else None
        unpaid = _NO_INTEREST.search(_PARTLY.sub("", reading)) if plan.product_charges_interest else None
        if match := free or unpaid:
            yield match.group()


def rate_not_the_products(plan: PlanFacts) -> Quotes:
    """A rate that the copy gives and the shelf does not know."""
    low, high = plan.product_rate_from, plan.product_rate_to
    if low is None and high is None:
        return
    lowest = low if low is not None else high
    highest = high if high is not None else low
    assert lowest is not None and highest is not None
    for rate in quoted_rates(plan):
        if not lowest - 1e-9 <= float(rate) <= highest + 1e-9:
            yield f"{rate}%"


def quoted_rates(plan: PlanFacts) -> list[str]:
    return [
        rate for clause in _clauses(plan) if _RATE_SPEECH.search(clause) for rate in _RATE.findall(clause)
    ]


def _clauses(plan: PlanFacts) -> list[str]:
    return [clause for text in plan.copies for clause in _CLAUSE.split(read(text).text) if clause]
