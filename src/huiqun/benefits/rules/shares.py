"""Who bears what of a cost, to the cent."""

from collections.abc import Sequence

WHOLE = 10_000


def half_up(numerator: int) -> int:
    """Ten-thousandths of a fen as whole fen, half a fen upwards."""
    return (numerator + WHOLE // 2) // WHOLE


def split(costs: Sequence[tuple[int, int]]) -> list[int]:
    """The bank's part of each (value, bank's share in ten-thousandths), which together are the bank's part of the sum.

    Each part is rounded down; the fen that are missing from the rounded sum go to the largest remainders, of equal
    ones to the first. No part is a whole fen away from the exact one; the partner's is what is left of the value.
    """
    exact = [value * share for value, share in costs]
    parts = [each // WHOLE for each in exact]
    missing = half_up(sum(exact)) - sum(parts)
    by_remainder = sorted(range(len(exact)), key=lambda at: (-(exact[at] % WHOLE), at))
    for at in by_remainder[:missing]:
        parts[at] += 1
    return parts
