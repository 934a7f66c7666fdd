"""The points ledger. See docs/matters/points.md."""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.rules.points import CUSTOMER, MovementKind
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet

BOOKS = "keep: the bank's books of what it owes in points; the customer is an id in them"
MOVEMENT_LABELS = {
    MovementKind.EARN: pgettext_lazy("points", "Earned"),
    MovementKind.GIVE: pgettext_lazy("points", "Given"),
    MovementKind.SPEND: pgettext_lazy("points", "Spent"),
    MovementKind.REFUND: pgettext_lazy("points", "Given back"),
    MovementKind.EXPIRE: pgettext_lazy("points", "Expired"),
    MovementKind.ADJUST: pgettext_lazy("points", "Adjusted"),
}
MOVEMENT_COLOURS = {
    MovementKind.EARN: "green",
    MovementKind.GIVE: "green",
    MovementKind.SPEND: "blue",
    MovementKind.REFUND: "cyan",
    MovementKind.EXPIRE: "grey",
    MovementKind.ADJUST: "gold",
}
GREATEST = 10**15
"""No lot holds more, so that no sum of a bank's lots overflows."""


class MovementQuerySet(ScopedQuerySet):
    branch_field = "customer__branch"


class PointsMovement(models.Model):
    """积分流水. One thing that happened to one customer's points, with two sides or more in ``PointsLine``.

    ``points`` is what it changed for the customer. ``source`` says what caused it, once: "claim:12", "earn:3:…".
    ``refund_of`` is the spending that a refund gives back. ``rule`` and ``for_day`` are those of earning.
    Triggers refuse UPDATE, DELETE and TRUNCATE, lines that do not sum to zero, and a movement without lines.
    """

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure=BOOKS)

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=MOVEMENT_LABELS)
    points = models.BigIntegerField()
    source = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=100, blank=True, default="")
    at = models.DateTimeField()
    day = models.DateField()
    rule = models.ForeignKey(
        "benefits.EarningRule",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    for_day = models.DateField(null=True)
    refund_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="refunds", db_index=False)

    objects: ClassVar[Any] = MovementQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(points=0), name="points_movement_moves"),
            models.CheckConstraint(
                condition=Q(kind="refund", refund_of__isnull=False)
                | (~Q(kind="refund") & Q(refund_of__isnull=True)),
                name="points_refund_of_something",
            ),
        )
        indexes = (
            models.Index(fields=("customer", "-id"), name="points_of_customer"),
            models.Index(
                fields=("rule", "customer", "for_day"),
                include=("points",),
                condition=Q(rule__isnull=False),
                name="points_earned_for",
            ),
            models.Index(fields=("refund_of",), condition=Q(refund_of__isnull=False), name="points_refunds"),
            BrinIndex(fields=("day",), name="points_by_day", autosummarize=True, pages_per_range=32),
        )

    def __str__(self) -> str:
        return self.source


class PointsLine(models.Model):
    """分录. One side of a movement: points added to (or, negative, taken from) one account.

    ``expires_on`` names the customer's lot; other accounts have none. A trigger checks the lines of a movement as they
    are written, all in one statement, so that the keys need no constraint each.
    """

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure=BOOKS)

    pk = models.CompositePrimaryKey("movement_id", "place")
    movement = models.ForeignKey(
        PointsMovement, models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    place = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=30)
    customer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    expires_on = models.DateField(null=True)
    points = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(points=0), name="points_line_moves"),
            models.CheckConstraint(
                condition=Q(account=CUSTOMER, customer__isnull=False, expires_on__isnull=False)
                | (~Q(account=CUSTOMER) & Q(customer__isnull=True, expires_on__isnull=True)),
                name="points_line_of_somebody",
            ),
        )


class PointsLot(models.Model):
    """积分批次. What a customer has left of the points that expire after one day: the sum of the customer's lines
    of that day, kept so that spending need not add them up. ``queries.points_verify`` proves it."""

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure=BOOKS)

    pk = models.CompositePrimaryKey("customer_id", "expires_on")
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    expires_on = models.DateField()
    remaining = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(remaining__gte=0, remaining__lte=GREATEST), name="points_lot_not_negative"
            ),
        )
        indexes = (models.Index(fields=("expires_on",), name="points_lots_by_expiry"),)


class PointsDay(models.Model):
    """What a day that is over moved on each account, for the reports of finance: summed once, proved by the check."""

    personal_data = NO_PERSONAL_DATA

    day = models.DateField()
    account = models.CharField(max_length=30)
    kind = models.CharField(max_length=10, choices=MOVEMENT_LABELS)
    points = models.BigIntegerField()
    movements = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("day", "account", "kind"), name="points_day_once"),)


class PointsCheck(models.Model):
    """对账. One proof of the ledger, and what it found."""

    personal_data = NO_PERSONAL_DATA

    at = models.DateTimeField()
    took_ms = models.BigIntegerField()
    movements = models.BigIntegerField()
    lots = models.BigIntegerField()
    owed = models.BigIntegerField(_("points owed to customers"))
    problems = models.JSONField(default=list)

    @property
    def is_whole(self) -> bool:
        return not self.problems
