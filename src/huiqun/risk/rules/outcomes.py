"""What is answered to a claim."""

from enum import StrEnum


class Outcome(StrEnum):
    """``CHALLENGE`` lets it pass when the customer has just proved who they are; ``HOLD`` waits for a person."""

    ALLOW = "allow"
    CHALLENGE = "challenge"
    HOLD = "hold"
    REFUSE = "refuse"


STOPS = (Outcome.CHALLENGE, Outcome.REFUSE)
"""The claim is not made; what was judged is written down after its transaction has been undone."""
