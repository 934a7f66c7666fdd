"""Pieces that were earned or won, and pieces that wait: set aside at once, the customer's when accepted or released."""

from datetime import datetime

from django.db import transaction

from huiqun.benefits.actions.claims import Claimed, check_open, earlier_claim, record, take
from huiqun.benefits.actions.pieces import (
    complete,
    count,
    counters_for,
    found_benefit,
    put_back,
    request_for,
    take_piece,
    write_claim,
)
from huiqun.benefits.events import BenefitGranted, HeldClaimDropped
from huiqun.benefits.models import Claim
from huiqun.benefits.rules import (
    Attempt,
    ClaimRequest,
    ClaimState,
    GrantNotFound,
    PieceGone,
    piece_number,
    usable_until,
)
from huiqun.compliance import queries as compliance
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date


@transaction.atomic
def grant_benefit(
    *, benefit_id: int, customer_id: int, because: str, now: datetime, open: bool = True
) -> Claimed:
    """Set a piece aside for a customer who has earned or won it, once for each reason (``because``: "draw:3").

    ``open`` leaves it to the customer to accept it; without, it is claimed at once. A repeated grant is
    answered with the first. :raises BenefitNotFound, NotOpen, SoldOut, LimitReached, KeyMissing, Stopped
    """
    if piece_number(because):
        raise ValueError(f"a grant is for a reason, not {because!r}")
    if earlier := earlier_claim(benefit_id, customer_id, because):
        return earlier
    benefit = found_benefit(benefit_id)
    check_open(benefit, now)
    request = request_for(benefit, customer_id, Attempt(because=because), now, granted=True)
    return _set_aside(request) if open else take(request, ClaimState.CLAIMED)


def _set_aside(request: ClaimRequest) -> Claimed:
    counters = counters_for(request)
    written = write_claim(request, ClaimState.GRANTED, counters)
    if written is None:
        earlier = earlier_claim(request.benefit_id, request.customer_id, request.because)
        assert earlier is not None
        return earlier
    claim_id, code = written
    request = request.with_claim(claim_id)
    count(request, counters)
    left = take_piece(request)
    event = BenefitGranted(
        benefit_id=request.benefit_id,
        claim_id=claim_id,
        customer_id=request.customer_id,
        offered_by=request.subject,
        because=request.because,
        left=left,
    )
    facts.record(event, at=request.now, branch_id=request.branch_id)
    return Claimed(
        claim_id=claim_id, code=code, claimed_at=request.now, is_new=True, state=ClaimState.GRANTED
    )


@transaction.atomic
def accept_grant(*, claim_id: int, customer_id: int, now: datetime) -> Claimed:
    """The customer takes what was set aside. A second tap gets the same answer.

    :raises GrantNotFound, PieceGone, Stopped, and what the steps of a claim say
    """
    claim = Claim.objects.filter(pk=claim_id, customer_id=customer_id).exclude(state=ClaimState.HELD).first()
    if claim is None:
        raise GrantNotFound()
    return _make_theirs(claim, ClaimState.GRANTED, now)


@transaction.atomic
def release_claim(*, claim_id: int, now: datetime) -> Claimed:
    """A held piece becomes the customer's: whoever had to has decided, or its clock has run out.

    :raises GrantNotFound, PieceGone, Stopped, and what the steps of a claim say
    """
    claim = Claim.objects.filter(pk=claim_id).first()
    if claim is None:
        raise GrantNotFound()
    return _make_theirs(claim, ClaimState.HELD, now)


@transaction.atomic
def drop_claim(*, claim_id: int, why: str, by: Staff | None, now: datetime) -> bool:
    """A held piece goes back to stock; whether it was still held. ``why`` is told to the customer."""
    claim = Claim.objects.filter(pk=claim_id).select_related("benefit").first()
    if claim is None:
        raise GrantNotFound()
    held = Claim.objects.filter(pk=claim_id, state=ClaimState.HELD)
    if not held.update(state=ClaimState.REVOKED, ended_at=now, ended_because=why[:200]):
        return False
    put_back(claim, now=now)
    event = HeldClaimDropped(
        benefit_id=claim.benefit_id, claim_id=claim_id, customer_id=claim.customer_id, why=why
    )
    facts.record(event, at=now, by=by, branch_id=claim.benefit.branch_id)
    return True


def _make_theirs(claim: Claim, waiting: ClaimState, now: datetime) -> Claimed:
    """One conditional UPDATE decides which of two taps it is that does all that follows."""
    benefit = found_benefit(claim.benefit_id)
    compliance.require_not_stopped(subject=benefit.reviewed_as)
    terms = benefit.as_terms
    turned = Claim.objects.filter(pk=claim.pk, state=waiting, expires_on__gte=local_date(now)).update(
        state=ClaimState.CLAIMED, claimed_at=now, expires_on=usable_until(terms, now)
    )
    claim.refresh_from_db()
    if not turned and claim.state not in (ClaimState.CLAIMED, ClaimState.USED):
        raise PieceGone()
    if turned:
        attempt = Attempt(because=claim.because)
        granted = piece_number(claim.because) == 0
        request = request_for(benefit, claim.customer_id, attempt, now, granted=granted).with_claim(claim.pk)
        complete(request)
        record(request, ClaimState.CLAIMED, left=benefit.left)
    return Claimed(
        claim_id=claim.pk,
        code=claim.code,
        claimed_at=claim.claimed_at,
        is_new=bool(turned),
        state=ClaimState(claim.state),
    )
