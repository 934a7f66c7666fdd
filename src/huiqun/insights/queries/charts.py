"""Charts of a result, as ECharts options in plain values."""

from typing import Any

from django.utils.translation import gettext as _

from huiqun.insights.queries.results import CampaignResult


def funnel_chart(result: CampaignResult) -> dict[str, Any]:
    """The funnel's steps as horizontal bars."""
    steps = [step for step in result.steps if step.name not in {"eligible", "interested"}]
    return {
        "grid": {"left": 8, "right": 60, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [_(step.label) for step in steps],
            "axisTick": {"show": False},
        },
        "series": [
            {
                "type": "bar",
                "data": [step.count for step in steps],
                "label": {"show": True, "position": "right"},
                "barMaxWidth": 22,
            }
        ],
    }


def day_chart(result: CampaignResult) -> dict[str, Any]:
    """Reached, clicked and converted by day of sending."""
    days = [group.key for group in result.days]
    lines = {
        _("Sent"): [group.reached for group in result.days],
        _("Clicked"): [group.clicked.hits for group in result.days],
        _("Converted"): [group.converted.hits for group in result.days],
    }
    return {
        "grid": {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True},
        "legend": {"top": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": days},
        "yAxis": {"type": "value"},
        "series": [
            {"type": "line", "name": name, "data": data, "showSymbol": len(days) < 40}
            for name, data in lines.items()
        ],
    }
