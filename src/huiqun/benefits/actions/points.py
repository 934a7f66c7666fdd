"""A customer's points: given, spent, given back. Each has a source, and a repeated source gives the first movement."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from huiqun.benefits.actions.points_posting import post_lots, post_one
from huiqun.benefits.events import PointsForfeited, PointsGiven, PointsRefunded, PointsSpent
from huiqun.benefits.models import PointsLine, PointsLot, PointsMovement
from huiqun.benefits.rules.points import (
    CUSTOMER,
    EXPIRED,
    FOREVER,
    Lot,
    MovementKind,
    check_amount,
    check_expiry,
    give_back,
    spending_account,
    take_first_expiring,
)
from huiqun.benefits.rules.points_refusals import NothingSpent, SourceTaken
from huiqun.foundation import facts
from huiqun.lib.days import local_date


@dataclass(frozen=True, kw_only=True)
class Moved:
    """``points`` is what changed for the customer. ``is_new`` is False when the source was booked before."""

    movement_id: int
    points: int
    is_new: bool


@transaction.atomic
def give_points(
    *, customer_id: int, points: int, source: str, now: datetime, expires_on: date = FOREVER, title: str = ""
) -> Moved:
    """Give a customer points that may be spent until the end of ``expires_on``. ``title`` is what the customer reads.

    :raises AmountWrong, ExpiryPassed, SourceTaken when something else was booked under the source
    """
    check_amount(points)
    check_expiry(expires_on, today=local_date(now))
    movement_id = post_one(
        customer_id=customer_id, kind=MovementKind.GIVE, points=points, source=source, title=title,
        expires_on=expires_on, now=now,
    )  # fmt: skip
    if movement_id is None:
        return _earlier(source, customer_id, MovementKind.GIVE)
    event = PointsGiven(
        movement_id=movement_id, customer_id=customer_id, points=points, source=source,
        expires_on=expires_on.isoformat(),
    )  # fmt: skip
    facts.record(event, at=now)
    return Moved(movement_id=movement_id, points=points, is_new=True)


@transaction.atomic
def spend_points(
    *, customer_id: int, points: int, source: str, now: datetime, on: str = "other", title: str = ""
) -> Moved:
    """Pay with a customer's points, those that expire first before all others; ``on`` is the kind of what is bought.

    The customer's lots stay locked until the commit. :raises AmountWrong, NotEnoughPoints, SourceTaken
    """
    check_amount(points)
    if PointsMovement.objects.filter(source=source).exists():
        return _earlier(source, customer_id, MovementKind.SPEND)
    held = locked_lots(customer_id, from_day=local_date(now))
    # Whoever held the lots may have paid for the same thing.
    if PointsMovement.objects.filter(source=source).exists():
        return _earlier(source, customer_id, MovementKind.SPEND)
    account = spending_account(on)
    movement_id = post_lots(
        customer_id=customer_id, kind=MovementKind.SPEND, source=source, title=title,
        lots=take_first_expiring(held, points), sign=-1, account=account, now=now,
    )  # fmt: skip
    if movement_id is None:
        return _earlier(source, customer_id, MovementKind.SPEND)
    event = PointsSpent(
        movement_id=movement_id, customer_id=customer_id, points=points, source=source, account=account
    )
    facts.record(event, at=now)
    return Moved(movement_id=movement_id, points=-points, is_new=True)


@transaction.atomic
def refund_points(
    *, of: str, source: str, now: datetime, points: int | None = None, title: str = ""
) -> Moved:
    """Give back what was spent under the source ``of``, to the lots it came from, with their expiry; all that has not
    come back yet unless ``points`` says less. What has expired meanwhile comes back and expires with the next night.

    :raises NothingSpent, NotEnoughPoints when more is asked for than was spent, SourceTaken
    """
    spent = PointsMovement.objects.select_for_update().filter(source=of, kind=MovementKind.SPEND).first()
    if spent is None:
        raise NothingSpent(source=of)
    if points is not None:
        check_amount(points)
    if PointsMovement.objects.filter(source=source).exists():
        return _earlier(source, spent.customer_id, MovementKind.REFUND)
    back = give_back(_lots_of(spent.pk), _given_back(spent.pk), points)
    if not back:
        raise NothingSpent(source=of)
    account = PointsLine.objects.exclude(account=CUSTOMER).get(movement_id=spent.pk).account
    movement_id = post_lots(
        customer_id=spent.customer_id, kind=MovementKind.REFUND, source=source, title=title or spent.title,
        lots=sorted(back, key=lambda lot: lot.expires_on), sign=1, account=account, now=now, refund_of=spent.pk,
    )  # fmt: skip
    if movement_id is None:
        return _earlier(source, spent.customer_id, MovementKind.REFUND)
    total = sum(lot.points for lot in back)
    event = PointsRefunded(
        movement_id=movement_id, customer_id=spent.customer_id, points=total, source=source, of=of
    )
    facts.record(event, at=now)
    return Moved(movement_id=movement_id, points=total, is_new=True)


@transaction.atomic
def forfeit_points(*, customer_id: int, now: datetime) -> int:
    """What an erased customer had left goes to the expired account; how much. Repeating it finds nothing."""
    held = [lot for lot in locked_lots(customer_id, from_day=date.min) if lot.points]
    if not held:
        return 0
    source = f"erased:{customer_id}:{PointsMovement.objects.filter(customer_id=customer_id).latest('id').pk}"
    post_lots(
        customer_id=customer_id, kind=MovementKind.EXPIRE, source=source, title="", lots=held, sign=-1,
        account=EXPIRED, now=now,
    )  # fmt: skip
    points = sum(lot.points for lot in held)
    facts.record(PointsForfeited(customer_id=customer_id, points=points), at=now)
    return points


def locked_lots(customer_id: int, *, from_day: date) -> list[Lot]:
    """In the order in which they expire, which is the order in which everybody locks them."""
    rows = (
        PointsLot.objects.select_for_update()
        .filter(customer_id=customer_id, expires_on__gte=from_day, remaining__gt=0)
        .order_by("expires_on")
        .values_list("expires_on", "remaining")
    )
    return [Lot(expires_on=day, points=remaining) for day, remaining in rows]


def _lots_of(movement_id: int) -> list[Lot]:
    rows = PointsLine.objects.filter(movement_id=movement_id, account=CUSTOMER)
    return [_lot(day, points) for day, points in rows.values_list("expires_on", "points")]


def _given_back(movement_id: int) -> list[Lot]:
    rows = PointsLine.objects.filter(movement__refund_of=movement_id, account=CUSTOMER)
    return [_lot(day, points) for day, points in rows.values_list("expires_on", "points")]


def _lot(day: date | None, points: int) -> Lot:
    assert day is not None, "a customer's line has an expiry, by a constraint"
    return Lot(expires_on=day, points=abs(points))


def _earlier(source: str, customer_id: int, kind: MovementKind) -> Moved:
    """:raises SourceTaken when the source stands for something else"""
    movement = PointsMovement.objects.get(source=source)
    if (movement.customer_id, movement.kind) != (customer_id, kind):
        raise SourceTaken(source=source)
    return Moved(movement_id=movement.pk, points=movement.points, is_new=False)
