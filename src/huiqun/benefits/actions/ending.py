"""Returning and taking back: what a piece took goes back where it came from."""

from datetime import datetime, timedelta

from django.db import transaction

from huiqun.benefits.actions.pieces import put_back
from huiqun.benefits.actions.stock import release_code
from huiqun.benefits.events_of_pieces import BenefitReturned, BenefitRevoked, RevokedReleased
from huiqun.benefits.models import AppealState, Claim
from huiqun.benefits.rules import ClaimState, piece_number
from huiqun.benefits.rules.life import APPEAL_DAYS, STATE_WORDS, reason_given
from huiqun.benefits.rules.refusals_life import ClaimNotFound, ClaimOver, ReturnClosed
from huiqun.benefits.rules.states import PASSED_ON
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.foundation.models import Staff

RETURNABLE = (ClaimState.GRANTED, ClaimState.CLAIMED, ClaimState.USED)


@transaction.atomic
def return_claim(
    *, claim_id: int, reason: str, now: datetime, by: Staff | None = None, customer_id: int | None = None
) -> None:
    """Take a piece back for a refund: points, counters, code and stock go back where they came from.

    Customers return what they have simply claimed and not used; staff also what was used or granted. What was
    passed on stays with its receiver: what it cost was another's.
    Repeating it changes nothing. :raises ClaimNotFound, ClaimOver, ReturnClosed, ReasonMissing
    """
    claim = _of(claim_id, by, customer_id)
    why = reason_given(reason)
    if claim.state == ClaimState.RETURNED:
        return
    if claim.because.startswith(PASSED_ON) or (customer_id is not None and claim.state != ClaimState.CLAIMED):
        raise ReturnClosed()
    before = ClaimState(claim.state)
    if before not in RETURNABLE or not _end(claim, before, ClaimState.RETURNED, now, why, by):
        raise _over(claim)
    Claim.objects.filter(pk=claim_id).update(because=_freed(claim), is_released=True)
    put_back(claim, now=now)
    release_code(claim_id=claim_id, seen=before is not ClaimState.GRANTED)
    event = BenefitReturned(
        benefit_id=claim.benefit_id,
        claim_id=claim_id,
        customer_id=claim.customer_id,
        offered_by=claim.benefit.subject,
        state_before=before.value,
        by_customer=by is None,
    )
    facts.record(event, at=now, by=by, branch_id=claim.benefit.branch_id)


@transaction.atomic
def revoke_claim(*, claim_id: int, reason: str, by: Staff, now: datetime) -> None:
    """Take a piece away from its holder, who is told why and may appeal. The piece stays set aside until then.

    Repeating it changes nothing. :raises ClaimNotFound, ClaimOver, ReasonMissing
    """
    claim = _of(claim_id, by, None)
    why = reason_given(reason)
    if claim.state == ClaimState.REVOKED:
        return
    if not _end(claim, ClaimState.CLAIMED, ClaimState.REVOKED, now, why, by):
        raise _over(claim)
    event = BenefitRevoked(
        benefit_id=claim.benefit_id,
        claim_id=claim_id,
        customer_id=claim.customer_id,
        offered_by=claim.benefit.subject,
        reason=why,
    )
    facts.record(event, at=now, by=by, branch_id=claim.benefit.branch_id)


def release_revoked(*, now: datetime, limit: int = 1_000) -> int:
    """Put pieces that were taken back into stock again when nobody can appeal any more; how many. Safe to repeat."""
    since = now - timedelta(days=APPEAL_DAYS)
    old = Claim.objects.filter(state=ClaimState.REVOKED, is_released=False, ended_by__isnull=False)
    old = old.filter(ended_at__lt=since).exclude(appeal__state=AppealState.OPEN)
    return sum(
        release_one(claim_id, now) for claim_id in old.order_by("pk").values_list("pk", flat=True)[:limit]
    )


@transaction.atomic
def release_one(claim_id: int, now: datetime) -> bool:
    mine = Claim.objects.filter(pk=claim_id, state=ClaimState.REVOKED, is_released=False)
    if not mine.update(is_released=True):
        return False
    claim = Claim.objects.select_related("benefit").get(pk=claim_id)
    put_back(claim, now=now)
    release_code(claim_id=claim_id, seen=True)
    event = RevokedReleased(benefit_id=claim.benefit_id, claim_id=claim_id)
    facts.record(event, at=now, branch_id=claim.benefit.branch_id)
    return True


def _of(claim_id: int, by: Staff | None, customer_id: int | None) -> Claim:
    """A staff's customer's piece, or the customer's own. :raises ClaimNotFound"""
    rows = Claim.objects.select_related("benefit").filter(pk=claim_id)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    elif by is not None:
        rows = rows.filter(customer_id__in=customers.ids_visible_to(by))
    found: Claim | None = rows.first()
    if found is None:
        raise ClaimNotFound()
    return found


def _freed(claim: Claim) -> str:
    """What was tapped for and returned makes room for another piece. What was granted for a reason was granted for it
    once, whatever became of it."""
    return f"returned:{claim.pk}" if piece_number(claim.because) else claim.because


def _end(
    claim: Claim, before: ClaimState, after: ClaimState, now: datetime, why: str, by: Staff | None
) -> bool:
    ready = Claim.objects.filter(pk=claim.pk, state=before)
    return bool(ready.update(state=after, ended_at=now, ended_because=why, ended_by=by))


def _over(claim: Claim) -> ClaimOver:
    state = Claim.objects.values_list("state", flat=True).get(pk=claim.pk)
    return ClaimOver(state=STATE_WORDS[ClaimState(state)])
