"""Corrections of a customer's points, asked for by one person and decided by another."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models.points import PointsMovement
from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet


class AdjustmentQuerySet(ScopedQuerySet):
    branch_field = "customer__branch"


class PointsAdjustment(models.Model):
    """积分调账. ``points`` may be negative; ``expires_on`` is for points that are added."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for a decision")
        DONE = "done", pgettext_lazy("points", "Booked")
        DECLINED = "declined", pgettext_lazy("points", "Declined")

    personal_data = PersonalData(
        fields={"customer": "pseudonym", "reason": "plain", "answer": "plain"},
        erasure="keep: proof of who changed the bank's books and why",
    )

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    points = models.BigIntegerField(_("points"))
    expires_on = models.DateField(_("expire on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer to the request"), max_length=200, blank=True, default="")
    movement = models.ForeignKey(PointsMovement, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = AdjustmentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(points=0), name="points_adjustment_moves"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="points_adjustment_four_eyes",
            ),
        )
