"""What takes part in nothing for a while."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.risk.rules.states import FrozenKind

FROZEN_LABELS = {
    FrozenKind.DEVICE: _("Device"),
    FrozenKind.ADDRESS: _("Network address"),
    FrozenKind.CUSTOMER: _("Customer"),
}


class Freeze(models.Model):
    """冻结. Ends by itself; customers who meet it are told, and may appeal."""

    personal_data = NO_PERSONAL_DATA

    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=400)
    until = models.DateTimeField(_("until"))
    made_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    lifted_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lift_reason = models.CharField(max_length=400, blank=True, default="")

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("made_at")), name="freeze_ends_later"
            ),
        )

    def __str__(self) -> str:
        return self.reason


class FrozenKey(models.Model):
    """One device, address or customer of a freeze. ``key`` is a keyed digest, or a customer's id as text.
    ``until`` is the freeze's, set back when it is lifted: a claim reads one index and no second table."""

    personal_data = PersonalData(fields={"key": "pseudonym", "customer_id": "pseudonym"}, erasure="delete")

    freeze = models.ForeignKey(Freeze, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=10, choices=FROZEN_LABELS)
    key = models.CharField(max_length=32)
    customer_id = models.BigIntegerField(null=True)
    until = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("freeze", "kind", "key"), name="frozen_once_per_freeze"),
        )
        indexes = (models.Index(fields=("kind", "key", "until"), name="frozen_key"),)

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"
