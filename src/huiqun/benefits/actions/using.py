"""Using a piece: once, on time, by its holder."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from huiqun.benefits.events_of_pieces import BenefitUsed
from huiqun.benefits.models import Claim
from huiqun.benefits.queries.finding import claim_by_code
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.life import check_usable
from huiqun.benefits.rules.refusals_life import (
    ClaimNotFound,
    DocumentNeeded,
    DocumentUnknown,
    DocumentWrong,
)
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date


@dataclass(frozen=True, kw_only=True)
class Used:
    """``is_new`` is False when the piece had been used before: ``used_at`` and ``place`` are of that first use."""

    claim_id: int
    benefit_id: int
    used_at: datetime
    place: str
    is_new: bool


@transaction.atomic
def use_claim(
    *,
    now: datetime,
    claim_id: int | None = None,
    code: str = "",
    place: str = "",
    document: str = "",
    partner_id: int | None = None,
    by: Staff | None = None,
) -> Used:
    """Use a piece that is named by its id or by the code on it (our own or the partner's).

    One conditional UPDATE decides which of two uses at once is the first; the other is answered with it.
    ``place`` ("branch:3", "partner:2") says where and names no person. With ``partner_id`` only that partner's
    benefits are found. ``document`` is asked for where the terms say that the real name is checked.
    :raises ClaimNotFound, ClaimExpired, ClaimHeld, NotAcceptedYet, ClaimOver, DocumentNeeded, DocumentWrong,
    DocumentUnknown
    """
    claim = _found(claim_id, code, partner_id, by)
    if claim.state == ClaimState.USED:
        return _used(claim, is_new=False)
    today = local_date(now)
    check_usable(ClaimState(claim.state), last_day=_last_day(claim), today=today)
    if claim.benefit.real_name:
        check_document(claim.customer_id, document)
    if not _turn(claim, today, now, place, by):
        claim.refresh_from_db(fields=["state", "ended_at", "ended_because"])
        if claim.state == ClaimState.USED:
            return _used(claim, is_new=False)
        check_usable(ClaimState(claim.state), last_day=_last_day(claim), today=today)
    event = BenefitUsed(
        benefit_id=claim.benefit_id,
        claim_id=claim.pk,
        customer_id=claim.customer_id,
        offered_by=claim.benefit.subject,
        place=place,
    )
    facts.record(event, at=now, by=by, branch_id=claim.benefit.branch_id)
    return Used(claim_id=claim.pk, benefit_id=claim.benefit_id, used_at=now, place=place, is_new=True)


def _found(claim_id: int | None, code: str, partner_id: int | None, by: Staff | None) -> Claim:
    rows: Any = Claim.objects.select_related("benefit")
    if by is not None and claim_id is not None:
        # Whoever shows a code may use it at any branch.
        rows = rows.filter(customer_id__in=customers.ids_visible_to(by))
    if partner_id is not None:
        rows = rows.filter(benefit__partner_id=partner_id)
    wanted = claim_by_code(code) if claim_id is None else claim_id
    found: Claim | None = rows.filter(pk=wanted).first()
    if found is None:
        raise ClaimNotFound()
    return found


def _turn(claim: Claim, today: date, now: datetime, place: str, by: Staff | None) -> bool:
    ready = Claim.objects.filter(pk=claim.pk, state=ClaimState.CLAIMED)
    ready = ready.filter(Q(expires_on=None) | Q(expires_on__gte=today))
    return bool(ready.update(state=ClaimState.USED, ended_at=now, ended_because=place, ended_by=by))


def _last_day(claim: Claim) -> date:
    return claim.expires_on or claim.benefit.use_last_date


def check_document(customer_id: int, document: str) -> None:
    """:raises DocumentNeeded, DocumentUnknown, DocumentWrong"""
    if not document.strip():
        raise DocumentNeeded()
    matches = customers.has_document(customer_id=customer_id, document=document)
    if matches is None:
        raise DocumentUnknown()
    if not matches:
        raise DocumentWrong()


def _used(claim: Claim, *, is_new: bool) -> Used:
    assert claim.ended_at is not None
    return Used(
        claim_id=claim.pk,
        benefit_id=claim.benefit_id,
        used_at=claim.ended_at,
        place=claim.ended_because,
        is_new=is_new,
    )
