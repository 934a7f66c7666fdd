"""Filters of partners' pages: `{% load partners %}`."""

from django import template

from huiqun.lib.masking import mask_email, mask_name, mask_phone

register = template.Library()


@register.filter
def share_percent(share: int) -> str:
    """Ten-thousandths: 6250 → 62.5%"""
    return f"{share / 100:g}%"


@register.filter
def masked_name(name: str | None) -> str:
    return mask_name(name) if name else "—"


@register.filter
def masked_phone(phone: str | None) -> str:
    return mask_phone(phone) if phone else "—"


@register.filter
def masked_email(email: str | None) -> str:
    return mask_email(email) if email else "—"
