"""Reading scorecards."""

from functools import lru_cache
from typing import Any

from huiqun.risk.models import ScorecardVersion
from huiqun.risk.rules.refusals import ScorecardNotFound
from huiqun.risk.rules.scorecards import Scorecard


@lru_cache(maxsize=32)
def activated(scorecard_id: int, _digest: str) -> Scorecard:
    """An activated version never changes, so each process reads it once."""
    values: Scorecard = ScorecardVersion.objects.get(pk=scorecard_id).values
    return values


def scorecard(scorecard_id: int) -> ScorecardVersion:
    """:raises ScorecardNotFound"""
    found: ScorecardVersion | None = (
        ScorecardVersion.objects.filter(pk=scorecard_id)
        .select_related("written_by", "proposed_by", "decided_by")
        .first()
    )
    if found is None:
        raise ScorecardNotFound()
    return found


def scorecards() -> Any:
    return ScorecardVersion.objects.select_related("written_by", "decided_by")


def in_force(now: Any) -> ScorecardVersion | None:
    found: ScorecardVersion | None = (
        ScorecardVersion.objects.filter(state="active", starts_at__lte=now)
        .order_by("-starts_at", "-id")
        .first()
    )
    return found
