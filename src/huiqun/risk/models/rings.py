"""Groups of linked customers."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.risk.rules.states import RingKind

RING_LABELS = {
    RingKind.SHARED: _("Shared devices, payees or documents"),
    RingKind.CIRCLE: _("Referrals in a circle"),
}


class Ring(models.Model):
    """团伙. Found again, it is the same: ``members_digest`` names it by who is in it."""

    personal_data = NO_PERSONAL_DATA

    kind = models.CharField(_("kind"), max_length=10, choices=RING_LABELS)
    members_digest = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField(_("members"))
    shared = models.PositiveIntegerField(default=0)
    density = models.FloatField(default=0)
    found_at = models.DateTimeField()
    dismissed_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True)
    dismiss_reason = models.CharField(max_length=400, blank=True, default="")

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.size}"


class RingMember(models.Model):
    """``size`` is the group's while it counts, 0 when it was found harmless: a claim reads one index."""

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure="delete")

    ring = models.ForeignKey(Ring, models.CASCADE, related_name="members")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    size = models.PositiveIntegerField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("ring", "customer"), name="ring_member_once"),)
        indexes = (models.Index(fields=("customer",), include=("size",), name="ring_of_customer"),)

    def __str__(self) -> str:
        return f"{self.ring_id}:{self.customer_id}"
