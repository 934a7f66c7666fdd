"""Money as copy writes it: 5万元, 1万5千元, 三千五, 十二万, ¥1,000.00, 百元, 几百元.

Only what is surely money counts: with its name or sign, or in ten thousands of nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億", "一二三四五六七八九十百千万亿")
_SOME = (
    (re.compile("(?<=十)[几数]"), "一"),
    (re.compile("[几数]"), "二"),
    (re.compile("(?<=[一二两三四五六七八九])[二三四五六七八九](?=[十百千万亿])"), ""),
)
"""Some hundreds are two hundred at least, more than ten are eleven, two or three thousand are two."""

_YUAN = "元(?![旦宵月气素年老宇])|块钱?|人民币|现金|RMB"
_COUNTED = "[名人步户份个笔次张件位家款条天年月日里米克倍台套种客粉]|用户|会员|商[户家]|积分|小时|公里|[%]"
"""What ten thousands may be of, besides money."""
_NO_NUMBER = re.compile("万[一千万]|千千|千万(?=[不别勿莫要记小注当慎可没])")
"""万一 and 千万 as they stand in sentences."""
_NUMERALS = "〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億"
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"""
    (?P<sign>[\u00a5\uffe5]|(?:人民币|RMB)\s?)?
    (?:
        (?<![\d.])(?P<figure>{_FIGURE})
        (?P<unit>千万|百万|十万|[亿万千百])?
        (?:(?<=万)(?P<rest>\d{{1,4}})(?:(?P<rest_unit>[千百])|(?=元|块)))?
      | (?P<words>(?:(?<![总次人指倍分天户份笔件个])数|[几{_NUMERALS}])[几{_NUMERALS}]*)
    )
    (?P<more>[多余])?
    (?P<yuan>{_YUAN})?
    (?P<counted>{_COUNTED})?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True)
class Amount:
    """Money at ``text[start:end]``: ``fen``, or at least so much where it ``is_exact`` not."""

    start: int
    end: int
    fen: int
    is_exact: bool


def amounts(text: str) -> Iterator[Amount]:
    """Every amount of money in the text, in its order."""
    for match in _AMOUNT.finditer(text):
        value = _value(match)
        if value and _is_money(match):
            yield Amount(
                start=match.start(),
                end=match.start("counted") if match["counted"] else match.end(),
                fen=int(value * 100),
                is_exact=not match["more"] and _least(match["words"] or "") == _plain(match["words"] or ""),
            )


def in_yuan(text: str) -> str:
    """Each exact amount in one spelling: 1万元, ¥10,000 and 一万块 are all 10000元."""
    said, done = [], 0
    for amount in amounts(text):
        if amount.is_exact:
            said += [text[done : amount.start], f"{Decimal(amount.fen) / 100:f}元"]
            done = amount.end
    return "".join([*said, text[done:]])


def whole_number(words: str) -> int:
    """十二万 is 120000, 七万九 is 79000, 三千零五 is 3005, 一百二 is 120; 几百 is 200 at least."""
    least = _least(words)
    for big in ("亿", "万"):
        high, found, low = least.rpartition(big)
        if found:
            rest = _DIGITS[low] * _UNITS[big] // 10 if low in _DIGITS else whole_number(low)
            return (whole_number(high) or 1) * _UNITS[big] + rest
    return _below_ten_thousand(least)


def _plain(words: str) -> str:
    return words.translate(_FORMAL)


def _least(words: str) -> str:
    """The least that the words may mean."""
    plain = _plain(words)
    for some, least in _SOME:
        plain = some.sub(least, plain)
    return plain


def _below_ten_thousand(words: str) -> int:
    total, digit, unit = 0, 0, 1
    for char in words:
        if char in _UNITS:
            unit = _UNITS[char]
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[char] if unit == 1 else _DIGITS[char]
            unit = 1 if char in "零〇" else unit
    return total + digit * max(unit // 10, 1)


def _value(match: re.Match[str]) -> Decimal:
    if match["words"]:
        return Decimal(whole_number(match["words"]))
    value = Decimal(match["figure"].replace(",", "")) * _times(match["unit"])
    rest, unit = match["rest"] or "0", match["rest_unit"]
    # 1万5 is 15000, as 一万五 is; 1万500元 is 10500.
    return value + int(rest) * (1_000 if len(rest) == 1 and not unit else _times(unit))


def _times(unit: str | None) -> int:
    return whole_number(unit) if unit else 1


def _is_money(match: re.Match[str]) -> bool:
    if match["sign"] or match["yuan"]:
        return True
    words = _plain(match["words"] or "")
    if match["counted"] or _NO_NUMBER.match(match.string, match.start()):
        return False
    return bool(re.search("[万亿]", match["unit"] or "")) or (
        len(words) > 1 and bool(re.search("[万亿]", words))
    )
