"""Reading the points ledger: a customer's balance and statement, and movements for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Min, Sum

from huiqun.benefits.models import PointsAdjustment, PointsLine, PointsLot, PointsMovement
from huiqun.benefits.models.adjustments import AdjustmentQuerySet
from huiqun.benefits.models.points import MovementQuerySet
from huiqun.benefits.rules.points import FOREVER
from huiqun.benefits.rules.points_refusals import MovementNotFound
from huiqun.customers import queries as customers
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class Balance:
    """``expiring_points`` go first, after ``expiring_on``; None when all that is left keeps."""

    points: int
    expiring_on: date | None
    expiring_points: int


@dataclass(frozen=True, kw_only=True)
class MovementAsked:
    """What the ledger's query form asks for; empty means all."""

    number: str = ""
    kind: str = ""
    source: str = ""
    first: date | None = None
    last: date | None = None


def points_balance(customer_id: int, *, today: date) -> Balance:
    lots = PointsLot.objects.filter(customer_id=customer_id, expires_on__gte=today, remaining__gt=0)
    found = lots.aggregate(points=Sum("remaining"), first=Min("expires_on"))
    first = found["first"] if found["first"] and found["first"] < FOREVER else None
    going = lots.filter(expires_on=first).aggregate(points=Sum("remaining"))["points"] if first else 0
    return Balance(points=found["points"] or 0, expiring_on=first, expiring_points=going or 0)


def points_statement(customer_id: int, *, month: date) -> MovementQuerySet:
    """A customer's movements of the month that begins on ``month``."""
    until = (month + timedelta(days=31)).replace(day=1)
    rows: MovementQuerySet = PointsMovement.objects.filter(
        customer_id=customer_id, day__gte=month, day__lt=until
    )
    return rows.select_related("rule")


def first_month(customer_id: int) -> date | None:
    """The month of a customer's first movement."""
    day: date | None = (
        PointsMovement.objects.filter(customer_id=customer_id)
        .order_by("id")
        .values_list("day", flat=True)
        .first()
    )
    return day.replace(day=1) if day else None


def last_movements(customer_id: int, *, most: int = 5) -> Sequence[PointsMovement]:
    return list(
        PointsMovement.objects.filter(customer_id=customer_id).select_related("rule").order_by("-id")[:most]
    )


def movement_rows(*, asked: MovementAsked, staff: Staff) -> MovementQuerySet:
    """The rows of the ledger's page, of customers that the person sees."""
    rows: MovementQuerySet = PointsMovement.objects.visible_to(staff).select_related("rule")
    if asked.number:
        try:
            rows = rows.filter(customer_id=customers.visible_id(number=asked.number, staff=staff))
        except NotFound:
            return rows.none()
    exact: dict[str, Any] = {"kind": asked.kind, "source": asked.source}
    between: dict[str, Any] = {"day__gte": asked.first, "day__lte": asked.last}
    return rows.filter(**{name: value for name, value in {**exact, **between}.items() if value})


def visible_movement(movement_id: int, staff: Staff) -> PointsMovement:
    """:raises MovementNotFound outside the person's branches"""
    rows = PointsMovement.objects.visible_to(staff).select_related("rule", "refund_of")
    found: PointsMovement | None = rows.filter(pk=movement_id).first()
    if found is None:
        raise MovementNotFound()
    return found


def movement_lines(movement_id: int) -> Sequence[PointsLine]:
    return list(PointsLine.objects.filter(movement_id=movement_id).order_by("place"))


def adjustment_rows(*, staff: Staff, state: str = "") -> AdjustmentQuerySet:
    rows: AdjustmentQuerySet = PointsAdjustment.objects.visible_to(staff).select_related(
        "asked_by", "decided_by"
    )
    return rows.filter(state=state) if state else rows
