"""Risk's answer to a claim, asked in the claim's own transaction; and what officers decide on pieces that are held."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from huiqun.benefits.actions.grants import drop_claim, release_claim
from huiqun.benefits.actions.pieces import count, found_benefit, request_for, take_piece
from huiqun.benefits.models import Claim
from huiqun.benefits.rules import (
    ALLOWED,
    Attempt,
    ClaimRequest,
    ClaimState,
    Counter,
    Judgement,
    PieceGone,
    Verdict,
    piece_number,
)
from huiqun.customers import queries as customers
from huiqun.delivery import queries as delivery
from huiqun.risk import actions as risk

PROVED = timedelta(minutes=10)
"""A code that was given so lately answers a challenge."""
NOT_GIVEN = "risk: "
"""Begins the note of a piece that an officer refused, so that an appeal finds it again."""


def judge(request: ClaimRequest) -> Judgement:
    """What the scorecard says; a refusal and its signals stay, though nothing is claimed."""
    signals, now = _signals(request), request.now
    judged = risk.judge_claim(signals=signals, now=now)
    if judged.outcome == risk.Outcome.CHALLENGE and _has_proved(request):
        judged = risk.judge_claim(signals=replace(signals, proved=True), now=now)
    if judged.refusal is not None:
        risk.note_stopped(judged=judged, now=now)
        return Judgement(verdict=Verdict.REFUSE, refusal=judged.refusal, because=judged.reason)
    if judged.outcome == risk.Outcome.HOLD:
        risk.hold_claim(judged=judged, reference=_reference(request), now=now)
        return Judgement(verdict=Verdict.HOLD, because=judged.reason)
    return ALLOWED


def _signals(request: ClaimRequest) -> risk.ClaimSignals:
    marks = customers.marks_of([request.customer_id]).get(request.customer_id)
    return risk.ClaimSignals(
        subject=request.subject,
        benefit_id=request.benefit_id,
        customer_id=request.customer_id,
        branch_id=request.branch_id,
        device=request.device,
        address=request.address,
        payee=marks.payee if marks else "",
        document=marks.document if marks else "",
        opened_date=marks.opened_date if marks else None,
        value_fen=request.terms.value_fen,
    )


def _has_proved(request: ClaimRequest) -> bool:
    return delivery.has_proved(customer_id=request.customer_id, since=request.now - PROVED)


def _reference(request: ClaimRequest) -> str:
    """The claim has no number yet; this names it as well, since there is one for each reason."""
    return f"piece:{request.benefit_id}:{request.customer_id}:{request.because}"


def _named(reference: str) -> Claim | None:
    kind, _colon, rest = reference.partition(":")
    parts = rest.split(":", 2)
    if kind != "piece" or len(parts) != 3:
        return None
    found: Claim | None = Claim.objects.filter(
        benefit_id=int(parts[0]), customer_id=int(parts[1]), because=parts[2]
    ).first()
    return found


def release_held(*, reference: str, now: datetime) -> bool:
    """An officer released the piece; whether it is the customer's now. Safe to repeat."""
    claim = _named(reference)
    if claim is None:
        return False
    try:
        release_claim(claim_id=claim.pk, now=now)
    except PieceGone:
        return False
    return True


def drop_held(*, reference: str, why: str, now: datetime) -> bool:
    """An officer refused the piece: it goes back to stock. Safe to repeat."""
    claim = _named(reference)
    return claim is not None and drop_claim(claim_id=claim.pk, why=f"{NOT_GIVEN}{why}", by=None, now=now)


@transaction.atomic
def restore_claim(*, reference: str, now: datetime) -> bool:
    """An appeal was accepted: the piece that had gone back is taken once more, as long as there is one.

    :raises SoldOut, LimitReached, compliance's Stopped
    """
    claim = _named(reference)
    if claim is None:
        return False
    gone = Claim.objects.filter(pk=claim.pk, state=ClaimState.REVOKED, ended_because__startswith=NOT_GIVEN)
    if not gone.update(state=ClaimState.HELD, ended_at=None, ended_because=""):
        return False
    attempt = Attempt(because=claim.because)
    granted = piece_number(claim.because) == 0
    benefit = found_benefit(claim.benefit_id)
    request = request_for(benefit, claim.customer_id, attempt, now, granted=granted).with_claim(claim.pk)
    count(request, [Counter(each["scope"], each["key"]) for each in claim.counted or ()])
    take_piece(request)
    release_claim(claim_id=claim.pk, now=now)
    return True
