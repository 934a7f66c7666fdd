"""Menus of quests, draws and games, and their panel on customers' own pages."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from huiqun.benefits.queries.open_plays import open_plays
from huiqun.benefits.views.play_roles import READERS
from huiqun.foundation import clock
from huiqun.foundation.panels import add_menu, add_panel


def my_plays(request: HttpRequest, customer_id: int) -> str | None:
    """What a customer may take part in just now."""
    counts = open_plays(customer_id, clock.now())
    return render_to_string("benefits/_my_plays.html", counts, request) if any(counts.values()) else None


for _place, _label in enumerate((_("Quests"), _("Prize draws"), _("Games"))):
    _name = ("quest", "draw", "game")[_place]
    add_menu(
        section=_("Marketing"),
        label=_label,
        url_name=f"benefits:{_name}_list",
        roles=READERS,
        order=130 + _place,
    )
add_panel(place="my_benefits", render=my_plays, order=300)
