"""Prices of messages, which are less than one fen, and names of channels."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext

from huiqun.delivery.rules.states import CHANNEL_WORDS

register = template.Library()


@register.filter
def segment_price(fen_of_a_thousand: int) -> str:
    """In yuan: 3850 → 0.0385"""
    return f"{Decimal(fen_of_a_thousand) / 100_000:f}".rstrip("0").rstrip(".") or "0"


@register.filter
def yuan_of(fen: float | None) -> str:
    """Fen with their fractions as yuan: less than one yuan to four places, more to two."""
    if fen is None:
        return "—"
    return f"{fen / 100:,.4f}" if 0 < fen < 100 else f"{fen / 100:,.2f}"


@register.filter
def channel_word(channel: str) -> str:
    """A channel's name for people; an unknown one as it is."""
    words = CHANNEL_WORDS.get(channel, "")
    return gettext(words) if words else channel
