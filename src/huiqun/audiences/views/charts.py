"""Charts of an audience, as the page's script draws them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiqun.audiences.queries import SizePoint

BLUE, GREEN, RED = "#1f6feb", "#13a8a0", "#e0603f"


def trend_chart(points: Sequence[SizePoint]) -> dict[str, Any]:
    """Size by day, and who entered and left beside it."""
    size, entered, left = (
        _("Customers in the audience"),
        pgettext("members", "Entered"),
        pgettext("members", "Left"),
    )
    return {
        "legend": {"data": [size, entered, left], "top": 0},
        "xAxis": {"type": "category", "data": [each.day.isoformat() for each in points]},
        "yAxis": [{"type": "value", "scale": True}, _moves_axis(points)],
        "series": [
            {
                "name": size,
                "type": "line",
                "data": [_point(each) for each in points],
                "itemStyle": {"color": BLUE},
            },
            _bars(entered, [each.entered for each in points], GREEN),
            _bars(left, [-each.left for each in points], RED),
        ],
    }


def _moves_axis(points: Sequence[SizePoint]) -> dict[str, Any]:
    """Wide enough that the bars stay low and the line is what one reads first."""
    most = 3 * max((max(each.entered, each.left) for each in points), default=1) or 1
    return {"type": "value", "min": -most, "max": most, "show": False}


def _point(point: SizePoint) -> dict[str, Any]:
    """A day with an alert stands out."""
    if not point.alerted:
        return {"value": point.n}
    return {"value": point.n, "symbol": "diamond", "symbolSize": 13, "itemStyle": {"color": RED}}


def _bars(name: str, values: list[int], colour: str) -> dict[str, Any]:
    return {
        "name": name, "type": "bar", "yAxisIndex": 1, "stack": "moves", "barMaxWidth": 14,
        "data": values, "itemStyle": {"color": colour},
    }  # fmt: skip
