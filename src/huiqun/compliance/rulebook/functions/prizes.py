"""Prizes of draws: what they are worth against what the law allows."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

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
_NUMBER = r"(?P<figure>\d+(?:\.\d+)?)(?P<unit>百万|十万|万|千|百)?|(?P<words>[一二两三四五六七八九十百千万]{2,})|(?P<many>百)(?=万)"
_AMOUNT = re.compile(rf"(?:{_NUMBER})多?(?P<yuan>元|块|人民币|现金|的)?")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_UNITS = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000}
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
    for match in _AMOUNT.finditer(reading.text):
        fen = _fen(match)
        if fen is None or fen <= lawful_number("prize_cap_fen").value:
            continue
        before = reading.text[max(reading.clause_start(match.start()), match.start() - 10) : match.start()]
        if _LOTTERY.search(_sentence(reading, match)) and not _NOT_A_PRIZE.search(before):
            yield match.span()


def _dear_by_nature(reading: Reading) -> Spans:
    """A car, a flat or much gold, where no lawful price stands beside it."""
    for match in [*_DEAR.finditer(reading.text), *_GOLD.finditer(reading.text)]:
        sentence = _sentence(reading, match)
        clause = reading.text[reading.clause_start(match.start()) : reading.clause_end(match.end())]
        priced = any(_fen(amount) for amount in _AMOUNT.finditer(clause) if _is_price(clause, amount))
        if "克" in match.group() and _grams(match) < _GOLD_ABOVE:
            continue
        drawn = _LOTTERY.search(clause + sentence) and re.search("[抽奖赢送]", clause)
        if drawn and not priced and not _NOT_DEAR.search(clause):
            yield match.span()


def _is_price(clause: str, amount: re.Match[str]) -> bool:
    return not _NOT_A_PRIZE.search(clause[max(0, amount.start() - 4) : amount.start()])


def _sentence(reading: Reading, match: re.Match[str]) -> str:
    return reading.text[reading.sentence_start(match.start()) : reading.sentence_end(match.end())]


def _grams(match: re.Match[str]) -> int:
    written = match["grams"] or match["after"] or "0"
    return int(written) if written.isdecimal() else _worded(written)


def _fen(match: re.Match[str]) -> int | None:
    """What the words are worth, if they speak of money: with its unit, or in ten thousands."""
    unit = match["unit"] or ""
    words = match["words"] or ""
    if not (
        match["yuan"] in {"元", "块", "人民币", "现金"} or unit in {"万", "十万", "百万"} or "万" in words
    ):
        return None
    value = Decimal(match["figure"]) * _UNITS[unit] if match["figure"] else Decimal(_worded(words))
    return int(value * 100)


def _worded(words: str) -> int:
    """十二万 is 120000; 七万九 is 79000."""
    high, ten_thousand, low = words.partition("万")
    if not ten_thousand:
        return _below_ten_thousand(words)
    rest = _DIGITS[low] * 1000 if low in _DIGITS else _below_ten_thousand(low)
    return (_below_ten_thousand(high) or 1) * 10_000 + rest


def _below_ten_thousand(words: str) -> int:
    total, digit = 0, 0
    for char in words:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
    return total + digit


FUNCTIONS: Mapping[str, Callable[[Reading], Spans]] = {
    "prizes_above_the_cap": prizes_above_the_cap,
}
