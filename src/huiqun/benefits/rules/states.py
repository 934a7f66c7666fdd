"""The life of a piece: granted → claimed → used, expired, returned, revoked
or passed on; held while a person decides."""

from enum import StrEnum


class ClaimState(StrEnum):
    """``GRANTED`` waits for the customer's tap with its piece set aside; ``HELD`` waits for a risk officer."""

    GRANTED = "granted"
    HELD = "held"
    CLAIMED = "claimed"
    USED = "used"
    EXPIRED = "expired"
    RETURNED = "returned"
    REVOKED = "revoked"
    PASSED = "passed"


OPEN = (ClaimState.GRANTED, ClaimState.HELD, ClaimState.CLAIMED)
"""A piece in one of these may still come to something; the others are ends."""

USABLE = (ClaimState.GRANTED, ClaimState.CLAIMED)
"""A piece in one of these may run out of time."""
PASSED_ON = "passed:"
"""How the reason of a piece begins that another customer passed on; the number of that customer's claim follows."""
