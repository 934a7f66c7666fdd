"""When an offer is complete, and when somebody may claim it."""

from datetime import datetime

from huiqun.benefits.rules.kinds import check_details
from huiqun.benefits.rules.refusals import NotOpen, OfferIncomplete, PeriodWrong, QuantityTooSmall
from huiqun.benefits.rules.refusals_stock import TransferUnsafe
from huiqun.benefits.rules.terms import BenefitTerms, Codes
from huiqun.lib.days import local_date, local_time


def check_offer(terms: BenefitTerms) -> None:
    """:raises OfferIncomplete, QuantityTooSmall, PeriodWrong, DetailsMissing, TransferUnsafe"""
    if not all(text.strip() for text in (terms.name, terms.item, terms.how_to_use, terms.terms)):
        raise OfferIncomplete()
    if terms.quantity < 1:
        raise QuantityTooSmall()
    if terms.claim_end_at <= terms.claim_start_at or terms.use_last_date < local_date(terms.claim_start_at):
        raise PeriodWrong()
    check_details(terms.kind, terms.details, points_given=terms.points_given)
    if terms.transferable and terms.codes is Codes.POOL:
        raise TransferUnsafe()


def check_claim(*, start_at: datetime, end_at: datetime, frozen: bool, now: datetime) -> None:
    """Terms that nobody has frozen were never reviewed: such an offer is not open. :raises NotOpen"""
    if not frozen or not start_at <= now < end_at:
        raise NotOpen(start=_shown(start_at), end=_shown(end_at))


def _shown(moment: datetime) -> str:
    return local_time(moment).strftime("%Y-%m-%d %H:%M")
