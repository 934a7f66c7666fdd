"""How fast a benefit goes, and when it will have run out: with a range that says how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncHour

from huiqun.benefits.models import Benefit, Claim
from huiqun.benefits.queries.stock import free_codes
from huiqun.benefits.rules import Codes
from huiqun.benefits.rules.forecasting import Forecast, forecast

HOURS = 72
"""How far back the pace is read."""


@dataclass(frozen=True, kw_only=True)
class Burning:
    """``points`` are (hour, pieces claimed until its end); ``left`` can still be claimed."""

    points: tuple[tuple[datetime, int], ...]
    left: int
    codes_left: int | None
    forecast: Forecast
    by_state: dict[str, int]


def burning(benefit: Benefit, *, now: datetime) -> Burning:
    since = now - timedelta(hours=HOURS)
    hours = _by_hour(benefit.pk, since)
    codes = free_codes(benefit.pk) if benefit.codes == Codes.POOL else None
    left = benefit.left if codes is None else min(benefit.left, codes)
    start = max(since, benefit.claim_start_at)
    pace = [count for hour, count in _filled(hours, start, now)]
    states = dict(
        Claim.objects.filter(benefit=benefit).order_by().values_list("state").annotate(n=Count("id"))
    )
    return Burning(
        points=_running(benefit.claimed, _filled(hours, start, now)),
        left=left,
        codes_left=codes,
        forecast=forecast(pace, left=left, now=now, end=benefit.claim_end_at),
        by_state=states,
    )


def _by_hour(benefit_id: int, since: datetime) -> dict[datetime, int]:
    rows = Claim.objects.filter(benefit_id=benefit_id, claimed_at__gte=since).order_by()
    counted = rows.annotate(hour=TruncHour("claimed_at")).values_list("hour").annotate(n=Count("id"))
    return dict(counted)


def _filled(hours: dict[datetime, int], start: datetime, now: datetime) -> list[tuple[datetime, int]]:
    """Every hour, those without a claim too."""
    hour = start.replace(minute=0, second=0, microsecond=0)
    found = []
    while hour <= now:
        found.append((hour, hours.get(hour, 0)))
        hour += timedelta(hours=1)
    return found


def _running(claimed: int, hours: Sequence[tuple[datetime, int]]) -> tuple[tuple[datetime, int], ...]:
    """What had been claimed at the end of each hour; the last is what there is now."""
    total = claimed - sum(count for _, count in hours)
    points = []
    for hour, count in hours:
        total += count
        points.append((hour, max(total, 0)))
    return tuple(points)
