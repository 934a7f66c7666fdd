"""Delivery in the menu, and on the customer's page."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiqun.delivery import queries
from huiqun.delivery.models.people import SUPPRESSION_REASONS
from huiqun.delivery.queries.holds import open_runs
from huiqun.delivery.queries.suppressions import blocks_of
from huiqun.delivery.rules.states import CHANNEL_WORDS, SENDING
from huiqun.delivery.views.block_forms import BY_HAND
from huiqun.delivery.views.roles import BLOCK_KEEPERS, BLOCK_READERS, LOG_READERS, SEARCHERS, WATCHERS
from huiqun.foundation import clock
from huiqun.foundation.erasure import add_hold
from huiqun.foundation.panels import add_menu, add_panel
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date

SECTION = _("Reach")

add_menu(section=SECTION, label=_("Sending runs"), url_name="delivery:run_list", roles=WATCHERS, order=500)
add_menu(
    section=SECTION,
    label=_("Why did they get it?"),
    url_name="delivery:recipient_search",
    roles=SEARCHERS,
    order=510,
)
add_menu(section=SECTION, label=_("Message log"), url_name="delivery:log_page", roles=LOG_READERS, order=515)
add_menu(
    section=SECTION,
    label=_("Suppression list"),
    url_name="delivery:suppression_list",
    roles=BLOCK_READERS,
    order=520,
)
add_menu(
    section=_("Administration"),
    label=_("Channel accounts"),
    url_name="delivery:account_list",
    roles=(Role.ADMINISTRATOR,),
    order=920,
)
add_menu(
    section=_("Administration"),
    label=_("What is kept how long"),
    url_name="delivery:retention_page",
    roles=(Role.ADMINISTRATOR,),
    order=940,
)


def customer_blocks(request: HttpRequest, customer_id: int) -> str | None:
    """On which channels a customer is not to be written to; who keeps the list may add a block."""
    user: Any = request.user
    context = {
        "customer_id": customer_id,
        "blocks": blocks_of(customer_id, now=clock.now()),
        "channels": [(key, gettext(CHANNEL_WORDS[key])) for key in SENDING],
        "reasons": [each for each in SUPPRESSION_REASONS if each[0] in BY_HAND],
        "may_keep": user.has_role(*BLOCK_KEEPERS),
        "today": local_date(clock.now()),
    }
    return render_to_string("delivery/_customer_blocks.html", context, request=request)


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


add_panel(place="customer", render=customer_blocks, order=290)
add_panel(place="customer", render=customer_touches, order=300)
add_hold(open_runs)
