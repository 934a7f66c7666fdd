"""What is told of stock, and of what became of pieces after they were claimed."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class BenefitToppedUp(Event):
    """``quantity`` is what there is in all now."""

    about = "benefit_id"
    words = _("Pieces added to a benefit")
    benefit_id: int
    pieces: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class CodesBrought(Event):
    about = "benefit_id"
    words = _("Partner's codes brought in")
    benefit_id: int
    import_id: int
    file_digest: str
    accepted: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class BenefitStockLow(Event):
    """``left`` can still be claimed: pieces, or the codes for them if these are fewer."""

    about = "benefit_id"
    words = _("Stock of a benefit runs low")
    benefit_id: int
    left: int
    level: int


@dataclass(frozen=True, kw_only=True)
class StockLevelSet(Event):
    about = "benefit_id"
    words = _("Warning level of a benefit set")
    benefit_id: int
    level: int


@dataclass(frozen=True, kw_only=True)
class BenefitPictureSet(Event):
    """``digest`` is "" when the picture was taken away."""

    about = "benefit_id"
    words = _("Picture of a benefit changed")
    benefit_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class SettlementAccountSet(Event):
    about = "benefit_id"
    words = _("Settlement account of a benefit changed")
    benefit_id: int


@dataclass(frozen=True, kw_only=True)
class BenefitUsed(Event):
    """``place`` is where ("branch:3", "partner:2"), in a form that names no person."""

    about = "benefit_id"
    words = _("Benefit used")
    benefit_id: int
    claim_id: int
    customer_id: int
    offered_by: str
    place: str


@dataclass(frozen=True, kw_only=True)
class BenefitReturned(Event):
    """``state_before`` says whether it had been used. What it took has gone back where it came from."""

    about = "benefit_id"
    words = _("Benefit returned")
    benefit_id: int
    claim_id: int
    customer_id: int
    offered_by: str
    state_before: str
    by_customer: bool


@dataclass(frozen=True, kw_only=True)
class BenefitRevoked(Event):
    about = "benefit_id"
    words = _("Benefit taken back")
    benefit_id: int
    claim_id: int
    customer_id: int
    offered_by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RevocationAppealed(Event):
    about = "benefit_id"
    words = _("Customer appealed against a benefit taken back")
    benefit_id: int
    claim_id: int
    customer_id: int
    appeal_id: int


@dataclass(frozen=True, kw_only=True)
class AppealDecided(Event):
    about = "benefit_id"
    words = _("Appeal over a benefit decided")
    benefit_id: int
    claim_id: int
    appeal_id: int
    upheld: bool


@dataclass(frozen=True, kw_only=True)
class BenefitPassedOn(Event):
    """The giver's claim ends and the receiver's begins, with a code of its own."""

    about = "benefit_id"
    words = _("Benefit passed on")
    benefit_id: int
    claim_id: int
    customer_id: int
    new_claim_id: int
    receiver_id: int


@dataclass(frozen=True, kw_only=True)
class BenefitsExpired(Event):
    """All pieces of one benefit that ran out in one night; ``root`` is a Merkle root over their claims' ids."""

    about = "benefit_id"
    words = _("Pieces of a benefit expired")
    benefit_id: int
    offered_by: str
    count: int
    put_back: int
    root: str


@dataclass(frozen=True, kw_only=True)
class RevokedReleased(Event):
    """The time for an appeal is over: the piece may go to somebody else."""

    about = "benefit_id"
    words = _("Piece taken back went into stock again")
    benefit_id: int
    claim_id: int


@dataclass(frozen=True, kw_only=True)
class BenefitExpiring(Event):
    """For campaigns that remind: ``count`` pieces of one benefit that are not used yet can be until ``last_day``."""

    about = "benefit_id"
    words = _("Pieces of a benefit expire soon")
    benefit_id: int
    offered_by: str
    last_day: str
    count: int


@dataclass(frozen=True, kw_only=True)
class ClaimsExported(Event):
    words = _("Claims exported")
    count: int
    purpose: str
