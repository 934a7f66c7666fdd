"""When an offer is complete, and when somebody may claim it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from huiqun.lib.days import local_date, local_time
from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class BenefitKind(StrEnum):
    VOUCHER = "voucher"
    TICKET = "ticket"
    POINTS_COUPON = "points_coupon"
    GIFT = "gift"
    SERVICE = "service"


@dataclass(frozen=True, kw_only=True)
class BenefitTerms:
    """What is promised. All of it is frozen when its campaign is submitted for review.

    ``value_fen`` is what one piece costs the bank. ``claim_end_at`` is exclusive, ``use_last_date`` inclusive.
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

    def for_dossier(self) -> dict[str, Any]:
        """In plain values, with instants in ISO form: this is what the digest is taken over."""
        plain = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
        }
        return plain | {"per_customer": 1}


class OfferIncomplete(Refusal):
    code = "benefits.offer_incomplete"
    sentence = _("The offer needs a name, the item, how to use it, and its terms. Fill in what is missing.")


class QuantityTooSmall(Refusal):
    code = "benefits.quantity_too_small"
    sentence = _("An offer needs at least one piece. Give the quantity.")


class PeriodWrong(Refusal):
    code = "benefits.period_wrong"
    sentence = _("Claiming must end after it begins, and the benefit must be usable until then or later.")


class SubjectTaken(Refusal):
    code = "benefits.subject_taken"
    sentence = _("This campaign has an offer already. Change that one.")


class TermsFrozen(Refusal):
    code = "benefits.terms_frozen"
    sentence = _("The terms are frozen while they are under review or in force. Withdraw the campaign first.")


class TermsClaimed(Refusal):
    code = "benefits.terms_claimed"
    sentence = _("Customers have claimed under these terms, so that they stand. Plan a new offer instead.")


class NotOpen(Refusal):
    code = "benefits.not_open"
    sentence = _("This offer can be claimed from %(start)s to %(end)s. Come back then.")


class SoldOut(Refusal):
    code = "benefits.sold_out"
    sentence = _("All %(quantity)s pieces have been claimed. Have a look at our other offers.")


class BenefitNotFound(NotFound):
    code = "benefits.not_found"
    sentence = _("There is no such benefit, or it belongs to another branch.")


def check_offer(terms: BenefitTerms) -> None:
    """:raises OfferIncomplete, QuantityTooSmall, PeriodWrong"""
    if not all(text.strip() for text in (terms.name, terms.item, terms.how_to_use, terms.terms)):
        raise OfferIncomplete()
    if terms.quantity < 1:
        raise QuantityTooSmall()
    if terms.claim_end_at <= terms.claim_start_at or terms.use_last_date < local_date(terms.claim_start_at):
        raise PeriodWrong()


def check_claim(*, start_at: datetime, end_at: datetime, frozen: bool, now: datetime) -> None:
    """Terms that nobody has frozen were never reviewed: such an offer is not open. :raises NotOpen"""
    if not frozen or not start_at <= now < end_at:
        raise NotOpen(start=_shown(start_at), end=_shown(end_at))


def _shown(moment: datetime) -> str:

    return local_time(moment).strftime("%Y-%m-%d %H:%M")
