"""A settlement's way: sent, agreed or disputed, paid. Whoever sends it does not pay it."""

from datetime import datetime, timedelta
from typing import cast

from django.db import transaction

from huiqun.benefits.actions.settling import digest_of
from huiqun.benefits.events_settling import (
    DisputeDecided,
    SettlementAgreed,
    SettlementLineDisputed,
    SettlementSent,
    SettlementSettled,
)
from huiqun.benefits.models.settlements import Dispute, Settlement, SettlementLine
from huiqun.benefits.rules.refusals_settling import (
    AmountWrong,
    DisputeClosed,
    DisputeIncomplete,
    ReferenceMissing,
    SettlementAltered,
    SettlementNotFound,
    SettlementStepWrong,
    SettlementUnseen,
)
from huiqun.benefits.rules.settling import DisputeState, LineKind, SettlementState, check_other_person
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date
from huiqun.partners import queries as partners
from huiqun.partners.queries import Payee


@transaction.atomic
def send_settlement(*, settlement_id: int, seen_digest: str, by: Staff, now: datetime) -> None:
    """Show the partner what was drawn up. :raises SettlementNotFound, SettlementStepWrong, SettlementUnseen, …"""
    settlement = _of_staff(settlement_id, by)
    _at(settlement, SettlementState.DRAFT)
    _seen(settlement, seen_digest)
    settlement.state, settlement.sent_at, settlement.sent_by = SettlementState.SENT, now, by
    settlement.save(update_fields=("state", "sent_at", "sent_by"))
    event = SettlementSent(settlement_id=settlement_id, lines_digest=settlement.lines_digest)
    facts.record(event, at=now, by=by, branch_id=settlement.branch_id)


@transaction.atomic
def agree(
    *,
    settlement_id: int,
    seen_digest: str,
    now: datetime,
    clerk_id: int | None = None,
    partner_id: int | None = None,
    by: Staff | None = None,
) -> None:
    """The partner's manager agrees, or staff who has it in writing. What was disputed has to be decided first.

    :raises SettlementNotFound, SettlementStepWrong, SettlementUnseen, SettlementAltered
    """
    settlement = _of_either(settlement_id, partner_id, by)
    if clerk_id and partner_id:
        partners.hold_clerk(clerk_id=clerk_id, partner_id=partner_id)
    _at(settlement, SettlementState.SENT)
    _seen(settlement, seen_digest)
    payee = partners.payee(partner_id=settlement.partner_id, on=local_date(now))
    settlement.state, settlement.agreed_at = SettlementState.AGREED, now
    settlement.agreed_clerk_id, settlement.agreed_by = clerk_id, by
    settlement.due_date = local_date(now) + timedelta(days=payee.payment_days if payee else 0)
    settlement.save(update_fields=("state", "agreed_at", "agreed_clerk", "agreed_by", "due_date"))
    event = SettlementAgreed(
        settlement_id=settlement_id, clerk_id=clerk_id, lines_digest=settlement.lines_digest
    )
    facts.record(event, at=now, by=by, branch_id=settlement.branch_id)


@transaction.atomic
def dispute_line(
    *,
    settlement_id: int,
    line_number: int,
    reason: str,
    now: datetime,
    clerk_id: int | None = None,
    partner_id: int | None = None,
    by: Staff | None = None,
) -> int:
    """The dispute's id. :raises SettlementNotFound, SettlementStepWrong, DisputeIncomplete, DisputeClosed"""
    settlement = _of_either(settlement_id, partner_id, by)
    if clerk_id and partner_id:
        partners.hold_clerk(clerk_id=clerk_id, partner_id=partner_id)
    if settlement.state not in (SettlementState.SENT, SettlementState.DISPUTED):
        raise SettlementStepWrong()
    line = SettlementLine.objects.filter(settlement=settlement, number=line_number).first()
    if line is None or line.kind != LineKind.USE or not reason.strip():
        raise DisputeIncomplete()
    if Dispute.objects.filter(line=line).exists():
        raise DisputeClosed()
    dispute = Dispute.objects.create(
        line=line, reason=reason.strip()[:300], clerk_id=clerk_id, raised_by=by, raised_at=now
    )
    settlement.state = SettlementState.DISPUTED
    settlement.save(update_fields=("state",))
    event = SettlementLineDisputed(
        settlement_id=settlement_id,
        dispute_id=dispute.pk,
        line=line_number,
        clerk_id=clerk_id,
        reason=dispute.reason,
    )
    facts.record(event, at=now, by=by, branch_id=settlement.branch_id)
    return int(dispute.pk)


