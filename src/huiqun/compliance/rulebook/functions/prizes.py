"""Prizes of draws: what they are worth against what the law allows."""

import re
from collections.abc import Callable, Iterator, Mapping

from huiqun.compliance.rulebook.money import Amount, amounts, whole_number
from huiqun.compliance.rulebook.numbers import lawful_number
from huiqun.compliance.rulebook.reading import Reading

_LOTTERY = re.compile(
    "抽奖|抽取|抽中|开奖|中奖|摇奖|大奖|头奖|头等奖|一等奖|特等奖|最高奖|终极奖|超级奖|幸运|转盘|盲盒|奖品|锦鲤|竞猜|"
    "摇一摇|独享|即抽|有机会赢|抽(?=[一两三四五六七八九十\\d豪汽轿金特送走]|小|大)|奖金最高|最高奖金"
)
_NOT_A_PRIZE = re.compile(
    "存(?!款节)|购(?!物)|消费|满|资产|起购|额度|保额|贷|最低|达到|不超过|未超过|以下|总(?:价|额|值|计)|奖池|合计|累计|"
    "上限|客户突破|超过$|共计|新车价|骗|交税"
)
_DEAR = re.compile(
    "特斯拉|奔驰|宝马|奥迪|保时捷|比亚迪|小米汽车|豪车|轿车|小汽车|新能源车|新能源汽车|suv|汽车|"
    "(?:商品)?房一套|一套(?:商品)?房|公寓|别墅|车位"
)
_NOT_DEAR = re.compile(
    "券|保养|洗车|试驾|代驾|加油|车贷|模型|车模|玩具|使用权(?!及)|租|停车|分期|骗|警惕|抽中了.{0,10}税|购车|惠民|补贴|行业"
)
_GOLD = re.compile(
    r"(?P<grams>\d{3,4}|[一两二三四五]百|五十)克(?:投资)?金条|金条[,:]?(?:最高)?(?P<after>\d{3,4})克"
)
_GOLD_ABOVE = 100

Spans = Iterator[tuple[int, int]]


def prizes_above_the_cap(reading: Reading) -> Spans:
    """Prizes of a draw worth more than the law allows, by their price or by what they are."""
    if _LOTTERY.search(reading.text):
        yield from _priced(reading)
        yield from _dear_by_nature(reading)


def _priced(reading: Reading) -> Spans:
    for amount in amounts(reading.text):
        if amount.fen <= lawful_number("prize_cap_fen").value:
            continue
        before = reading.text[max(reading.clause_start(amount.start), amount.start - 10) : amount.start]
        if _LOTTERY.search(_sentence(reading, amount.start, amount.end)) and not _NOT_A_PRIZE.search(before):
            yield amount.start, amount.end


def _dear_by_nature(reading: Reading) -> Spans:
    """A car, a flat or much gold, where no lawful price stands beside it."""
    for match in [*_DEAR.finditer(reading.text), *_GOLD.finditer(reading.text)]:
        sentence = _sentence(reading, *match.span())
        clause = reading.text[reading.clause_start(match.start()) : reading.clause_end(match.end())]
        priced = any(_is_price(clause, amount) for amount in amounts(clause))
        if "克" in match.group() and _grams(match) < _GOLD_ABOVE:
            continue
        drawn = _LOTTERY.search(clause + sentence) and re.search("[抽奖赢送]", clause)
        if drawn and not priced and not _NOT_DEAR.search(clause):
            yield match.span()


def _is_price(clause: str, amount: Amount) -> bool:
    return not _NOT_A_PRIZE.search(clause[max(0, amount.start - 4) : amount.start])


def _sentence(reading: Reading, start: int, end: int) -> str:
    return reading.text[reading.sentence_start(start) : reading.sentence_end(end)]


def _grams(match: re.Match[str]) -> int:
    written = match["grams"] or match["after"] or "0"
    return int(written) if written.isdecimal() else whole_number(written)


FUNCTIONS: Mapping[str, Callable[[Reading], Spans]] = {
    "prizes_above_the_cap": prizes_above_the_cap,
}
