"""How unusual a number is beside the same hour of earlier days: explained in words, not by a black box."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

TO_SIGMA = 1.4826
"""The median absolute deviation of normal values, times this, is their standard deviation."""
UNUSUAL = 6.0
LEAST_CLAIMS = 30
LEAST_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class Anomaly:
    """``expected`` is the median of the same hour on ``days`` earlier days, ``spread`` what is usual around it."""

    seen: int
    expected: float
    spread: float
    z: float
    days: int

    @property
    def is_unusual(self) -> bool:
        return self.seen >= LEAST_CLAIMS and self.days >= LEAST_DAYS and self.z >= UNUSUAL


def judge_traffic(seen: int, history: Sequence[int]) -> Anomaly:
    """``history``: the same window of earlier days. The spread is never below that of a Poisson count, so that
    a quiet hour does not make every claim unusual."""
    if not history:
        return Anomaly(seen=seen, expected=0.0, spread=0.0, z=0.0, days=0)
    middle = float(median(history))
    around = float(median(abs(value - middle) for value in history)) * TO_SIGMA
    spread = max(around, middle**0.5, 1.0)
    return Anomaly(seen=seen, expected=middle, spread=spread, z=(seen - middle) / spread, days=len(history))
