"""Whether a text says a number or a word, however a person writes it: 5, 五, 5万, 50,000, 50000. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

DIGITS = "零一二三四五六七八九"
BEFORE = r"(?<![\d.,零一二三四五六七八九十百千万])"
AFTER = r"(?![\d]|[.,]\d)(?![零一二三四五六七八九十百千万])"
NO_MEASURE = r"(?![月年号时点DdGg])"
"""A day, a year or the name of a thing (2D, 5G) is no number of pieces."""
UNITS = ((10_000, "万"), (1_000, "千"), (100, "百"), (10, "十"))


def says(pattern: str, text: str) -> bool:
    return re.search(pattern, narrow(text), re.IGNORECASE) is not None


def narrow(text: str) -> str:
    """Full-width digits and signs as they are typed on a keyboard."""
    return unicodedata.normalize("NFKC", text)


def says_number(number: int, text: str, *, unit: str = "") -> bool:
    """Whether the number stands there by itself, with ``unit`` behind it if one is asked for."""
    forms = "|".join(re.escape(form) for form in sorted(spellings(number), key=len, reverse=True))
    behind = unit or NO_MEASURE
    return re.search(f"{BEFORE}({forms}){AFTER}\\s*{behind}", narrow(text)) is not None


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[。;!?\n]", narrow(text)) if part.strip()]


def spellings(number: int) -> set[str]:
    """``20000`` → 20000, 20,000, 2万, 二万, 两万, …"""
    found = {str(number), f"{number:,}", chinese(number)}
    if number == 2:
        found |= {"两", "俩"}
    for size, word in UNITS[:3]:
        if number >= size and number % (size // 100 or 1) == 0:
            whole = f"{number / size:g}"
            found |= {f"{whole}{word}"}
            if number % size == 0 and number // size < 10_000:
                found |= {f"{chinese(number // size)}{word}"} | (
                    {f"两{word}"} if number // size == 2 else set()
                )
    return found


def chinese(number: int, *, is_inside: bool = False) -> str:
    """Below a hundred million, as it is read aloud; ten alone is 十, within a larger number 一十."""
    if number < 10:
        return DIGITS[number]
    for size, word in UNITS:
        if number >= size:
            head, rest = divmod(number, size)
            said = chinese(head) if size > 10 or head > 1 or is_inside else ""
            gap = "零" if rest and rest < size // 10 else ""
            return f"{said}{word}{gap}{chinese(rest, is_inside=True) if rest else ''}"
    return ""


def numerals(tree: Any) -> Iterator[int]:
    """The whole numbers of at least 2 in a tree of conditions; amounts are written there in yuan, as people say them."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key not in ("version", "field", "op", "missing"):
                yield from numerals(value)
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            yield from numerals(value)
    elif isinstance(tree, str) and tree.isascii() and tree.isdecimal() and len(tree) < 12:
        yield from numerals(int(tree))
    elif isinstance(tree, (int, float)) and not isinstance(tree, bool) and tree > 1 and tree == int(tree):
        yield int(tree)
