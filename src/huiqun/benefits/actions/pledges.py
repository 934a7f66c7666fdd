"""Pledges: written by one person, made public by another, counted by the clock, paid with a receipt."""

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from huiqun.benefits.events import (
    PledgeCounted,
    PledgeOpened,
    PledgePaid,
    PledgeSentBack,
    PledgeSettled,
    PledgeSubmitted,
    PledgeWritten,
)
from huiqun.benefits.models import Benefit, Pledge, PledgeDay, PledgeTransfer
from huiqun.benefits.queries.pledge_counts import counts_by_day
from huiqun.benefits.rules.pledges import (
    PledgeNotFound,
    PledgeNotPaid,
    PledgeOwn,
    PledgeStands,
    PledgeState,
    PledgeStateWrong,
    PledgeTerms,
    PledgeWrong,
    ReceiptKnown,
    TransferWrong,
    check_pledge,
    check_receipt,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.lib import money
from huiqun.lib.canonical import digest
from huiqun.lib.days import local_date


@transaction.atomic
def write_pledge(
    *, terms: PledgeTerms, branch_id: int, by: Staff, now: datetime, pledge_id: int | None = None
) -> int:
    """Write a pledge, or change one that is still a draft; its id. :raises PledgeWrong, PledgeNotFound, PledgeStands"""
    check_pledge(terms)
    if not Branch.objects.visible_to(by).filter(pk=branch_id).exists():
        raise PledgeNotFound()
    benefit_id = terms.benefit_id
    if benefit_id is not None and not Benefit.objects.visible_to(by).filter(pk=benefit_id).exists():
        raise PledgeWrong(field="benefit_id")
    if pledge_id is None:
        pledge = Pledge(author=by, created_at=now)
    else:
        pledge = _locked(pledge_id, by)
        if pledge.state != PledgeState.DRAFT:
            raise PledgeStands()
    pledge.branch_id = branch_id
    pledge.take(terms)
    pledge.save()
    event = PledgeWritten(pledge_id=pledge.pk, terms_digest=digest(terms.for_digest()))
    facts.record(event, at=now, by=by, branch_id=branch_id)
    return int(pledge.pk)


@transaction.atomic
def submit_pledge(*, pledge_id: int, by: Staff, now: datetime) -> None:
    """:raises PledgeNotFound, PledgeStateWrong"""
    pledge = _in_state(pledge_id, by, PledgeState.DRAFT)
    pledge.state, pledge.submitter = PledgeState.SUBMITTED, by
    pledge.frozen_digest = digest(pledge.as_terms.for_digest())
    pledge.save()
    event = PledgeSubmitted(pledge_id=pledge_id, terms_digest=pledge.frozen_digest)
    facts.record(event, at=now, by=by, branch_id=pledge.branch_id)


@transaction.atomic
def send_back_pledge(*, pledge_id: int, reason: str, by: Staff, now: datetime) -> None:
    """:raises PledgeNotFound, PledgeStateWrong"""
    pledge = _in_state(pledge_id, by, PledgeState.SUBMITTED)
    pledge.state, pledge.frozen_digest = PledgeState.DRAFT, ""
    pledge.save()
    event = PledgeSentBack(pledge_id=pledge_id, reason=reason.strip()[:200])
    facts.record(event, at=now, by=by, branch_id=pledge.branch_id)


@transaction.atomic
def open_pledge(*, pledge_id: int, digest_seen: str, by: Staff, now: datetime) -> None:
    """Make a pledge public as it was seen. :raises PledgeNotFound, PledgeStateWrong, PledgeOwn"""
    pledge = _in_state(pledge_id, by, PledgeState.SUBMITTED)
    if digest_seen != pledge.frozen_digest:
        raise PledgeStateWrong()
    if by.pk in (pledge.author_id, pledge.submitter_id):
        raise PledgeOwn()
    pledge.state, pledge.approver = PledgeState.OPEN, by
    pledge.save()
    event = PledgeOpened(pledge_id=pledge_id, terms_digest=pledge.frozen_digest)
    facts.record(event, at=now, by=by, branch_id=pledge.branch_id)


def count_pledges(*, now: datetime) -> int:
    """Count all that are open; how many have grown."""
    ids = Pledge.objects.filter(state=PledgeState.OPEN).order_by("id").values_list("pk", flat=True)
    return sum(count_pledge(pledge_id=pledge_id, now=now) for pledge_id in ids)


@transaction.atomic
def count_pledge(*, pledge_id: int, now: datetime) -> bool:
    """Count again what counts for each day; whether it has become more. What was counted once stays counted."""
    pledge: Pledge = Pledge.objects.select_for_update(of=("self",)).select_related("branch").get(pk=pledge_id)
    if pledge.state != PledgeState.OPEN:
        return False
    before = dict(PledgeDay.objects.filter(pledge=pledge).values_list("day", "count"))
    found = counts_by_day(pledge, today=local_date(now))
    grown = [
        PledgeDay(pledge=pledge, day=day, count=count)
        for day, count in found.items()
        if count > before.get(day, 0)
    ]
    PledgeDay.objects.bulk_create(
        grown, update_conflicts=True, unique_fields=("pledge", "day"), update_fields=("count",)
    )
    pledge.counted = PledgeDay.objects.filter(pledge=pledge).aggregate(sum=Sum("count"))["sum"] or 0
    pledge.counted_at = now
    pledge.save(update_fields=("counted", "counted_at"))
    if grown:
        event = PledgeCounted(pledge_id=pledge_id, counted=pledge.counted, due_fen=pledge.due_fen)
        facts.record(event, at=now, branch_id=pledge.branch_id)
    return bool(grown)


@transaction.atomic
def record_transfer(
    *,
    pledge_id: int,
    amount_fen: int,
    paid_on: date,
    reference: str,
    file_name: str,
    content: bytes,
    by: Staff,
    now: datetime,
) -> int:
    """Record that money went to the recipient, with the receipt; the transfer's id.

    :raises PledgeNotFound, PledgeStateWrong, TransferWrong when more is paid than is due, ReceiptWrong, ReceiptKnown
    """
    pledge = _in_state(pledge_id, by, PledgeState.OPEN)
    check_receipt(content)
    file_digest, reference = hashlib.sha256(content).hexdigest(), reference.strip()[:60]
    open_fen = pledge.due_fen - _paid(pledge)
    if not reference or not 0 < amount_fen <= open_fen or not pledge.first_date <= paid_on <= local_date(now):
        raise TransferWrong(amount=money.yuan(amount_fen), open=money.yuan(open_fen))
    known = PledgeTransfer.objects.filter(pledge=pledge, reference=reference)
    if known.exists() or PledgeTransfer.objects.filter(file_digest=file_digest).exists():
        raise ReceiptKnown()
    transfer = PledgeTransfer.objects.create(
        pledge=pledge, amount_fen=amount_fen, paid_on=paid_on, reference=reference, file_name=file_name[-120:],
        file_digest=file_digest, file=content, by=by, at=now,
    )  # fmt: skip
    event = PledgePaid(
        pledge_id=pledge_id, transfer_id=transfer.pk, amount_fen=amount_fen, paid_on=paid_on.isoformat(),
        file_digest=file_digest,
    )  # fmt: skip
    facts.record(event, at=now, by=by, branch_id=pledge.branch_id)
    return int(transfer.pk)


@transaction.atomic
def settle_pledge(*, pledge_id: int, by: Staff, now: datetime) -> None:
    """Close a pledge that has ended and was paid to the fen; nothing is counted afterwards.

    :raises PledgeNotFound, PledgeStateWrong, PledgeNotPaid
    """
    _in_state(pledge_id, by, PledgeState.OPEN)
    count_pledge(pledge_id=pledge_id, now=now)
    pledge = _in_state(pledge_id, by, PledgeState.OPEN)
    paid = _paid(pledge)
    if local_date(now) <= pledge.last_date or paid != pledge.due_fen:
        raise PledgeNotPaid(paid=money.yuan(paid), due=money.yuan(pledge.due_fen))
    pledge.state, pledge.settled_at = PledgeState.SETTLED, now
    pledge.save(update_fields=("state", "settled_at"))
    event = PledgeSettled(pledge_id=pledge_id, counted=pledge.counted, paid_fen=paid)
    facts.record(event, at=now, by=by, branch_id=pledge.branch_id)


def _paid(pledge: Pledge) -> int:
    return int(PledgeTransfer.objects.filter(pledge=pledge).aggregate(sum=Sum("amount_fen"))["sum"] or 0)


def _in_state(pledge_id: int, by: Staff, state: PledgeState) -> Pledge:
    pledge = _locked(pledge_id, by)
    if pledge.state != state:
        raise PledgeStateWrong()
    return pledge


def _locked(pledge_id: int, by: Staff) -> Pledge:
    pledge: Pledge | None = (
        Pledge.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=pledge_id).first()
    )
    if pledge is None:
        raise PledgeNotFound()
    return pledge
