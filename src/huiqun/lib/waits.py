"""How long to wait before something is tried once more."""

from datetime import timedelta


def growing(times: int, spread: float, *, first: float, longest: float, factor: int = 2) -> timedelta:
    """After it was in vain ``times`` times before: from ``first`` seconds on, ``factor`` times as long each time, up
    to ``longest``. ``spread`` in 0…1 takes up to half of it off, so that many do not come back at once."""
    full = min(longest, first * factor ** min(times, 50))
    return timedelta(seconds=full * (0.5 + spread / 2))
