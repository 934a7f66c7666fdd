"""Correcting a customer's points: one person asks and says why, another decides."""

from datetime import date, datetime

from django.db import transaction

from huiqun.benefits.actions.points import locked_lots
from huiqun.benefits.actions.points_posting import post_lots
from huiqun.benefits.events import PointsAdjusted, PointsAdjustmentAsked, PointsAdjustmentDeclined
from huiqun.benefits.models import PointsAdjustment
from huiqun.benefits.rules.points import (
    ADJUSTED,
    FOREVER,
    Lot,
    MovementKind,
    check_amount,
    check_expiry,
    take_first_expiring,
)
from huiqun.benefits.rules.points_refusals import (
    AdjustmentDecided,
    AdjustmentNotFound,
    AdjustmentOwn,
    AdjustmentReasonMissing,
)
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date

SHORTEST_REASON = 5


@transaction.atomic
def ask_adjustment(
    *, customer_id: int, points: int, reason: str, by: Staff, now: datetime, expires_on: date | None = None
) -> int:
    """Ask for points to be added (or, negative, taken away); the adjustment's id. Nothing is booked yet.

    :raises AmountWrong, ExpiryPassed, AdjustmentReasonMissing, NotFound for customers of other branches
    """
    check_amount(abs(points))
    if expires_on is not None:
        check_expiry(expires_on, today=local_date(now))
    if len(reason.strip()) < SHORTEST_REASON:
        raise AdjustmentReasonMissing()
    customer = customers.visible_customer(customer_id, by)
    asked = PointsAdjustment.objects.create(
        customer_id=customer_id,
        points=points,
        expires_on=expires_on if points > 0 else None,
        reason=reason.strip()[:200],
        asked_by=by,
        asked_at=now,
    )
    event = PointsAdjustmentAsked(adjustment_id=asked.pk, customer_id=customer_id, points=points)
    facts.record(event, at=now, by=by, branch_id=customer.branch_id)
    return int(asked.pk)


@transaction.atomic
def book_adjustment(*, adjustment_id: int, by: Staff, now: datetime) -> int:
    """Book what somebody else asked for; the movement's id. What is taken away goes in the order of expiry.

    :raises AdjustmentNotFound, AdjustmentDecided, AdjustmentOwn, ExpiryPassed, NotEnoughPoints
    """
    asked = _open(adjustment_id, by)
    today, expires_on = local_date(now), asked.expires_on or FOREVER
    check_expiry(expires_on, today=today)
    if asked.points > 0:
        lots: tuple[Lot, ...] = (Lot(expires_on=expires_on, points=asked.points),)
    else:
        lots = take_first_expiring(locked_lots(asked.customer_id, from_day=today), -asked.points)
    movement_id = post_lots(
        customer_id=asked.customer_id, kind=MovementKind.ADJUST, source=f"adjustment:{asked.pk}", title="",
        lots=lots, sign=1 if asked.points > 0 else -1, account=ADJUSTED, now=now,
    )  # fmt: skip
    if movement_id is None:
        raise AdjustmentDecided()
    _decide(asked, PointsAdjustment.State.DONE, by=by, now=now, movement_id=movement_id)
    event = PointsAdjusted(
        adjustment_id=asked.pk, customer_id=asked.customer_id, points=asked.points, movement_id=movement_id
    )
    facts.record(event, at=now, by=by, branch_id=asked.customer.branch_id)
    return movement_id


@transaction.atomic
def decline_adjustment(*, adjustment_id: int, answer: str, by: Staff, now: datetime) -> None:
    """:raises AdjustmentNotFound, AdjustmentDecided, AdjustmentOwn, AdjustmentReasonMissing"""
    asked = _open(adjustment_id, by)
    if len(answer.strip()) < SHORTEST_REASON:
        raise AdjustmentReasonMissing()
    _decide(asked, PointsAdjustment.State.DECLINED, by=by, now=now, answer=answer.strip()[:200])
    event = PointsAdjustmentDeclined(
        adjustment_id=asked.pk, customer_id=asked.customer_id, points=asked.points
    )
    facts.record(event, at=now, by=by, branch_id=asked.customer.branch_id)


def _decide(asked: PointsAdjustment, state: str, *, by: Staff, now: datetime, **values: object) -> None:
    for name, value in {"state": state, "decided_by": by, "decided_at": now, **values}.items():
        setattr(asked, name, value)
    asked.save()


def _open(adjustment_id: int, by: Staff) -> PointsAdjustment:
    asked: PointsAdjustment | None = (
        PointsAdjustment.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("customer")
        .filter(pk=adjustment_id)
        .first()
    )
    if asked is None:
        raise AdjustmentNotFound()
    if asked.state != PointsAdjustment.State.ASKED:
        raise AdjustmentDecided()
    if asked.asked_by_id == by.pk:
        raise AdjustmentOwn()
    return asked
