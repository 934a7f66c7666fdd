"""Words and colours of reviews: `{% load reviews %}`."""

from typing import Any

from django import template
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from huiqun.compliance.models.reviews import DossierState
from huiqun.compliance.rulebook.loading import all_rules
from huiqun.foundation.roles import Role

register = template.Library()

PARTS = {
    "title": gettext_lazy("Title"),
    "kind": gettext_lazy("Kind"),
    "goal": gettext_lazy("Goal"),
    "period": gettext_lazy("Period"),
    "product": gettext_lazy("Product"),
    "audience": gettext_lazy("Audience"),
    "control_share": gettext_lazy("Control group"),
    "variants": gettext_lazy("Variant"),
    "page": gettext_lazy("Landing page"),
    "offer": gettext_lazy("Offer"),
    "more_offers": gettext_lazy("Further benefits"),
    "untold": gettext_lazy("What the terms do not tell"),
    "conversion": gettext_lazy("Conversion"),
    "schedule": gettext_lazy("Schedule"),
    "policy": gettext_lazy("Sending policy"),
    "budget_fen": gettext_lazy("Budget (fen)"),
    "team": gettext_lazy("Team (staff numbers)"),
    "targets": gettext_lazy("Targets (in ten-thousandths)"),
    "licences": gettext_lazy("Licences"),
    "mechanics": gettext_lazy("Rules of the activity"),
    "shown": gettext_lazy("Shown on the page"),
    "blocks": gettext_lazy("Shared blocks"),
    "links": gettext_lazy("Links and UTM"),
    "release": gettext_lazy("Gradual release"),
    "body": gettext_lazy("Text"),
    "subject": gettext_lazy("Subject line"),
    "weight": gettext_lazy("Share"),
    "channel": gettext_lazy("Channel"),
    "key": gettext_lazy("Key"),
    "start": gettext_lazy("Start"),
    "end": gettext_lazy("End"),
    "rule": gettext_lazy("Rule"),
    "sentence": gettext_lazy("In words"),
    "version": gettext_lazy("Version"),
    "name": gettext_lazy("Name"),
    "risk": gettext_lazy("Risk level"),
    "issuer": gettext_lazy("Issuer"),
    "code": gettext_lazy("Code"),
}
CHANNELS = {
    "sms": gettext_lazy("SMS"),
    "email": gettext_lazy("E-mail"),
    "h5": gettext_lazy("Landing page"),
}
LEAST = {
    "业务审核": gettext_lazy("Business review"),
    "法务审核": gettext_lazy("Legal review"),
    "合规审核": gettext_lazy("Compliance review"),
}
CHANGES = {
    "added": (gettext_lazy("Added"), "green"),
    "removed": (gettext_lazy("Removed"), "red"),
    "changed": (gettext_lazy("Changed"), "gold"),
    "same": (gettext_lazy("Unchanged"), "grey"),
}


@register.filter
def part_label(path: str) -> str:
    """``variants.sms-a.body`` → 文案 · sms-a · 正文"""
    return " · ".join(_piece(piece) for piece in path.split("."))


def _piece(piece: str) -> str:
    """``offer:2`` is the offer in the second place after the first."""
    name, _, place = piece.partition(":")
    return f"{PARTS.get(name, name)} {int(place) + 1}" if place.isdecimal() else str(PARTS.get(piece, piece))


@register.filter
def channel_label(code: str) -> str:
    return str(CHANNELS.get(code, code))


@register.filter
def step_label(name: str) -> str:
    """The first three steps are named in the reader's language, as long as the bank calls them so."""
    return str(LEAST.get(name, name))


@register.filter
def role_label(code: str) -> str:
    return str(Role(code).label) if code in Role.values else code


@register.filter
def state_colour(state: str) -> str:
    return DossierState(state).colour if state in DossierState.values else "grey"


@register.filter
def change_label(state: str) -> str:
    return str(CHANGES[state][0])


@register.filter
def change_colour(state: str) -> str:
    return CHANGES[state][1]


@register.filter
def step_class(state: str) -> str:
    """The look of a step in the row of steps."""
    return {"approved": "step-done", "open": "step-now", "returned": "step-bad"}.get(state, "step-todo")


@register.filter
def product_line(product: Any) -> str:
    """One line about a product of a dossier's body."""
    if not product:
        return _("No product (brand)")
    risk = product.get("risk")
    level = f" · R{risk}" if isinstance(risk, int) else f" · {risk}" if risk else ""
    issuer = f" · {product['issuer']}" if product.get("issuer") else ""
    return f"{product.get('name', '')} ({product.get('code', '')}){level}{issuer}"


@register.filter
def rule_name(code: str) -> str:
    """A rule's name in the reader's language; nothing where the book no longer has it."""
    rule = all_rules().get(code)
    return rule.name.for_reader(get_language() or "zh") if rule else ""
