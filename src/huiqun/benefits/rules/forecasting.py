"""When stock runs out: from the pace of the last hours, with an honest range. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

FEWEST = 10
"""Below so many claims nothing is foretold."""
HALF_LIFE = 12
"""Hours after which a claim counts half."""
SURE = 1.96


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """``pace`` is pieces per hour with its range; moments are None when stock lasts beyond the end of claiming.

    ``known`` is False when too few have claimed to say.
    """

    known: bool
    pace: float = 0.0
    pace_low: float = 0.0
    pace_high: float = 0.0
    runs_out_at: datetime | None = None
    earliest_at: datetime | None = None
    latest_at: datetime | None = None
    left_at_end: int | None = None


def forecast(hours: Sequence[int], *, left: int, now: datetime, end: datetime) -> Forecast:
    """``hours`` are the claims of each hour, the last one under way. Recent hours weigh more.

    The range is ±1.96 standard errors of the weighted mean, widened by how unevenly the hours went (claims come in
    waves, so that the hours' own spread is used where it is wider than chance alone).
    """
    whole = list(hours[:-1]) or list(hours)
    if sum(hours) < FEWEST or len(whole) < 3:
        return Forecast(known=False)
    weights = [0.5 ** ((len(whole) - 1 - place) / HALF_LIFE) for place in range(len(whole))]
    total = sum(weights)
    pace = sum(weight * count for weight, count in zip(weights, whole, strict=True)) / total
    spread = sum(w * (count - pace) ** 2 for w, count in zip(weights, whole, strict=True)) / total
    error = sqrt(max(spread, pace) * sum(w * w for w in weights)) / total
    low, high = max(pace - SURE * error, 0.0), pace + SURE * error
    remaining = max((end - now).total_seconds() / 3600, 0.0)
    return Forecast(
        known=True,
        pace=pace,
        pace_low=low,
        pace_high=high,
        runs_out_at=_at(left, pace, now, end),
        earliest_at=_at(left, high, now, end),
        latest_at=_at(left, low, now, end),
        left_at_end=max(round(left - pace * remaining), 0),
    )


def _at(left: int, pace: float, now: datetime, end: datetime) -> datetime | None:
    if left <= 0:
        return now
    if pace <= 0 or left / pace > 24 * 3660:
        return None
    moment = now + timedelta(hours=left / pace)
    return moment if moment < end else None
