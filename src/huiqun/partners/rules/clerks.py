"""Partners' clerks: how they sign in, and how long that lasts."""

import re
from datetime import timedelta
from enum import StrEnum

MOST_TRIES = 5
REST = timedelta(minutes=15)
INVITED_FOR = timedelta(hours=72)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9.-]{3,39}")


class PartnerState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class PartnerKind(StrEnum):
    DINING = "dining"
    RETAIL = "retail"
    CINEMA = "cinema"
    TRAVEL = "travel"
    MOTORING = "motoring"
    HEALTH = "health"
    LEARNING = "learning"
    ONLINE = "online"
    CHARITY = "charity"
    OTHER = "other"


class ClerkRole(StrEnum):
    """A clerk confirms uses; a manager reads the partner's own statements too."""

    CLERK = "clerk"
    MANAGER = "manager"


def is_login(login: str) -> bool:
    return bool(_LOGIN.fullmatch(login))


PARTNER_SCOPES = frozenset({"benefits:redeem", "benefits:upload"})
"""All that a partner's key may open."""
