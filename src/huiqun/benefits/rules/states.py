"""The life of a piece: granted → claimed → used, expired, returned or revoked; held while a person decides."""

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


OPEN = (ClaimState.GRANTED, ClaimState.HELD, ClaimState.CLAIMED)
"""A piece in one of these may still come to something; the others are ends."""
