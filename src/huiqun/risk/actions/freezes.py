"""Freezing devices, addresses and customers: with a reason, an end, and a way out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotYours
from huiqun.risk.actions.cases import check_officer
from huiqun.risk.events import FreezeLifted, FreezeMade
from huiqun.risk.models import Freeze, FrozenKey, Judgement, RingMember
from huiqun.risk.rules.refusals import (
    FreezeEmpty,
    FreezeEndWrong,
    FreezeNotFound,
    FreezeOver,
    ReasonMissing,
)
from huiqun.risk.rules.states import FrozenKind

SHORTEST = timedelta(hours=1)
LONGEST_DAYS = 90
MOST_KEYS = 5_000


@dataclass(frozen=True)
class ToFreeze:
    kind: FrozenKind
    key: str


@transaction.atomic
def freeze(*, what: Iterable[ToFreeze], reason: str, until: datetime, by: Staff, now: datetime) -> int:
    """From the moment this has committed no claim of theirs is begun that is given out; the freeze's id.

    Campaigns are stopped by compliance (``stop_subject``). :raises FreezeEmpty, FreezeEndWrong, ReasonMissing, NotYours
    """
    check_officer(by)
    if by.branch_id is None:
        raise NotYours()
    if not reason.strip():
        raise ReasonMissing()
    if not now + SHORTEST <= until <= now + timedelta(days=LONGEST_DAYS):
        raise FreezeEndWrong(days=LONGEST_DAYS)
    keys = _within_reach(sorted(set(what), key=lambda each: (each.kind, each.key))[:MOST_KEYS], by)
    if not keys:
        raise FreezeEmpty()
    row = Freeze.objects.create(
        branch_id=by.branch_id, reason=reason.strip(), until=until, made_by=by, made_at=now
    )
    FrozenKey.objects.bulk_create(
        FrozenKey(
            freeze=row,
            kind=each.kind,
            key=each.key,
            customer_id=int(each.key) if each.kind == FrozenKind.CUSTOMER else None,
            until=until,
        )
        for each in keys
    )
    event = FreezeMade(freeze_id=row.pk, frozen=len(keys), until=until.isoformat(), reason=row.reason)
    facts.record(event, at=now, by=by, branch_id=by.branch_id)
    return int(row.pk)


def _within_reach(keys: list[ToFreeze], by: Staff) -> list[ToFreeze]:
    """Customers of other branches are left out; empty digests mean "not known" and freeze nobody."""
    wanted = [int(each.key) for each in keys if _is_customer(each)]
    seen = {card.id for card in customers.customer_cards(ids=wanted, staff=by)} if wanted else set()
    return [each for each in keys if (int(each.key) in seen if _is_customer(each) else _is_digest(each))]


def _is_customer(each: ToFreeze) -> bool:
    return each.kind == FrozenKind.CUSTOMER and each.key.isdecimal()


def _is_digest(each: ToFreeze) -> bool:
    return each.kind != FrozenKind.CUSTOMER and bool(each.key)


@transaction.atomic
def lift_freeze(*, freeze_id: int, reason: str, by: Staff, now: datetime) -> None:
    """:raises FreezeNotFound, FreezeOver, ReasonMissing, NotYours"""
    check_officer(by)
    row = Freeze.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=freeze_id).first()
    if row is None:
        raise FreezeNotFound()
    if not reason.strip():
        raise ReasonMissing()
    if row.lifted_at or row.until <= now:
        raise FreezeOver()
    row.lifted_by, row.lifted_at, row.lift_reason = by, now, reason.strip()
    row.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    row.keys.update(until=now)
    facts.record(
        FreezeLifted(freeze_id=row.pk, reason=reason.strip()), at=now, by=by, branch_id=row.branch_id
    )


def of_judgement(judgement_id: int, *, people: bool, by: Staff) -> list[ToFreeze]:
    """The device of a judged claim and its customer, or all customers of that device within a week."""
    row = Judgement.objects.visible_to(by).filter(pk=judgement_id).first()
    if row is None:
        return []
    who = {row.customer_id}
    if people and row.device:
        lately = Judgement.objects.filter(device=row.device, at__gt=row.at - timedelta(days=7))
        who |= set(lately.values_list("customer_id", flat=True).distinct()[:MOST_KEYS])
    device = [ToFreeze(FrozenKind.DEVICE, row.device)] if row.device else []
    return device + [ToFreeze(FrozenKind.CUSTOMER, str(each)) for each in sorted(who)]


def of_ring(ring_id: int) -> list[ToFreeze]:
    members = RingMember.objects.filter(ring_id=ring_id).values_list("customer_id", flat=True)
    return [ToFreeze(FrozenKind.CUSTOMER, str(each)) for each in members]
