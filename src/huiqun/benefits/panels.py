from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.benefits import queries
from huiqun.benefits.queries.points import last_movements, points_balance
from huiqun.benefits.views.points_words import shown_movement
from huiqun.benefits.views.roles import LEDGER_READERS, REPORT_READERS
from huiqun.benefits.views.staff import READERS
from huiqun.customers.queries import customer_cards
from huiqun.foundation import clock
from huiqun.foundation.erasure import add_hold
from huiqun.foundation.models import Staff
from huiqun.foundation.panels import add_menu, add_panel
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date


def customer_claims(request: HttpRequest, customer_id: int) -> str | None:
    """What this customer has claimed, on the customer's page."""
    claims = queries.claims_of(customer_id)
    return render_to_string("benefits/_customer_claims.html", {"claims": claims}, request) if claims else None


def customer_points(request: HttpRequest, customer_id: int) -> str | None:
    """What this customer has in points, on the customer's page, for those who may read the ledger."""
    staff = request.user
    if not isinstance(staff, Staff) or not staff.has_role(*LEDGER_READERS, Role.AUDITOR):
        return None
    movements = last_movements(customer_id)
    if not movements:
        return None
    context = {
        "balance": points_balance(customer_id, today=local_date(clock.now())),
        "movements": [shown_movement(row) for row in movements],
        "number": next((card.number for card in customer_cards(ids=[customer_id], staff=staff)), ""),
    }
    return render_to_string("benefits/_customer_points.html", context, request)


def my_points(request: HttpRequest, customer_id: int) -> str | None:
    """A customer's balance, on the first of the customer's own pages and in the benefit centre."""
    balance = points_balance(customer_id, today=local_date(clock.now()))
    return render_to_string("benefits/_my_points.html", {"balance": balance}, request)


add_menu(
    section=_("Marketing"), label=_("Benefits"), url_name="benefits:benefit_list", roles=READERS, order=120
)
add_menu(
    section=_("Marketing"),
    label=_("Points ledger"),
    url_name="benefits:points_ledger",
    roles=LEDGER_READERS,
    order=122,
)
add_menu(
    section=_("Marketing"),
    label=_("Rules for earning points"),
    url_name="benefits:earning_rule_list",
    roles=REPORT_READERS,
    order=123,
)
add_menu(
    section=_("Marketing"),
    label=_("Points report"),
    url_name="benefits:points_report",
    roles=REPORT_READERS,
    order=124,
)
add_menu(
    section=_("Marketing"),
    label=_("Charity pledges"),
    url_name="benefits:pledge_list",
    roles=LEDGER_READERS,
    order=125,
)
add_panel(place="customer", render=customer_points, order=310)
add_panel(place="my", render=my_points, order=200)
add_panel(place="my_benefits", render=my_points, order=100)
add_panel(place="customer", render=customer_claims, order=300)
add_hold(queries.open_claims)
