"""Rates and comparisons against figures worked out elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqun.insights.rules.statistics import check_ratio, compare, rate


def test_wilson_interval_of_a_known_case():
    """81 of 263: 0.2553 to 0.3662 (Newcombe 1998, table I, method 3)."""
    found = rate(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_rate_and_stays_a_share(pair):
    found = rate(*pair)
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1


def test_nobody_has_no_rate():
    assert rate(0, 0).value is None


def test_more_hits_than_people_is_a_bug():
    with pytest.raises(ValueError, match="3 hits among 2"):
        rate(3, 2)


def test_comparison_of_a_known_experiment():
    """Womens e-mail against none in the Hillstrom data: 0.151400 − 0.106167 = 0.045233."""
    found = compare(treated=21_387, treated_hits=3_238, control=21_306, control_hits=2_262)
    assert found.effect == pytest.approx(0.045233, abs=2e-6)
    assert found.low == pytest.approx(0.045233 - 1.96 * 0.003233, abs=2e-4)
    assert found.is_significant


def test_a_handful_of_conversions_says_nothing():
    assert not compare(treated=900, treated_hits=40, control=100, control_hits=0).is_significant


def test_without_a_control_group_there_is_no_effect():
    assert compare(treated=10, treated_hits=3, control=0, control_hits=0).effect is None


def test_unequal_arms_raise_the_alarm():
    """33 % of control where 20 % were planned."""
    assert check_ratio(treated=6_700, control=3_300, planned_control=0.2).alarm
    assert not check_ratio(treated=8_020, control=1_980, planned_control=0.2).alarm
