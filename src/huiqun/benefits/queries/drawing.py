"""The burn-down as points of a drawing: pieces left over the hours, and where that leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiqun.benefits.queries.burning import Burning

WIDTH, HEIGHT = 640, 200
AHEAD = 0.35
"""What share of the width is kept for what is to come."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """``band`` is the range of the forecast; texts are empty where there is nothing to draw."""

    line: str
    ahead: str
    band: str
    now_x: float
    first: datetime | None
    last: datetime | None
    top: int


def curve(burning: Burning, *, quantity: int, now: datetime) -> Curve:
    points, forecast = burning.points, burning.forecast
    if not points:
        return Curve(line="", ahead="", band="", now_x=0, first=None, last=None, top=quantity)
    start = points[0][0]
    behind = max((now - start).total_seconds() / 3600, 1.0)
    span = behind / (1 - AHEAD)
    lefts = [max(quantity - claimed, 0) for _, claimed in points]
    top = max([*lefts, 1])

    def place(hours: float, left: float) -> str:
        return f"{min(hours / span, 1) * WIDTH:.1f},{HEIGHT - max(left, 0) / top * HEIGHT:.1f}"

    line = [
        place(min((hour - start).total_seconds() / 3600 + 1, behind), left)
        for (hour, _), left in zip(points, lefts, strict=True)
    ]
    now_left, more = lefts[-1], span - behind
    ahead, band = "", ""
    if forecast.known:
        here = place(behind, now_left)
        ahead = f"{here} {_down(place, behind, now_left, forecast.pace, more)}"
        low = _down(place, behind, now_left, forecast.pace_low, more)
        high = _down(place, behind, now_left, forecast.pace_high, more)
        band = _band(here, low.split(" "), high.split(" "))
    return Curve(
        line=" ".join(line),
        ahead=ahead,
        band=band,
        now_x=round(behind / span * WIDTH, 1),
        first=start,
        last=start + timedelta(hours=span),
        top=top,
    )


def _down(place: object, at: float, left: float, pace: float, hours: float) -> str:
    """Straight down until nothing is left, then along the ground."""
    assert callable(place)
    if pace > 0 and left / pace < hours:
        return f"{place(at + left / pace, 0)} {place(at + hours, 0)}"
    return str(place(at + hours, left - pace * hours))


def _band(here: str, low: Sequence[str], high: Sequence[str]) -> str:
    return " ".join((here, *low, *reversed(high)))
