"""How findings are shown: `{% load findings %}`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from huiqun.compliance.marking import Stretch, stretches
from huiqun.compliance.rules.findings import Finding
from huiqun.lib.severity import Severity

register = template.Library()

SEVERITIES = {
    Severity.BLOCK: _("Must be changed"),
    Severity.HIGH: _("High risk"),
    Severity.WARN: _("Take care"),
}
COLOURS = {Severity.BLOCK: "red", Severity.HIGH: "gold", Severity.WARN: "blue"}


@register.filter
def severity_label(severity: str) -> Any:
    return SEVERITIES[Severity(severity)]


@register.filter
def severity_colour(severity: str) -> str:
    return COLOURS[Severity(severity)]


@register.filter
def marked(text: str, findings: Sequence[Finding | Mapping[str, Any]] | None) -> list[Stretch]:
    """The text cut where findings begin and end; findings may come from a dossier's body."""
    return stretches(text or "", findings or ())
