"""What the bank may promise to give away, and when the promise is kept."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _

MOST_FEN = 10**12
LARGEST_FILE = 5 * 1024 * 1024
BEGINNINGS = {b"%PDF-": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
"""How receipts begin, by which they are known whatever they are called."""


class PledgePer(StrEnum):
    ACCOUNT = "account"
    CLAIM = "claim"


class PledgeState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    OPEN = "open"
    SETTLED = "settled"


class PledgeNotFound(NotFound):
    code = "benefits.pledge_not_found"
    sentence = _("There is no such pledge, or it belongs to another branch.")


class PledgeWrong(Refusal):
    """``field`` names what to mend."""

    code = "benefits.pledge_wrong"
    sentence = _(
        "The pledge is incomplete, or a number or date in it is wrong. Mend the field that is marked."
    )

    def __init__(self, *, field: str) -> None:
        super().__init__()
        self.field = field


class PledgeStands(Refusal):
    code = "benefits.pledge_stands"
    sentence = _("What was promised in public stands as it is. Make another pledge instead.")


class PledgeStateWrong(Refusal):
    code = "benefits.pledge_state_wrong"
    sentence = _("Somebody has changed the pledge's state meanwhile. Load the page again.")


class PledgeOwn(Refusal):
    code = "benefits.pledge_own"
    sentence = _("Whoever wrote or submitted a pledge does not decide on it. Ask a colleague.")
    status = 403


class ReceiptWrong(Refusal):
    code = "benefits.receipt_wrong"
    sentence = _("A receipt is a PDF, PNG or JPEG file of up to 5 MB. Choose such a file.")


class ReceiptKnown(Refusal):
    code = "benefits.receipt_known"
    sentence = _("This payment or this receipt is recorded already. Look at the list of transfers.")


class TransferWrong(Refusal):
    code = "benefits.transfer_wrong"
    sentence = _(
        "%(amount)s yuan is not what can be paid now: %(open)s yuan are due. Check the amount and the day."
    )


class PledgeNotPaid(Refusal):
    code = "benefits.pledge_not_paid"
    sentence = _(
        "The pledge is settled when it has ended and what was paid equals what is due: %(paid)s of %(due)s yuan."
    )


@dataclass(frozen=True, kw_only=True)
class PledgeTerms:
    """What is promised, frozen when it is submitted. Both dates are inclusive."""

    name: str
    per: PledgePer
    benefit_id: int | None = None
    amount_fen: int
    cap_fen: int
    recipient: str
    recipient_code: str
    words: str
    first_date: date
    last_date: date

    def for_digest(self) -> dict[str, Any]:
        return {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in asdict(self).items()
        }


def check_pledge(terms: PledgeTerms) -> None:
    """:raises PledgeWrong"""
    for name in ("name", "recipient", "recipient_code", "words"):
        if not getattr(terms, name).strip():
            raise PledgeWrong(field=name)
    if not 1 <= terms.amount_fen <= MOST_FEN:
        raise PledgeWrong(field="amount_fen")
    if not terms.amount_fen <= terms.cap_fen <= MOST_FEN:
        raise PledgeWrong(field="cap_fen")
    if terms.last_date < terms.first_date:
        raise PledgeWrong(field="last_date")
    if (terms.per is PledgePer.CLAIM) != (terms.benefit_id is not None):
        raise PledgeWrong(field="benefit_id")


def check_receipt(content: bytes) -> None:
    """:raises ReceiptWrong"""
    if len(content) > LARGEST_FILE or not any(content.startswith(beginning) for beginning in BEGINNINGS):
        raise ReceiptWrong()
