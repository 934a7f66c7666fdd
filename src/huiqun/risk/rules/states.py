"""What becomes of cases and scorecards."""

from enum import StrEnum


class CardState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    DECLINED = "declined"


class CaseKind(StrEnum):
    """A claim that waits, a customer's appeal, or something unusual in what the bank delivered."""

    HOLD = "hold"
    APPEAL = "appeal"
    LARGE_TRANSFER = "large_transfer"
    OPENINGS = "openings"


class CaseState(StrEnum):
    OPEN = "open"
    RELEASED = "released"
    REFUSED = "refused"
    CLOSED = "closed"


class FrozenKind(StrEnum):
    DEVICE = "device"
    ADDRESS = "address"
    CUSTOMER = "customer"


class RingKind(StrEnum):
    SHARED = "shared"
    CIRCLE = "circle"