@transaction.atomic
def decide_dispute(
    *, dispute_id: int, accepted: bool, right_fen: int | None, answer: str, by: Staff, now: datetime
) -> int:
    """By a person who neither raised it nor sent the file; the settlement's id. When the partner is right, ``right_fen``
    is the value that counts, and the next month corrects the difference: this file stays as it is.

    :raises SettlementNotFound, OwnSettlement, DisputeClosed, DisputeIncomplete, AmountWrong
    """
    line_of = Dispute.objects.filter(pk=dispute_id).values_list("line__settlement", flat=True).first()
    settlement = _of_staff(line_of or 0, by)
    dispute = Dispute.objects.select_for_update().select_related("line").get(pk=dispute_id)
    if dispute.state != DisputeState.OPEN:
        raise DisputeClosed()
    check_other_person(by.pk, dispute.raised_by_id, settlement.sent_by_id, settlement.drawn_by_id)
    if not answer.strip():
        raise DisputeIncomplete()
    if accepted and (right_fen is None or not 0 <= right_fen < dispute.line.value_fen):
        raise AmountWrong()
    dispute.state = DisputeState.ACCEPTED if accepted else DisputeState.REJECTED
    dispute.right_fen = right_fen if accepted else None
    dispute.answer, dispute.decided_by, dispute.decided_at = answer.strip()[:300], by, now
    dispute.save(update_fields=("state", "right_fen", "answer", "decided_by", "decided_at"))
    if not Dispute.objects.filter(line__settlement=settlement, state=DisputeState.OPEN).exists():
        settlement.state = SettlementState.SENT
        settlement.save(update_fields=("state",))
    event = DisputeDecided(
        settlement_id=settlement.pk,
        dispute_id=dispute_id,
        accepted=accepted,
        right_fen=dispute.right_fen,
        answer=dispute.answer,
    )
    facts.record(event, at=now, by=by, branch_id=settlement.branch_id)
    return int(settlement.pk)


@transaction.atomic
def settle(*, settlement_id: int, seen_digest: str, reference: str, by: Staff, now: datetime) -> None:
    """Note that what was agreed has been paid, by a person who neither drew it up nor sent nor agreed it.

    :raises SettlementNotFound, SettlementStepWrong, OwnSettlement, ReferenceMissing, SettlementAltered
    """
    settlement = _of_staff(settlement_id, by)
    _at(settlement, SettlementState.AGREED)
    check_other_person(by.pk, settlement.drawn_by_id, settlement.sent_by_id, settlement.agreed_by_id)
    _seen(settlement, seen_digest)
    payee: Payee | None = partners.payee(partner_id=settlement.partner_id, on=local_date(now))
    if not reference.strip() or payee is None:
        raise ReferenceMissing()
    settlement.state, settlement.settled_at, settlement.settled_by = SettlementState.SETTLED, now, by
    settlement.payment_reference = reference.strip()[:60]
    settlement.save(update_fields=("state", "settled_at", "settled_by", "payment_reference"))
    event = SettlementSettled(
        settlement_id=settlement_id, bank_fen=settlement.bank_fen, contract_id=payee.contract_id
    )
    facts.record(event, at=now, by=by, branch_id=settlement.branch_id)


def _of_either(settlement_id: int, partner_id: int | None, by: Staff | None) -> Settlement:
    if by is not None:
        return _of_staff(settlement_id, by)
    rows = Settlement.objects.select_for_update().filter(pk=settlement_id, partner=partner_id)
    found = rows.exclude(state=SettlementState.DRAFT).first() if partner_id else None
    if found is None:
        raise SettlementNotFound()
    return cast(Settlement, found)


def _of_staff(settlement_id: int, by: Staff) -> Settlement:
    rows = Settlement.objects.visible_to(by).select_for_update(of=("self",))
    found = rows.filter(pk=settlement_id).first()
    if found is None:
        raise SettlementNotFound()
    return cast(Settlement, found)


def _at(settlement: Settlement, state: SettlementState) -> None:
    if settlement.state != state:
        raise SettlementStepWrong()


def _seen(settlement: Settlement, seen_digest: str) -> None:
    """The page, the row and the lines say the same."""
    if seen_digest != settlement.lines_digest:
        raise SettlementUnseen()
    if digest_of(settlement, list(settlement.lines.order_by("number"))) != settlement.lines_digest:
        raise SettlementAltered()
