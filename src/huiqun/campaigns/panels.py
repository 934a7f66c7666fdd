from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.campaigns import queries
from huiqun.campaigns.events import ReleaseStopped
from huiqun.campaigns.queries.sizes import sizes_of_dossier
from huiqun.campaigns.views.roles import READERS
from huiqun.foundation import clock, notices
from huiqun.foundation.models import Staff
from huiqun.foundation.panels import add_menu, add_panel
from huiqun.foundation.roles import Role
from huiqun.lib.words import gettext_noop

add_menu(
    section=_("Marketing"),
    label=_("Campaigns"),
    url_name="campaigns:campaign_list",
    roles=READERS,
    order=100,
)


add_menu(
    section=_("Marketing"),
    label=_("Marketing calendar"),
    url_name="campaigns:calendar",
    roles=READERS,
    order=105,
)


add_menu(
    section=_("Marketing"),
    label=_("Limits on size"),
    url_name="campaigns:size_limits",
    roles=(Role.RISK_OFFICER,),
    order=115,
)


add_menu(
    section=_("Marketing"),
    label=_("Shared blocks"),
    url_name="campaigns:block_list",
    roles=READERS,
    order=110,
)


def campaigns_with_audience(request: HttpRequest, audience_id: int) -> str | None:
    """On an audience's page: which campaigns it is chosen for."""
    staff = cast(Staff, request.user)
    found = queries.campaigns_with_audience(audience_id=audience_id, staff=staff)
    if not found or not staff.has_role(*READERS):
        return None
    return render_to_string("campaigns/_audience_panel.html", {"campaigns": found}, request=request)


def size_of_dossier(request: HttpRequest, dossier_id: int) -> str | None:
    """For reviewers: how many the dossier goes to, and whether a second person has approved that."""
    sizes = sizes_of_dossier(dossier_id, staff=cast(Staff, request.user), now=clock.now())
    if sizes is None:
        return None
    return render_to_string("campaigns/_dossier_size.html", {"sizes": sizes}, request=request)


add_panel(place="audience", render=campaigns_with_audience)
add_panel(place="dossier", render=size_of_dossier)
notices.register(
    ReleaseStopped.kind(), gettext_noop("Stage %(number)s of %(campaign)s stopped by itself"), urgent=True
)
