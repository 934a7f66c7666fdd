"""Claiming: one transaction for each piece."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from huiqun.benefits import claiming
from huiqun.benefits.actions.pieces import (
    complete,
    count,
    counters_for,
    found_benefit,
    request_for,
    take_piece,
    write_claim,
)
from huiqun.benefits.events import BenefitClaimed, ClaimHeld
from huiqun.benefits.models import Benefit
from huiqun.benefits.rules import (
    Attempt,
    ClaimRequest,
    ClaimState,
    Judgement,
    SoldOut,
    Verdict,
    check_claim,
    check_tap,
)
from huiqun.compliance import queries as compliance
from huiqun.foundation import facts
from huiqun.lib.refusal import Refusal

FIRST = Attempt()
EARLIER = """
SELECT id, code, claimed_at, state FROM benefits_claim WHERE benefit_id = %s AND customer_id = %s AND because = %s
"""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """``is_new`` is False when the customer had claimed before and this is that earlier claim.

    A piece in ``state`` "held" waits for a person to decide, "granted" for the customer to accept it.
    """

    claim_id: int
    code: str
    claimed_at: datetime
    is_new: bool
    state: ClaimState = ClaimState.CLAIMED


def claim_benefit(*, benefit_id: int, customer_id: int, now: datetime, attempt: Attempt = FIRST) -> Claimed:
    """Give a customer one piece, once. A second tap gets the first claim again, also after the end.

    The caller knows who taps. :raises BenefitNotFound, NotByTapping, NotOpen, LimitReached, KeyMissing, SoldOut,
    compliance's Stopped, and what conditions and risk say
    """
    with transaction.atomic():
        answer = _claim(found_benefit(benefit_id), customer_id, attempt, now)
    if isinstance(answer, Refusal):
        # What the judge has written down of it stays.
        raise answer
    return answer


def _claim(benefit: Benefit, customer_id: int, attempt: Attempt, now: datetime) -> Claimed | Refusal:
    if earlier := earlier_claim(benefit.pk, customer_id, attempt.because):
        return earlier
    request = request_for(benefit, customer_id, attempt, now)
    check_tap(request.terms, request.because)
    check_open(benefit, now)
    claiming.check(request)
    judgement = claiming.judge(request)
    if judgement.verdict == Verdict.REFUSE:
        assert judgement.refusal is not None
        return judgement.refusal
    return take(request, state_after(judgement), judgement)


def check_open(benefit: Benefit, now: datetime) -> None:
    """The stop's row stays locked for share until the transaction ends. :raises NotOpen, SoldOut, Stopped"""
    start_at, end_at = benefit.claim_start_at, benefit.claim_end_at
    check_claim(start_at=start_at, end_at=end_at, frozen=benefit.is_frozen, now=now)
    if not benefit.left:
        raise SoldOut(quantity=benefit.quantity)
    compliance.require_not_stopped(subject=benefit.reviewed_as)


def state_after(judgement: Judgement) -> ClaimState:
    return ClaimState.HELD if judgement.verdict == Verdict.HOLD else ClaimState.CLAIMED


def take(request: ClaimRequest, state: ClaimState, judgement: Judgement | None = None) -> Claimed:
    """The claim's row, the limits' counters, code and points, and last the benefit's row."""
    counters = counters_for(request)
    written = write_claim(request, state, counters)
    if written is None:
        # The same customer's other tap was faster, and has committed: the row is there.
        earlier = earlier_claim(request.benefit_id, request.customer_id, request.because)
        assert earlier is not None
        return earlier
    claim_id, code = written
    request = request.with_claim(claim_id)
    count(request, counters)
    if state == ClaimState.CLAIMED:
        complete(request)
    record(request, state, left=take_piece(request), why=judgement.because if judgement else "")
    return Claimed(claim_id=claim_id, code=code, claimed_at=request.now, is_new=True, state=state)


def record(request: ClaimRequest, state: ClaimState, *, left: int, why: str = "") -> None:
    facts.record(fact_of(request, state, left=left, why=why), at=request.now, branch_id=request.branch_id)


def fact_of(
    request: ClaimRequest, state: ClaimState, *, left: int, why: str = ""
) -> BenefitClaimed | ClaimHeld:
    if state == ClaimState.HELD:
        return ClaimHeld(
            benefit_id=request.benefit_id,
            claim_id=request.claim_id,
            customer_id=request.customer_id,
            offered_by=request.subject,
            why=why,
        )
    return BenefitClaimed(
        benefit_id=request.benefit_id,
        claim_id=request.claim_id,
        customer_id=request.customer_id,
        offered_by=request.subject,
        left=left,
        because=request.because,
    )


def earlier_claim(benefit_id: int, customer_id: int, because: str) -> Claimed | None:
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [benefit_id, customer_id, because])
        found = cursor.fetchone()
    if found is None:
        return None
    claim_id, code, claimed_at, state = found
    return Claimed(
        claim_id=claim_id,
        code=code,
        claimed_at=claimed_at,
        is_new=False,
        state=ClaimState(state),
    )
