from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.benefits import queries
from huiqun.benefits.views.staff import READERS
from huiqun.foundation.erasure import add_hold
from huiqun.foundation.panels import add_menu, add_panel


def customer_claims(request: HttpRequest, customer_id: int) -> str | None:
    """What this customer has claimed, on the customer's page."""
    claims = queries.claims_of(customer_id)
    return render_to_string("benefits/_customer_claims.html", {"claims": claims}, request) if claims else None


add_menu(
    section=_("Marketing"), label=_("Benefits"), url_name="benefits:benefit_list", roles=READERS, order=120
)
add_panel(place="customer", render=customer_claims, order=300)
add_hold(queries.open_claims)
