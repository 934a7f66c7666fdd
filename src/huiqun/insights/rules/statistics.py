"""Rates with their intervals, arms compared, and whether the arms are as large as they should be.

Intervals are two-sided at 95 %. A rate's interval is Wilson's score interval (Wilson 1927); the
comparison of arms and the sample-ratio check are tea-tasting's proportion and sample-ratio metrics.

tea-tasting and SciPy take over a second to load: they are imported by what needs them, not by every program.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tea_tasting.aggr import Aggregates

CONFIDENCE = 0.95
FEWEST = 5
"""Hits and misses that each arm needs before a normal approximation may be read."""

ALARM = 0.001
"""A p-value below which unequal arms are no accident: the usual threshold of sample-ratio checks."""


@dataclass(frozen=True)
class Rate:
    """``hits`` of ``base`` people; ``low`` and ``high`` bound the rate; all None when there is nobody."""

    hits: int
    base: int
    value: float | None
    low: float | None
    high: float | None


def rate(hits: int, base: int) -> Rate:
    """:raises ValueError when there are more hits than people"""
    if hits > base:
        raise ValueError(f"{hits} hits among {base} people")
    if base == 0:
        return Rate(hits, base, None, None, None)
    from scipy.stats import binomtest

    interval = binomtest(hits, base).proportion_ci(CONFIDENCE, method="wilson")
    return Rate(hits, base, hits / base, float(interval.low), float(interval.high))


@dataclass(frozen=True)
class Comparison:
    """Treatment against control. ``effect`` is the difference of the rates (0.01 is one percentage point),
    ``low`` and ``high`` its interval; None where an arm is empty."""

    treatment: Rate
    control: Rate
    effect: float | None
    low: float | None
    high: float | None
    p_value: float | None

    @property
    def is_thin(self) -> bool:
        """Too few hits or misses in an arm for the interval to be trusted: then nothing is concluded."""
        arms = (self.treatment, self.control)
        return any(min(arm.hits, arm.base - arm.hits) < FEWEST for arm in arms)

    @property
    def is_significant(self) -> bool:
        """Whether the interval leaves zero out, and enough people stand behind it to say so."""
        return (
            not self.is_thin
            and self.low is not None
            and self.high is not None
            and (self.low > 0 or self.high < 0)
        )


def compare(*, treated: int, treated_hits: int, control: int, control_hits: int) -> Comparison:
    """Compare the share of hits of two arms."""
    arms = rate(treated_hits, treated), rate(control_hits, control)
    if not treated or not control:
        return Comparison(*arms, None, None, None, None)
    if treated_hits + control_hits in (0, treated + control):
        return Comparison(*arms, 0.0, None, None, None)
    import tea_tasting as tt

    data = {"control": _aggregates(control, control_hits), "treatment": _aggregates(treated, treated_hits)}
    experiment = tt.Experiment(hits=tt.Proportion("hit", method="norm", correction=False, equal_var=False))
    found = experiment.analyze(data, control="control")["hits"]
    return Comparison(
        *arms, found.effect_size, found.effect_size_ci_lower, found.effect_size_ci_upper, found.pvalue
    )


def _aggregates(people: int, hits: int) -> "Aggregates":
    """What tea-tasting needs of an arm: mean and unbiased variance of a column of zeros and ones."""
    from tea_tasting.aggr import Aggregates

    share = hits / people
    variance = share * (1 - share) * people / (people - 1) if people > 1 else 0.0
    return Aggregates(count_=people, mean_={"hit": share}, var_={"hit": variance}, cov_={})


@dataclass(frozen=True)
class RatioCheck:
    """Whether the arms' sizes fit the planned share of control; ``alarm`` means that they do not."""

    treated: int
    control: int
    planned_control: float
    p_value: float | None

    @property
    def alarm(self) -> bool:
        return self.p_value is not None and self.p_value < ALARM


def check_ratio(*, treated: int, control: int, planned_control: float) -> RatioCheck:
    """``planned_control`` is a share between 0 and 1, both exclusive; otherwise nothing is checked."""
    if not treated + control or not 0 < planned_control < 1:
        return RatioCheck(treated, control, planned_control, None)
    from scipy.stats import binomtest

    result = binomtest(control, treated + control, planned_control)
    return RatioCheck(treated, control, planned_control, float(result.pvalue))
