"""Delivery in the menu, and on the customer's page."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.delivery import queries
from huiqun.delivery.queries.holds import open_runs
from huiqun.delivery.views.staff import SEARCHERS, WATCHERS
from huiqun.delivery.views.suppressions import READERS
from huiqun.foundation.erasure import add_hold
from huiqun.foundation.panels import add_menu, add_panel
from huiqun.foundation.roles import Role

SECTION = _("Reach")

add_menu(section=SECTION, label=_("Sending runs"), url_name="delivery:run_list", roles=WATCHERS, order=500)
add_menu(
    section=SECTION,
    label=_("Why did they get it?"),
    url_name="delivery:recipient_search",
    roles=SEARCHERS,
    order=510,
)
add_menu(
    section=SECTION,
    label=_("Suppression list"),
    url_name="delivery:suppression_list",
    roles=READERS,
    order=520,
)
add_menu(
    section=_("Administration"),
    label=_("Channel accounts"),
    url_name="delivery:account_list",
    roles=(Role.ADMINISTRATOR,),
    order=920,
)


def customer_touches(request: HttpRequest, customer_id: int) -> str | None:
    """What was sent to a customer or not, and why. Whoever may see the page has passed its door."""
    return render_to_string(
        "delivery/_customer_panel.html",
        {
            "reached": queries.touches_of(customer_id, limit=20),
            "refused": [topic.label for topic in queries.topics_of(customer_id) if topic.refused_at],
        },
        request=request,
    )


add_panel(place="customer", render=customer_touches, order=300)
add_hold(open_runs)
