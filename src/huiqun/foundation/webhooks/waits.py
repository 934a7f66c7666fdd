"""How long to wait: for one message, and for an endpoint that does not answer. ``spread`` in 0…1 keeps many from
coming back at once."""

from datetime import timedelta

from huiqun.lib.waits import growing

FIRST_WAIT, LONGEST_WAIT = 10.0, 6 * 3600.0
MOST_ATTEMPTS = 15
"""About a day of trying, where the endpoint answers at all."""
OLDEST = timedelta(days=7)
"""What has waited so long is given up."""

TRIP_AFTER = 5
"""So many failures in a row, and the endpoint is left alone for a while."""
FIRST_REST, LONGEST_REST = 30.0, 3600.0


def before_next(attempts: int, spread: float) -> timedelta:
    """After ``attempts`` that failed."""
    return growing(attempts - 1, spread, first=FIRST_WAIT, longest=LONGEST_WAIT)


def rest(times: int, spread: float) -> timedelta:
    """Of an endpoint that has rested ``times`` times since it last answered."""
    return growing(times, spread, first=FIRST_REST, longest=LONGEST_REST)
