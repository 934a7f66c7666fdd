"""Appeals against a piece taken back: made once by the customer, decided by somebody else than who took it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from huiqun.benefits.actions.ending import release_one
from huiqun.benefits.events_of_pieces import AppealDecided, RevocationAppealed
from huiqun.benefits.models import AppealState, Claim, ClaimAppeal
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.life import APPEAL_DAYS, reason_given
from huiqun.benefits.rules.refusals_life import (
    AppealDone,
    AppealMade,
    AppealNotFound,
    ClaimNotFound,
    NotRevoked,
    OwnDecision,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Staff


@transaction.atomic
def appeal_claim(*, claim_id: int, customer_id: int, words: str, now: datetime) -> int:
    """Say why one should have it after all; the appeal's id. :raises ClaimNotFound, NotRevoked, AppealMade"""
    claim = (
        Claim.objects.select_related("benefit")
        .select_for_update(of=("self",))
        .filter(pk=claim_id, customer_id=customer_id)
        .first()
    )
    if claim is None:
        raise ClaimNotFound()
    text = words.strip()[:1_000]
    if not _appealable(claim, now):
        raise NotRevoked(days=APPEAL_DAYS)
    try:
        with transaction.atomic():
            appeal = ClaimAppeal.objects.create(claim=claim, customer_id=customer_id, words=text, made_at=now)
    except IntegrityError:
        raise AppealMade() from None
    event = RevocationAppealed(
        benefit_id=claim.benefit_id, claim_id=claim_id, customer_id=customer_id, appeal_id=appeal.pk
    )
    facts.record(event, at=now, branch_id=claim.benefit.branch_id)
    return int(appeal.pk)


def _appealable(claim: Claim, now: datetime) -> bool:
    since = now - timedelta(days=APPEAL_DAYS)
    revoked = claim.state == ClaimState.REVOKED and not claim.is_released and claim.ended_by_id is not None
    return revoked and claim.ended_at is not None and claim.ended_at >= since


@transaction.atomic
def decide_appeal(*, appeal_id: int, uphold: bool, answer: str, by: Staff, now: datetime) -> int:
    """Give the piece back as it was, or put it into stock for others; the claim. :raises AppealNotFound, AppealDone, OwnDecision"""
    rows = ClaimAppeal.objects.visible_to(by).select_for_update(of=("self",))
    appeal = rows.select_related("claim__benefit").filter(pk=appeal_id).first()
    if appeal is None:
        raise AppealNotFound()
    if appeal.state != AppealState.OPEN:
        raise AppealDone()
    claim = appeal.claim
    if claim.ended_by_id == by.pk:
        raise OwnDecision()
    appeal.state = AppealState.UPHELD if uphold else AppealState.DECLINED
    appeal.answer, appeal.decided_by, appeal.decided_at = reason_given(answer), by, now
    appeal.save()
    if uphold:
        back = Claim.objects.filter(pk=claim.pk, state=ClaimState.REVOKED, is_released=False)
        back.update(state=ClaimState.CLAIMED, ended_at=None, ended_because="", ended_by=None)
    else:
        release_one(claim.pk, now)
    event = AppealDecided(benefit_id=claim.benefit_id, claim_id=claim.pk, appeal_id=appeal_id, upheld=uphold)
    facts.record(event, at=now, by=by, branch_id=claim.benefit.branch_id)
    return int(claim.pk)
