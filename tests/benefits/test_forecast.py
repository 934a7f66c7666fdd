"""When stock runs out, and how sure that is."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from huiqun.benefits.queries.burning import burning
from huiqun.benefits.queries.drawing import curve
from huiqun.benefits.rules.forecasting import forecast
from tests.makers.benefits import make_benefit, make_claim
from tests.makers.customers import make_customer

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
END = NOW + timedelta(days=10)


def test_a_steady_pace_is_foretold() -> None:
    found = forecast([10] * 48, left=240, now=NOW, end=END)
    assert found.known
    assert round(found.pace) == 10
    assert found.runs_out_at is not None
    assert abs(found.runs_out_at - (NOW + timedelta(hours=24))) < timedelta(minutes=1)
    assert found.earliest_at is not None and found.latest_at is not None
    assert found.earliest_at < found.runs_out_at < found.latest_at


@pytest.mark.parametrize("hours", [[], [3], [9], [2, 2, 2, 3], [1, 1, 1, 0, 0, 0]])
def test_too_few_claims_foretell_nothing(hours: list[int]) -> None:
    assert not forecast(hours, left=100, now=NOW, end=END).known


def test_stock_that_lasts_has_no_end() -> None:
    found = forecast([1] * 48, left=100_000, now=NOW, end=END)
    assert (found.runs_out_at, found.earliest_at) == (None, None)
    assert found.left_at_end == 100_000 - 240


def test_uneven_hours_widen_the_range() -> None:
    even, waves = [10] * 48, [0, 0, 0, 40] * 12
    narrow = forecast(even, left=1_000, now=NOW, end=END)
    wide = forecast(waves, left=1_000, now=NOW, end=END)
    assert wide.pace_high - wide.pace_low > 1.5 * (narrow.pace_high - narrow.pace_low)


def test_the_range_holds_the_true_pace_as_often_as_it_says() -> None:
    """400 runs of chance arrivals at 20 an hour: the 95 % range holds 20 in 91–98 % of them."""
    chance = random.Random(20261120)

    def arrivals() -> list[int]:
        return [sum(chance.random() < 0.02 for _ in range(1_000)) for _ in range(49)]

    held = 0
    for _ in range(400):
        found = forecast(arrivals(), left=10_000, now=NOW, end=END)
        held += found.pace_low <= 20 <= found.pace_high
    assert 0.91 <= held / 400 <= 0.98


@pytest.mark.django_db
def test_reads_the_pace_from_the_claims(north: Any, now: datetime) -> None:
    benefit = make_benefit(branch=north, quantity=100, claim_start_at=now - timedelta(hours=30))
    for hours in range(24):
        at = now - timedelta(hours=hours, minutes=30)
        make_claim(benefit=benefit, customer_id=make_customer(branch=north).pk, now=at)
    benefit.refresh_from_db()
    found = burning(benefit, now=now)
    assert (found.left, found.by_state, found.points[-1][1]) == (76, {"claimed": 24}, 24)
    assert 0.5 < found.forecast.pace < 1.1
    drawn = curve(found, quantity=100, now=now)
    assert drawn.line.count(",") == len(found.points)
    assert drawn.band
