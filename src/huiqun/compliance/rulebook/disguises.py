"""Tables of disguises: symbols that speak, look-alikes, characters in parts, words by sound."""

import os
import re
from collections.abc import Iterator
from functools import cache, lru_cache

SYMBOLS = {
    "💯": "100%",
    "🈚": "无",
    "🈶": "有",
    "🆓": "免费",
    "🈲": "禁",
    "🚫": "禁",
    "📈": "涨",
    "🥇": "第一",
    "🔝": "最高",
    "〇": "0",
    "○": "0",
    "◯": "0",
    "\r": "\n",
    "｡": "。",
    "…": "。",
    "丨": "|",
}

LOOKALIKES = {
    "夲": "本",
    "馀": "余",
    "溋": "盈",
    "鯇": "稳",
    "隱": "稳",
    "賺": "赚",
    "傢": "家",
    "囯": "国",
    "咹": "安",
    "洉": "后",
    "朂": "最",
    "冣": "最",
}

PARTS = {
    "亻呆": "保",
    "贝兼": "赚",
    "禾急": "稳",
    "禾刂": "利",
    "钅艮": "银",
    "礻兑": "税",
    "亻氐": "低",
    "礻畐": "福",
    "冫争": "净",
    "讠正": "证",
    "日取": "最",
    "女口": "如",
    "木又": "权",
}

SOUNDS = (
    "保本保息",
    "保本",
    "保息",
    "保收益",
    "保证收益",
    "稳赚不赔",
    "稳赚",
    "稳赢",
    "躺赚",
    "零风险",
    "无风险",
    "兜底",
    "刚兑",
    "包过",
    "秒批",
    "免息",
    "套现",
)
"""Words worth hearing through a disguise. Two characters count only when letters stand among them."""

INITIALS = {"wzbp": "稳赚不赔", "bbbx": "保本保息", "wfx": "无风险", "lfx": "零风险"}

_ENGLISH = {"risk free": "零风险", "riskfree": "零风险", "zero risk": "零风险", "guaranteed": "保证"}
_SPELLED_WHOLE = re.compile(
    "|".join(rf"(?<![a-z0-9]){word}(?![a-z0-9])" for word in {**INITIALS, **_ENGLISH})
)


def heard_words(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of the text that sound like a forbidden word without being it, left to right."""
    found = sorted(
        {*_by_initials(text), *_by_sound(text)}, key=lambda change: (change[0], change[0] - change[1])
    )
    done = 0
    for start, end, word in found:
        if start >= done:
            yield start, end, word
            done = end


def _by_initials(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _SPELLED_WHOLE.finditer(text):
        yield match.start(), match.end(), (INITIALS | _ENGLISH)[match.group()]


def _by_sound(text: str) -> Iterator[tuple[int, int, str]]:
    sounds = [sound_of(char) for char in text]
    begins = _offsets(sounds)
    heard = "".join(sounds)
    places = {offset: at for at, offset in enumerate(begins)}
    for at, sound in enumerate(sounds):
        match = _any_sound().match(heard, begins[at]) if sound in _openings() else None
        end = places.get(match.end()) if match else None
        if match is None or end is None:
            continue
        word = _words_by_sound()[match.group()]
        if _is_disguise(text[at:end], word):
            yield at, end, word


def _offsets(sounds: list[str]) -> list[int]:
    offsets = [0]
    for sound in sounds:
        offsets.append(offsets[-1] + len(sound))
    return offsets


def _is_disguise(written: str, word: str) -> bool:
    if written == word:
        return False
    letters = sum(char.isascii() and char.isalpha() for char in written)
    if letters:
        return letters < len(written) or len(word) > 2
    return len(word) > 2 and sum(a != b for a, b in zip(written, word, strict=False)) < len(word)


@lru_cache(maxsize=20_000)
def sound_of(char: str) -> str:
    """The syllable of one Chinese character; letters are themselves; other signs sound like nothing else."""
    if char == "0":
        return "ling"
    if char.isascii() and char.isalpha():
        return char
    if "\u4e00" <= char <= "\u9fff":
        return _syllable(char)
    return "|"


def _syllable(char: str) -> str:
    # Loaded with the first copy that is judged: every program boots this domain, few judge copy. The table
    # of phrases, most of the loading, is left out: we ask for one character at a time.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    return str(pinyin(char, style=Style.NORMAL)[0][0])


@cache
def _words_by_sound() -> dict[str, str]:
    return {"".join(sound_of(char) for char in word): word for word in reversed(SOUNDS)}


@cache
def _any_sound() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_words_by_sound(), key=len, reverse=True)))


@cache
def _openings() -> frozenset[str]:
    """The syllables, and the letters, that a word may begin with."""
    firsts = {sound_of(word[0]) for word in SOUNDS}
    return frozenset(firsts | {first[0] for first in firsts})
