"""What is promised, and how one comes by it."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class BenefitKind(StrEnum):
    VOUCHER = "voucher"
    CASH_COUPON = "cash_coupon"
    TICKET = "ticket"
    POINTS = "points"
    POINTS_COUPON = "points_coupon"
    RATE_COUPON = "rate_coupon"
    FEE_WAIVER = "fee_waiver"
    TRIAL_MONEY = "trial_money"
    GIFT = "gift"
    SERVICE = "service"
    DONATION = "donation"


class Way(StrEnum):
    """How one comes by a piece: by tapping, because something was reached or won, or for points."""

    CLAIM = "claim"
    GRANT = "grant"
    POINTS = "points"


class Codes(StrEnum):
    """Where the code on a piece comes from: made by us, or delivered by the partner beforehand."""

    OWN = "own"
    POOL = "pool"


@dataclass(frozen=True, kw_only=True)
class BenefitTerms:
    """What is promised. All of it is frozen when its campaign is submitted for review.

    ``value_fen`` is what one piece costs, of which the bank pays ``bank_share`` ten-thousandths and the partner the
    rest. ``claim_end_at`` is exclusive, ``use_last_date`` inclusive; ``use_days`` ends the use earlier, so many days
    after claiming. ``limits`` says how many pieces at most per "customer", "document", "device", "household",
    "branch" or "day"; ``conditions`` is what a customer must have reached (``rules.conditions``).
    Up to ``top_up`` more pieces may be added while it runs. ``details`` is what one kind needs beyond the others
    (``rules.kinds``).
    """

    name: str
    kind: BenefitKind
    item: str
    specification: str = ""
    quantity: int
    value_fen: int = 0
    claim_start_at: datetime
    claim_end_at: datetime
    use_last_date: date
    how_to_use: str
    terms: str
    way: Way = Way.CLAIM
    codes: Codes = Codes.OWN
    use_days: int | None = None
    points_price: int = 0
    points_given: int = 0
    partner_id: int | None = None
    bank_share: int = 10_000
    real_name: bool = False
    transferable: bool = False
    limits: dict[str, int] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    top_up: int = 0
    details: dict[str, Any] = field(default_factory=dict)

    def for_dossier(self) -> dict[str, Any]:
        """In plain values, with instants in ISO form: this is what the digest is taken over."""
        plain = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
        }
        return plain | {"per_customer": self.limits.get("customer", 1)}
