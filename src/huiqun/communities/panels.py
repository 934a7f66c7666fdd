"""Communities in the menu, on a customer's page and on a customer's own first page."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.communities.models import Membership
from huiqun.communities.queries.desk import waiting_count
from huiqun.communities.queries.unread import unread_notes, unread_of
from huiqun.communities.views.roles import JUDGES, READERS
from huiqun.foundation.panels import add_menu, add_panel

SECTION = _("Communities")

add_menu(section=SECTION, label=_("Groups"), url_name="communities:group_list", roles=READERS, order=300)
add_menu(
    section=SECTION,
    label=_("Words to decide upon"),
    url_name="communities:case_list",
    roles=JUDGES,
    order=310,
)


def my_groups(request: HttpRequest, customer_id: int) -> str | None:
    counted = unread_of(customer_id=customer_id)
    if not counted.by_group:
        return None
    context = {"unread": counted.total, "notes": unread_notes(customer_id=customer_id)}
    return render_to_string("communities/_my_panel.html", context, request=request)


def customer_groups(request: HttpRequest, customer_id: int) -> str | None:
    """The groups of a customer, for staff who see the customer."""
    rows = Membership.objects.filter(customer=customer_id).select_related("group").order_by("-id")[:20]
    return (
        render_to_string("communities/_customer_panel.html", {"seats": rows}, request=request)
        if rows
        else None
    )


def waiting(request: HttpRequest, _subject: int) -> str | None:
    """On the workbench of those who decide."""
    staff: Any = request.user
    if not staff.has_role(*JUDGES):
        return None
    count = waiting_count(staff)
    return (
        render_to_string("communities/_waiting_panel.html", {"count": count}, request=request)
        if count
        else None
    )


add_panel(place="my", render=my_groups, order=20)
add_panel(place="customer", render=customer_groups, order=320)
add_panel(place="home", render=waiting, order=60)
