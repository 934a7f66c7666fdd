"""Lifting a block: with a reason; one that stands for a complaint by two people."""

from datetime import datetime
from typing import Literal

from django.db import transaction

from huiqun.customers import queries as customers
from huiqun.delivery.events import LiftAsked, LiftRefused, SuppressionLifted, SuppressionsExported
from huiqun.delivery.models import Suppression, SuppressionLift
from huiqun.delivery.models.people import COMPLAINED
from huiqun.delivery.rules.refusals import (
    ExportPurposeMissing,
    LiftBySelf,
    LiftDecided,
    LiftNeedsTwo,
    LiftReasonMissing,
)
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound


@transaction.atomic
def lift_suppression(
    *, customer_id: int, channel: str = "", reason: str = "", by: Staff | None, now: datetime
) -> bool:
    """Whether there was one. It gives no consent: that is the customer's to give. :raises LiftNeedsTwo"""
    row = Suppression.objects.select_for_update().filter(customer_id=customer_id, channel=channel).first()
    if row is None:
        return False
    if row.reason == COMPLAINED:
        raise LiftNeedsTwo
    _lift(row, reason, by, now)
    return True


@transaction.atomic
def ask_to_lift(*, suppression_id: int, reason: str, by: Staff, now: datetime) -> Literal["lifted", "asked"]:
    """Lift a block, or, where it stands for a complaint, ask a second person to. Asking twice is asking once.

    :raises NotFound, LiftReasonMissing
    """
    row = Suppression.objects.select_for_update().filter(pk=suppression_id).first()
    if row is None or by.branch is None:
        raise NotFound
    customers.visible_customer(row.customer_id, by)
    if not reason.strip():
        raise LiftReasonMissing
    if row.reason != COMPLAINED:
        _lift(row, reason, by, now)
        return "lifted"
    _, is_new = SuppressionLift.objects.get_or_create(
        customer_id=row.customer_id,
        channel=row.channel,
        decided_at=None,
        defaults={"reason": reason, "branch": by.branch, "asked_by": by, "asked_at": now},
    )
    if is_new:
        fact = LiftAsked(customer_id=row.customer_id, channel=row.channel, reason=reason)
        facts.record(fact, at=now, by=by, branch_id=by.branch_id)
    return "asked"


@transaction.atomic
def decide_lift(*, lift_id: int, agrees: bool, by: Staff, now: datetime) -> None:
    """The second person's word. :raises NotFound, LiftDecided, LiftBySelf"""
    lift = SuppressionLift.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=lift_id).first()
    if lift is None:
        raise NotFound
    if lift.decided_at is not None:
        raise LiftDecided
    if lift.asked_by_id == by.pk:
        raise LiftBySelf
    lift.agreed, lift.decided_by, lift.decided_at = agrees, by, now
    lift.save(update_fields=["agreed", "decided_by", "decided_at"])
    if not agrees:
        refused = LiftRefused(customer_id=lift.customer_id, channel=lift.channel)
        facts.record(refused, at=now, by=by, branch_id=lift.branch_id)
        return
    rows = Suppression.objects.select_for_update()
    row = rows.filter(customer_id=lift.customer_id, channel=lift.channel).first()
    if row is not None:
        _lift(row, lift.reason, by, now)


def _lift(row: Suppression, reason: str, by: Staff | None, now: datetime) -> None:
    fact = SuppressionLifted(customer_id=row.customer_id, channel=row.channel, reason=reason)
    row.delete()
    facts.record(fact, at=now, by=by)


@transaction.atomic
def note_export(*, count: int, purpose: str, by: Staff, now: datetime) -> None:
    """Somebody takes the list away. :raises ExportPurposeMissing"""
    if not purpose.strip():
        raise ExportPurposeMissing
    fact = SuppressionsExported(count=count, purpose=purpose.strip()[:200])
    facts.record(fact, at=now, by=by, branch_id=by.branch_id)
