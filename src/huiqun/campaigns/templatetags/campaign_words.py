"""Words for what facts of a campaign name by codes."""

from django import template

from huiqun.campaigns.words import PART_WORDS

register = template.Library()


@register.filter
def part_words(part: str) -> str:
    """What an edit was made to: "variant sms-a" → copy sms-a; an unknown code as it is."""
    code, _, name = part.partition(" ")
    return f"{PART_WORDS.get(code, code)} {name}".strip()
