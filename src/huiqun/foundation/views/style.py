"""The living style page: every component in both densities, for those who make pages."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import Page
from huiqun.foundation.templatetags._icons import PATHS
from huiqun.lib.days import local_date


@require_GET
@staff_door()
def style_page(request: StaffRequest) -> HttpResponse:
    context = {
        "densities": (("roomy", _("Roomy")), ("compact", _("Compact"))),
        "states": _states(),
        "rows": _rows(),
        "page": Page(rows=(), next="n", previous=""),
        "icons": sorted(PATHS),
        "today": local_date(request.now),
        "chart": _chart(),
        "funnel": _funnel(),
    }
    return render(request, "foundation/style.html", context)


def _states() -> tuple[tuple[str, str, str], ...]:
    """(words, colour, when to use it)"""
    return (
        (_("In review"), "blue", _("Under way, nobody has to worry")),
        (_("Approved"), "green", _("Done well")),
        (_("Waiting"), "gold", _("Somebody has to do something")),
        (_("Stopped"), "red", _("Failed, refused or stopped")),
        (_("Draft"), "grey", _("Not begun, or over")),
        (_("Control group"), "purple", _("Experiments")),
        (_("Imported"), "cyan", _("Comes from elsewhere")),
    )


def _rows() -> tuple[dict[str, Any], ...]:
    names = (
        _("Spring deposit festival"),
        _("Wake paused fund plans"),
        _("Card-holders' month"),
        _("New customers' gift"),
    )
    return tuple(
        {"name": name, "fen": 12_345_600 * (n + 1), "ratio": 0.0213 * (n + 1), "state": _states()[n], "count": 41_188 // (n + 1)}
        for n, name in enumerate(names)
    )  # fmt: skip


def _funnel() -> tuple[tuple[str, int], ...]:
    return ((_("Audience"), 20_000), (_("Sent"), 14_230), (_("Clicked"), 1_126), (_("Converted"), 214))


def _chart() -> dict[str, Any]:
    days = [f"11-{day:02d}" for day in range(9, 21)]
    return {
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": days},
        "yAxis": {"type": "value"},
        "series": [
            {"type": "bar", "name": _("Sent"), "data": [820, 932, 901, 934, 1290, 1330, 1320, 990, 1100, 1240, 1180, 1010]},
            {"type": "line", "name": _("Clicked"), "data": [82, 95, 88, 101, 140, 151, 139, 99, 120, 131, 125, 108]},
        ],
    }  # fmt: skip
