"""A contract's state in words and colour."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiqun.partners.models import Contract
from huiqun.partners.rules.contracts import TELL_DAYS

COLOURS = {"draft": "grey", "coming": "blue", "in_force": "green", "expired": "grey", "ended": "red"}


def shown(contract: Contract, today: date) -> dict[str, Any]:
    labels = {
        "draft": pgettext("contract", "Draft"),
        "coming": pgettext("contract", "Not yet in force"),
        "in_force": pgettext("contract", "In force"),
        "expired": pgettext("contract", "Run out"),
        "ended": pgettext("contract", "Ended early"),
    }
    state = contract.shown_state(today)
    left = (contract.last_date - today).days
    soon = state == "in_force" and left <= max(TELL_DAYS)
    return {
        "row": contract,
        "state": labels[state],
        "colour": "gold" if soon else COLOURS[state],
        "soon": _("%(days)s days left") % {"days": left} if soon else "",
    }
