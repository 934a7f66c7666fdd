"""What finance asks: what is owed, what was given, spent and left to expire, month by month."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db.models import Max, Sum
from django.db.models.functions import TruncMonth

from huiqun.benefits.models import PointsDay, PointsLine, PointsLot
from huiqun.benefits.rules.points import CUSTOMER, FOREVER, SPENT, MovementKind

MOST_MONTHS = 60


@dataclass(frozen=True, kw_only=True)
class PointsMonth:
    """``moved`` is by kind of movement, as it changed what is owed; ``spent_on`` by kind of benefit, refunds taken off."""

    month: date
    opening: int
    moved: Mapping[str, int] = field(default_factory=dict)
    spent_on: Mapping[str, int] = field(default_factory=dict)

    @property
    def closing(self) -> int:
        return self.opening + sum(self.moved.values())

    @property
    def expired(self) -> int:
        return -self.moved.get(MovementKind.EXPIRE, 0)

    @property
    def spent(self) -> int:
        return -self.moved.get(MovementKind.SPEND, 0) - self.moved.get(MovementKind.REFUND, 0)

    @property
    def breakage(self) -> float | None:
        """The share that expired of all that left the customers' accounts, by expiry or by spending."""
        gone = self.expired + self.spent
        return self.expired / gone if gone > 0 else None

    def of(self, kind: str) -> int:
        return self.moved.get(kind, 0)


def points_months() -> tuple[PointsMonth, ...]:
    """Every month since the first movement, oldest first; days that are not closed yet are summed as they stand."""
    moved: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    spent_on: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for month, account, kind, points in (*_closed(), *_still_open()):
        if account == CUSTOMER:
            moved[month][kind] += points
        elif account.startswith(SPENT):
            spent_on[month][account.removeprefix(SPENT)] += points
    months, opening = [], 0
    for month in sorted(moved):
        each = PointsMonth(
            month=month, opening=opening, moved=dict(moved[month]), spent_on=dict(spent_on[month])
        )
        months.append(each)
        opening = each.closing
    return tuple(months[-MOST_MONTHS:])


def _closed() -> Sequence[tuple[date, str, str, int]]:
    rows = PointsDay.objects.values_list(TruncMonth("day"), "account", "kind").annotate(sum=Sum("points"))
    return list(rows.order_by())


def _still_open() -> Sequence[tuple[date, str, str, int]]:
    last = PointsDay.objects.aggregate(last=Max("day"))["last"] or date.min
    rows = PointsLine.objects.filter(movement__day__gt=last).values_list(
        TruncMonth("movement__day"), "account", "movement__kind"
    )
    return list(rows.annotate(sum=Sum("points")).order_by())


def owed_by_expiry() -> Sequence[tuple[date | None, int]]:
    """What is owed, by the month in which it expires; None for points that keep."""
    rows = (
        PointsLot.objects.filter(remaining__gt=0)
        .values_list(TruncMonth("expires_on"))
        .annotate(sum=Sum("remaining"))
        .order_by()
    )
    keeps = FOREVER.replace(day=1)
    return [(None if month == keeps else month, points) for month, points in sorted(rows)]


def worth_fen(points: int) -> int:
    """What points are worth to the bank, in whole fen: HUIQUN_POINTS_PER_YUAN of them are one yuan."""
    return points * 100 // int(settings.HUIQUN_POINTS_PER_YUAN)
