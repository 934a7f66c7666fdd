"""How the difference of two rates is written."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def points(difference: float | None) -> str:
    """0.0123 → +1.23 pp: the difference of two rates is in percentage points, not in percent."""
    return "—" if difference is None else _("%(points)s pp") % {"points": f"{difference * 100:+.2f}"}
