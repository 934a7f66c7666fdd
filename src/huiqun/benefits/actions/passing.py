"""Passing a piece on to another customer, once, where the terms allow it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huiqun.benefits.actions.pieces import new_code
from huiqun.benefits.events_of_pieces import BenefitPassedOn
from huiqun.benefits.models import Claim
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.life import STATE_WORDS, check_usable
from huiqun.benefits.rules.refusals_life import (
    ClaimNotFound,
    ClaimOver,
    NotTransferable,
    PassedOnAlready,
    ReceiverUnknown,
)
from huiqun.benefits.rules.states import PASSED_ON
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.lib.channels import Channel
from huiqun.lib.days import local_date


@dataclass(frozen=True, kw_only=True)
class PassedOn:
    claim_id: int
    receiver_id: int


@transaction.atomic
def pass_on_claim(*, claim_id: int, customer_id: int, phone: str, now: datetime) -> PassedOn:
    """Give one's own unused piece to the customer with this mobile number; the giver's code ends with it.

    :raises ClaimNotFound, NotTransferable, PassedOnAlready, ReceiverUnknown, ClaimExpired, ClaimOver, …
    """
    claim = Claim.objects.select_related("benefit").filter(pk=claim_id, customer_id=customer_id).first()
    if claim is None:
        raise ClaimNotFound()
    if not claim.benefit.transferable:
        raise NotTransferable()
    if claim.because.startswith(PASSED_ON):
        raise PassedOnAlready()
    last_day = claim.expires_on or claim.benefit.use_last_date
    check_usable(ClaimState(claim.state), last_day=last_day, today=local_date(now))
    receiver_id = _receiver(phone, customer_id)
    _end(claim, now)
    received = Claim.objects.create(
        benefit_id=claim.benefit_id,
        customer_id=receiver_id,
        because=f"{PASSED_ON}{claim_id}",
        code=new_code(),
        claimed_at=now,
        expires_on=last_day,
    )
    event = BenefitPassedOn(
        benefit_id=claim.benefit_id,
        claim_id=claim_id,
        customer_id=customer_id,
        new_claim_id=received.pk,
        receiver_id=receiver_id,
    )
    facts.record(event, at=now, branch_id=claim.benefit.branch_id)
    return PassedOn(claim_id=received.pk, receiver_id=receiver_id)


def _receiver(phone: str, giver_id: int) -> int:
    found = customers.customer_ids_by_contact(channel=Channel.SMS, contact=phone)
    others = [each for each in found if each != giver_id]
    if len(others) != 1:
        raise ReceiverUnknown()
    return others[0]


def _end(claim: Claim, now: datetime) -> None:
    ready = Claim.objects.filter(pk=claim.pk, state=ClaimState.CLAIMED)
    if not ready.update(state=ClaimState.PASSED, ended_at=now):
        state = Claim.objects.values_list("state", flat=True).get(pk=claim.pk)
        raise ClaimOver(state=STATE_WORDS[ClaimState(state)])
