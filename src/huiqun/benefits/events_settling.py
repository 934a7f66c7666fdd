"""What is told of settlements with partners, and of what was used at their counters."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class SettlementDrawnUp(Event):
    """``lines_digest`` is over every line; ``bank_fen`` is what the bank owes the partner."""

    about = "settlement_id"
    words = _("Settlement drawn up")
    settlement_id: int
    partner_id: int
    month: str
    lines: int
    value_fen: int
    bank_fen: int
    partner_fen: int
    lines_digest: str


@dataclass(frozen=True, kw_only=True)
class SettlementSent(Event):
    about = "settlement_id"
    words = _("Settlement sent to the partner")
    settlement_id: int
    lines_digest: str


@dataclass(frozen=True, kw_only=True)
class SettlementLineDisputed(Event):
    """``clerk_id`` None: told by the bank's staff for the partner."""

    about = "settlement_id"
    words = _("Line of a settlement disputed")
    settlement_id: int
    dispute_id: int
    line: int
    clerk_id: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class DisputeDecided(Event):
    """``right_fen`` is the value that counts when the partner was right; the next month corrects it."""

    about = "settlement_id"
    words = _("Dispute of a settlement decided")
    settlement_id: int
    dispute_id: int
    accepted: bool
    right_fen: int | None
    answer: str


@dataclass(frozen=True, kw_only=True)
class SettlementAgreed(Event):
    about = "settlement_id"
    words = _("Settlement agreed by the partner")
    settlement_id: int
    clerk_id: int | None
    lines_digest: str


@dataclass(frozen=True, kw_only=True)
class SettlementSettled(Event):
    about = "settlement_id"
    words = _("Settlement paid")
    settlement_id: int
    bank_fen: int
    contract_id: int


@dataclass(frozen=True, kw_only=True)
class PieceRedeemed(Event):
    """At a partner's: by a clerk or by a program."""

    about = "benefit_id"
    words = _("Piece used at a partner's")
    benefit_id: int
    claim_id: int
    partner_id: int
    clerk_id: int | None
    api_key_id: int | None
