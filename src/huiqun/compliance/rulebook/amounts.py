"""Amounts of money as copy writes them: 12万元, 五万元, 50000元, 1.5万."""

import re
from collections.abc import Iterator
from decimal import Decimal

_UNITS = {"": 1, "十": 10, "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000}
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "十": 10}
AMOUNT = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|[一二两三四五六七八九十])(?P<unit>百万|十万|万|千|百|十)?(?P<yuan>元|块|人民币)?"
)


def amounts(text: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, fen) of every stretch that reads as money: it has a unit of money or is in 万."""
    for match in AMOUNT.finditer(text):
        if match["yuan"] or match["unit"] in {"万", "十万", "百万"}:
            yield match.start(), match.end(), _fen(match["number"], match["unit"] or "")


def _fen(number: str, unit: str) -> int:
    value = Decimal(_DIGITS[number]) if number in _DIGITS else Decimal(number)
    return int(value * _UNITS[unit] * 100)
