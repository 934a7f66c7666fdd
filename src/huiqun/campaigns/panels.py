from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.campaigns import queries
from huiqun.campaigns.views.staff_plans import READERS
from huiqun.foundation.models import Staff
from huiqun.foundation.panels import add_menu, add_panel

add_menu(
    section=_("Marketing"),
    label=_("Campaigns"),
    url_name="campaigns:campaign_list",
    roles=READERS,
    order=100,
)


def campaigns_with_audience(request: HttpRequest, audience_id: int) -> str | None:
    """On an audience's page: which campaigns it is chosen for."""
    staff = cast(Staff, request.user)
    found = queries.campaigns_with_audience(audience_id=audience_id, staff=staff)
    if not found or not staff.has_role(*READERS):
        return None
    return render_to_string("campaigns/_audience_panel.html", {"campaigns": found}, request=request)


add_panel(place="audience", render=campaigns_with_audience)
