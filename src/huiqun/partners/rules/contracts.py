"""What is agreed with a partner, and whether it carries a benefit."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from huiqun.partners.rules.refusals import ContractDatesWrong, ContractIncomplete, ContractShareWrong

TELL_DAYS = (30, 7, 1)
WHOLE = 10_000


class ServedKind(StrEnum):
    """Kinds of benefits that a partner can serve; the codes are those of benefits."""

    VOUCHER = "voucher"
    CASH_COUPON = "cash_coupon"
    TICKET = "ticket"
    GIFT = "gift"
    SERVICE = "service"
    DONATION = "donation"


class ContractState(StrEnum):
    DRAFT = "draft"
    IN_FORCE = "in_force"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class ContractTerms:
    """``bank_share`` in ten-thousandths, the partner bears the rest; ``last_date`` inclusive. The file of a month is
    drawn up on ``settlement_day`` of the next one, and paid within ``payment_days`` of being agreed."""

    number: str
    kinds: tuple[str, ...]
    bank_share: int
    start_date: date
    last_date: date
    settlement_day: int = 3
    payment_days: int = 15
    account_name: str
    account_bank: str
    account_number: str

    def for_digest(self) -> dict[str, Any]:
        """Everything that a second person confirms, the account too; only its digest is told."""
        return asdict(self)


def check_contract(terms: ContractTerms) -> None:
    """:raises ContractIncomplete, ContractDatesWrong, ContractShareWrong"""
    named = (terms.number, terms.account_name, terms.account_bank, terms.account_number, terms.kinds)
    digits = terms.account_number.replace(" ", "")
    if (
        not all(named)
        or not set(terms.kinds) <= set(ServedKind)
        or not (digits.isdigit() and 8 <= len(digits) <= 30)
    ):
        raise ContractIncomplete()
    if terms.last_date < terms.start_date or not 1 <= terms.settlement_day <= 28 or terms.payment_days < 0:
        raise ContractDatesWrong()
    if not 0 <= terms.bank_share <= WHOLE:
        raise ContractShareWrong()


def covers(*, start: date, last: date, kinds: Collection[str], kind: str, on: tuple[date, date]) -> bool:
    """Whether the contract carries a benefit of this kind from its first to its last day."""
    return kind in kinds and start <= on[0] and on[1] <= last


def reminder_due(*, last_date: date, told: int | None, on: date) -> int | None:
    """30, 7 or 1 when it is due and was not given; who was late gives the nearest one only."""
    left = (last_date - on).days
    due = min((days for days in TELL_DAYS if 0 <= left <= days), default=None)
    return due if due is not None and (told is None or due < told) else None
