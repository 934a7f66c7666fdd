"""What points are, where they go, and which of a customer's points are taken first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huiqun.benefits.rules.points_refusals import AmountWrong, ExpiryPassed, NotEnoughPoints

MOST_POINTS = 10**9
"""No movement is of more; whoever means more has mistyped."""
FOREVER = date(9999, 12, 31)
"""The expiry of points that keep."""
CUSTOMER, ISSUED, EXPIRED, ADJUSTED = "customer", "issued", "expired", "adjusted"
SPENT = "spent."
"""What spending accounts begin with; the kind of what was bought follows."""


class MovementKind(StrEnum):
    """``EARN`` is by a dated rule, ``GIVE`` by a benefit or another reason of the bank's."""

    EARN = "earn"
    GIVE = "give"
    SPEND = "spend"
    REFUND = "refund"
    EXPIRE = "expire"
    ADJUST = "adjust"


@dataclass(frozen=True, kw_only=True)
class Lot:
    """What a customer has that expires after one day."""

    expires_on: date
    points: int


def check_amount(points: int) -> None:
    """:raises AmountWrong"""
    if not 1 <= points <= MOST_POINTS:
        raise AmountWrong(most=MOST_POINTS)


def check_expiry(expires_on: date, *, today: date) -> None:
    """:raises ExpiryPassed"""
    if expires_on < today:
        raise ExpiryPassed(day=expires_on.isoformat())


def take_first_expiring(lots: Iterable[Lot], points: int) -> tuple[Lot, ...]:
    """What is taken from which lot: those that expire first go first. :raises NotEnoughPoints"""
    offered = sorted(lots, key=lambda lot: lot.expires_on)
    taken, wanted = [], points
    for lot in offered:
        part = min(lot.points, wanted)
        if part > 0:
            taken.append(Lot(expires_on=lot.expires_on, points=part))
            wanted -= part
    if wanted:
        raise NotEnoughPoints(points=points, balance=sum(lot.points for lot in offered))
    return tuple(taken)


def give_back(taken: Sequence[Lot], given_back: Sequence[Lot], points: int | None) -> tuple[Lot, ...]:
    """Which lots get back what was taken from them; what was taken last comes back first.

    ``points`` None means all that has not come back yet. :raises NotEnoughPoints when it is less than asked for
    """
    back: dict[date, int] = {}
    for lot in given_back:
        back[lot.expires_on] = back.get(lot.expires_on, 0) + lot.points
    open_lots = [
        Lot(expires_on=lot.expires_on, points=lot.points - back.get(lot.expires_on, 0))
        for lot in sorted(taken, key=lambda lot: lot.expires_on, reverse=True)
    ]
    left = sum(lot.points for lot in open_lots)
    wanted = left if points is None else points
    if wanted > left:
        raise NotEnoughPoints(points=wanted, balance=left)
    returned = []
    for lot in open_lots:
        part = min(lot.points, wanted)
        if part > 0:
            returned.append(Lot(expires_on=lot.expires_on, points=part))
            wanted -= part
    return tuple(returned)


def expiry_of(day: date, *, months: int) -> date:
    """The last day of the month that many months after ``day``'s: so that a month's points expire together."""
    place = day.year * 12 + day.month + months
    if place // 12 >= FOREVER.year:
        return FOREVER
    return date.fromordinal(date(place // 12, place % 12 + 1, 1).toordinal() - 1)


def spending_account(kind: str) -> str:
    return f"{SPENT}{kind}"
