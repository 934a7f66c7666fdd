"""Waits grow, end at the longest, and are spread."""

import pytest

from huiqun.lib.waits import growing


@pytest.mark.parametrize(("times", "seconds"), [(0, 10), (1, 20), (3, 80), (9, 3600), (10_000, 3600)])
def test_each_wait_is_twice_the_one_before_up_to_the_longest(times: int, seconds: float) -> None:
    assert growing(times, 1, first=10, longest=3600).total_seconds() == seconds
    assert growing(times, 0, first=10, longest=3600).total_seconds() == seconds / 2


def test_it_may_grow_faster() -> None:
    assert growing(2, 1, first=5, longest=900, factor=3).total_seconds() == 45
