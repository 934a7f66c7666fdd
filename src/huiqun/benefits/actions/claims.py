"""Claiming: one transaction for each piece."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from huiqun.benefits.events import BenefitClaimed
from huiqun.benefits.models import Benefit, Claim
from huiqun.benefits.rules import BenefitNotFound, SoldOut, check_claim
from huiqun.compliance import queries as compliance
from huiqun.foundation import facts

# Without letters and digits that are mistaken for one another at a counter.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """``is_new`` is False when the customer had claimed before and this is that earlier claim."""

    claim_id: int
    code: str
    claimed_at: datetime
    is_new: bool


@transaction.atomic
def claim_benefit(*, benefit_id: int, customer_id: int, now: datetime) -> Claimed:
    """Give a customer one piece, once. A second tap gets the first claim again, also after the end.

    The caller knows who taps (a link's token). :raises BenefitNotFound, NotOpen, SoldOut, compliance's Stopped
    """
    benefit = Benefit.objects.filter(pk=benefit_id).first()
    if benefit is None:
        raise BenefitNotFound()
    if earlier := _earlier(benefit_id, customer_id):
        return earlier
    check_claim(
        start_at=benefit.claim_start_at, end_at=benefit.claim_end_at, frozen=benefit.is_frozen, now=now
    )
    if not benefit.left:
        raise SoldOut(quantity=benefit.quantity)
    if benefit.subject:
        compliance.require_not_stopped(subject=benefit.subject)
    try:
        with transaction.atomic():
            claim = Claim.objects.create(
                benefit_id=benefit_id, customer_id=customer_id, code=_new_code(), claimed_at=now
            )
    except IntegrityError:
        # The same customer's other tap was faster; whatever else broke stays loud.
        if found := _earlier(benefit_id, customer_id):
            return found
        raise
    if not Benefit.objects.take_one(benefit_id):
        raise SoldOut(quantity=benefit.quantity)
    left = Benefit.objects.values_list("quantity", "claimed").get(pk=benefit_id)
    event = BenefitClaimed(
        benefit_id=benefit_id,
        claim_id=claim.pk,
        customer_id=customer_id,
        offered_by=benefit.subject,
        left=left[0] - left[1],
    )
    facts.record(event, at=now, branch_id=benefit.branch_id)
    return Claimed(claim_id=claim.pk, code=claim.code, claimed_at=now, is_new=True)


def _earlier(benefit_id: int, customer_id: int) -> Claimed | None:
    claim = Claim.objects.filter(benefit_id=benefit_id, customer_id=customer_id, because="").first()
    if claim is None:
        return None
    return Claimed(claim_id=claim.pk, code=claim.code, claimed_at=claim.claimed_at, is_new=False)


def _new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
