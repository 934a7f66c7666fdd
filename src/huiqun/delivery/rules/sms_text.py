"""How long a text is on the air, and how it is cut into segments.

Seven bits a character while every character is in the GSM alphabet (160 in one segment, 153 in each of
several), else two bytes (70, and 67). The signature in front and the words of opting out are part of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = frozenset("\f^{}\\[~]|€")
"""Of the GSM alphabet's second table: an escape and the character."""
STOPS = ("拒收请回复", "退订回", "回复TD", "回TD", "回T退订")
"""How the words of opting out begin or read, as operators know them."""


@dataclass(frozen=True)
class Length:
    """``units`` is what the operator counts; ``room`` how many the first segment takes."""

    units: int
    segments: int
    is_gsm: bool

    @property
    def room(self) -> int:
        single, several = (160, 153) if self.is_gsm else (70, 67)
        return single if self.segments <= 1 else several * self.segments


def measure(text: str) -> Length:
    """Length and segments of a text as it is sent. Nothing is sent in no segment."""
    is_gsm = all(letter in GSM or letter in GSM_DOUBLE for letter in text)
    single, several = (160, 153) if is_gsm else (70, 67)
    widths = list(_widths(text, is_gsm))
    units = sum(widths)
    if units <= single:
        return Length(units, 1 if units else 0, is_gsm)
    return Length(units, _packed(widths, several), is_gsm)


def _widths(text: str, is_gsm: bool) -> Iterator[int]:
    for letter in text:
        double = letter in GSM_DOUBLE if is_gsm else ord(letter) > 0xFFFF
        yield 2 if double else 1


def _packed(widths: list[int], most: int) -> int:
    """Neither an escaped character nor a surrogate pair is cut in two."""
    segments, used = 1, 0
    for width in widths:
        if used + width > most:
            segments, used = segments + 1, 0
        used += width
    return segments


def stop_words(text: str) -> str:
    """The words of opting out in a text, from where they begin to its end, or ""."""
    places = [place for place in (text.rfind(words) for words in STOPS) if place >= 0]
    return text[min(places) :].strip() if places else ""


def signature_of(text: str) -> str:
    """``【江川银行】您好`` → ``【江川银行】``; "" where none leads the text."""
    end = text.find("】")
    return text[: end + 1] if text.startswith("【") and 1 < end <= 31 else ""
