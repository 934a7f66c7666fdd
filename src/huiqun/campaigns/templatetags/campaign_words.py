"""Words for what facts of a campaign name by codes."""

from django import template
from django.utils.translation import gettext

from huiqun.campaigns.release import BECAUSE
from huiqun.campaigns.words import PART_WORDS

register = template.Library()


@register.filter
def part_words(part: str) -> str:
    """What an edit was made to: "variant sms-a" → copy sms-a; an unknown code as it is."""
    code, _, name = part.partition(" ")
    return f"{PART_WORDS.get(code, code)} {name}".strip()


@register.filter
def hundredths(ten_thousandths: int) -> str:
    """As percent without needless zeros: 10 → 0.1"""
    return f"{ten_thousandths / 100:g}"


@register.filter
def stop_words(because: str) -> str:
    """Why a stage stopped by itself."""
    return gettext(BECAUSE[because]) if because in BECAUSE else because
