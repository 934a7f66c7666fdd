"""Offering and claiming."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import IntegrityError, transaction

from huiqun.benefits.events import (
    BenefitClaimed,
    BenefitCreated,
    BenefitFrozen,
    BenefitRemoved,
    BenefitThawed,
    BenefitUpdated,
)
from huiqun.benefits.models import Benefit, Claim
from huiqun.benefits.rules import BenefitKind as BenefitKind
from huiqun.benefits.rules import BenefitNotFound as BenefitNotFound
from huiqun.benefits.rules import BenefitTerms as BenefitTerms
from huiqun.benefits.rules import (
    SoldOut,
    SubjectTaken,
    TermsClaimed,
    TermsFrozen,
    check_claim,
    check_offer,
)
from huiqun.compliance import queries as compliance
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest

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
def create_benefit(
    *, terms: BenefitTerms, branch_id: int, by: Staff, now: datetime, subject: str = ""
) -> int:
    """Make an offer, open to changes until it is frozen; its id.

    :raises OfferIncomplete, QuantityTooSmall, PeriodWrong, SubjectTaken
    """
    check_offer(terms)
    if subject and Benefit.objects.filter(subject=subject).exists():
        raise SubjectTaken()
    benefit = Benefit(branch_id=branch_id, subject=subject, created_at=now, updated_at=now)
    benefit.take(terms)
    benefit.save()
    event = BenefitCreated(
        benefit_id=benefit.pk,
        offered_by=subject,
        quantity=terms.quantity,
        terms_digest=digest(terms.for_dossier()),
    )
    facts.record(event, at=now, by=by, branch_id=branch_id)
    return benefit.pk


@transaction.atomic
def update_benefit(*, benefit_id: int, terms: BenefitTerms, by: Staff, now: datetime) -> None:
    """Change an offer that is not frozen. :raises BenefitNotFound, TermsFrozen, OfferIncomplete, …"""
    benefit = _locked(benefit_id)
    check_offer(terms)
    if benefit.is_frozen:
        raise TermsFrozen()
    before, after = benefit.as_terms.for_dossier(), terms.for_dossier()
    changed = tuple(sorted(name for name in after if after[name] != before[name]))
    if not changed:
        return
    benefit.take(terms)
    benefit.updated_at = now
    benefit.save()
    event = BenefitUpdated(
        benefit_id=benefit_id, changed=changed, quantity=terms.quantity, terms_digest=digest(after)
    )
    facts.record(event, at=now, by=by, branch_id=benefit.branch_id)


@transaction.atomic
def remove_benefit(*, benefit_id: int, by: Staff, now: datetime) -> None:
    """Take away an offer that nobody has reviewed or claimed. :raises BenefitNotFound, TermsFrozen, TermsClaimed"""
    benefit = _locked(benefit_id)
    if benefit.is_frozen:
        raise TermsFrozen()
    if benefit.claimed:
        raise TermsClaimed()
    branch_id, offered_by = benefit.branch_id, benefit.subject
    benefit.delete()
    event = BenefitRemoved(benefit_id=benefit_id, offered_by=offered_by)
    facts.record(event, at=now, by=by, branch_id=branch_id)


@transaction.atomic
def freeze_benefit(*, benefit_id: int, by: Staff, now: datetime) -> str:
    """Fix the terms as its campaign is submitted; their digest. Repeating it changes nothing."""
    benefit = _locked(benefit_id)
    if benefit.is_frozen:
        return benefit.frozen_digest
    check_offer(benefit.as_terms)
    benefit.frozen_digest, benefit.frozen_at = digest(benefit.as_terms.for_dossier()), now
    benefit.save(update_fields=("frozen_digest", "frozen_at"))
    event = BenefitFrozen(benefit_id=benefit_id, terms_digest=benefit.frozen_digest)
    facts.record(event, at=now, by=by, branch_id=benefit.branch_id)
    return benefit.frozen_digest


@transaction.atomic
def thaw_benefit(*, benefit_id: int, by: Staff | None, now: datetime) -> None:
    """Open the terms again after the campaign came back from review. :raises TermsClaimed once claimed"""
    benefit = _locked(benefit_id)
    if not benefit.is_frozen:
        return
    if benefit.claimed:
        raise TermsClaimed()
    frozen, benefit.frozen_digest, benefit.frozen_at = benefit.frozen_digest, "", None
    benefit.save(update_fields=("frozen_digest", "frozen_at"))
    facts.record(
        BenefitThawed(benefit_id=benefit_id, terms_digest=frozen), at=now, by=by, branch_id=benefit.branch_id
    )


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
    claim = Claim.objects.filter(benefit_id=benefit_id, customer_id=customer_id).first()
    if claim is None:
        return None
    return Claimed(claim_id=claim.pk, code=claim.code, claimed_at=claim.claimed_at, is_new=False)


def _new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def _locked(benefit_id: int) -> Benefit:
    benefit = Benefit.objects.select_for_update().filter(pk=benefit_id).first()
    if benefit is None:
        raise BenefitNotFound()
    return cast(Benefit, benefit)
