"""A target is reached when the whole interval lies above it, missed when below, and open in between."""

import pytest

from huiqun.campaigns.words import DEFAULT_TARGETS
from huiqun.insights.queries.results import Kpi
from huiqun.insights.rules.statistics import rate


@pytest.mark.parametrize(
    ("hits", "base", "verdict"),
    [(400, 10_000, "above"), (100, 10_000, "below"), (200, 10_000, "open"), (0, 0, "open")],
)
def test_the_interval_decides_not_the_point(hits, base, verdict):
    assert Kpi("ctr", rate(hits, base), 0.02).verdict == verdict


def test_without_a_target_nothing_is_decided():
    assert Kpi("ctr", rate(400, 10_000), None).verdict == "open"


def test_practice_sets_the_targets_one_starts_from():
    """CTR 2 %, CVR 1 %, participation 20 %, 30-day retention 30 %, in ten-thousandths."""
    assert {str(metric): target for metric, target in DEFAULT_TARGETS.items()} == {
        "ctr": 200,
        "cvr": 100,
        "join_rate": 2_000,
        "retention30": 3_000,
    }
