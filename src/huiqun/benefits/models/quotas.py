"""How many pieces have been given under each limit, and who stands in line."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models.offers import Benefit
from huiqun.foundation.personal_data import PersonalData

SCOPE_LABELS = {
    "branch": pgettext_lazy("counted by", "branch"),
    "customer": pgettext_lazy("counted by", "customer"),
    "day": pgettext_lazy("counted by", "day"),
    "device": pgettext_lazy("counted by", "phone"),
    "document": pgettext_lazy("counted by", "identity document"),
    "household": pgettext_lazy("counted by", "household"),
}


class Quota(models.Model):
    """限额计数. ``key`` is a customer's id, a day, a branch, or a keyed digest."""

    personal_data = PersonalData(
        fields={"key": "pseudonym"}, erasure="keep: so many of a benefit were for one person, and are taken"
    )

    benefit = models.ForeignKey(Benefit, models.CASCADE, related_name="+")
    scope = models.CharField(max_length=10, choices=SCOPE_LABELS)
    key = models.CharField(max_length=40)
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("benefit", "scope", "key"), name="quota_once_per_key"),
        )

    def __str__(self) -> str:
        return f"{self.benefit_id}:{self.scope}:{self.taken}"


class Turn(models.Model):
    """排队号. Somebody asks for a piece of a benefit that many want; served in order of ``id``.

    Once served, the claim is the answer and the turn is gone; a refusal stays until it has been told.
    """

    personal_data = PersonalData(
        fields={"customer": "pseudonym", "device": "pseudonym", "address": "pseudonym"},
        erasure="delete",
    )

    benefit = models.ForeignKey(Benefit, models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    because = models.CharField(max_length=60, blank=True, default="")
    device = models.CharField(max_length=32, blank=True, default="")
    address = models.CharField(max_length=32, blank=True, default="")
    asked_at = models.DateTimeField()
    refusal = models.JSONField(null=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("benefit", "customer", "because"), name="turn_once_per_piece"),
        )
        indexes = (
            models.Index(fields=("benefit", "id"), condition=Q(refusal__isnull=True), name="turn_waiting"),
        )

    def __str__(self) -> str:
        return f"{self.benefit_id}:{self.pk}"
