from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.foundation import clock, notices
from huiqun.foundation.panels import add_menu, add_panel
from huiqun.lib.words import gettext_noop
from huiqun.risk.queries import cases as queries
from huiqun.risk.views.staff import OFFICERS


def my_safety(request: HttpRequest, customer_id: int) -> str | None:
    """On a customer's first page, when something of theirs was stopped."""
    rows = queries.mine(customer_id, now=clock.now())
    return render_to_string("risk/_my_safety.html", {"count": len(rows)}, request) if rows else None


for label, url_name, order in (
    (_("Watch board"), "risk:watch_board", 310),
    (_("Risk cases"), "risk:case_list", 311),
    (_("Stopped claims"), "risk:judgement_list", 312),
    (_("Freezes"), "risk:freeze_list", 313),
    (_("Linked customers"), "risk:ring_list", 314),
    (_("Scorecards"), "risk:scorecard_list", 315),
):
    add_menu(section=_("Risk"), label=label, url_name=url_name, roles=OFFICERS, order=order)
add_panel(place="my", render=my_safety, order=700)
notices.register(
    "risk.CaseOverdue",
    gettext_noop("Risk case %(number)s has not been decided within its clock"),
    urgent=True,
)
notices.register(
    "risk.TrafficUnusual",
    gettext_noop(
        "Unusual traffic: %(seen)s claims of %(subject)s in five minutes, where %(expected)s are usual"
    ),
    urgent=True,
)
