"""Words of reach: channels and durations."""

from django import template
from django.utils.translation import gettext as _

from huiqun.delivery import queries as delivery

register = template.Library()


@register.filter
def channel_label(channel: str) -> str:
    words = delivery.CHANNEL_WORDS.get(channel)
    return _(words) if words else channel


@register.filter
def sending_time(seconds: int) -> str:
    """In the largest unit that says enough."""
    if seconds < 60:
        return _("%(n)s s") % {"n": seconds}
    if seconds < 7_200:
        return _("%(n)s min") % {"n": -(-seconds // 60)}
    return _("%(n)s h") % {"n": -(-seconds // 3_600)}
