"""Shares that add up to the cent."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from huiqun.benefits.rules.shares import WHOLE, split

COSTS = st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, WHOLE)), max_size=60)


@given(COSTS)
def test_the_parts_are_the_part_of_the_sum(costs: list[tuple[int, int]]) -> None:
    exact = sum(Fraction(value * share, WHOLE) for value, share in costs)
    assert abs(sum(split(costs)) - exact) <= Fraction(1, 2)


@given(COSTS)
def test_no_part_is_a_whole_fen_away(costs: list[tuple[int, int]]) -> None:
    for (value, share), part in zip(costs, split(costs), strict=True):
        assert abs(part - Fraction(value * share, WHOLE)) < 1
        assert 0 <= part <= value


@given(COSTS)
def test_the_same_costs_have_the_same_parts(costs: list[tuple[int, int]]) -> None:
    assert split(costs) == split(list(costs))


def test_three_thirds_make_a_whole() -> None:
    """Each alone would round to 33, together they are one yuan."""
    assert sorted(split([(100, 3333), (100, 3333), (100, 3334)])) == [33, 33, 34]


def test_the_missing_fen_goes_to_the_largest_remainder() -> None:
    assert split([(101, 5000), (100, 5000), (1, 9999)]) == [50, 50, 1]
