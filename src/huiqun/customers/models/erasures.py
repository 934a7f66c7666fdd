"""That a customer's data is to be erased: asked for by one person, decided by another."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import BlindIndexField


class ErasureQuerySet(ScopedQuerySet):
    branch_field = "customer__branch"


class Erasure(models.Model):
    """``number_index`` finds the bank's number again, so that no file brings the person back;
    ``lake_erased_at`` is set when the last file of the lake is without them."""

    personal_data = PersonalData(
        fields={"customer": "pseudonym", "number_index": "blind index"},
        erasure="keep: the bank must be able to show that it erased, and no file may undo it",
    )

    class Ground(models.TextChoices):
        ASKED = "asked", _("The customer asks for it")
        ENDED = "ended", _("The customer has left the bank")
        WITHDRAWN = "withdrawn", _("The consent it rested on was withdrawn")
        EXPIRED = "expired", _("It is kept no longer than promised")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("erasure", "To be decided")
        DONE = "done", pgettext_lazy("erasure", "Erased")
        DECLINED = "declined", pgettext_lazy("erasure", "Declined")

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="erasures")
    ground = models.CharField(max_length=20, choices=Ground.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    number_index = BlindIndexField()
    asked_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    lake_erased_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ErasureQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("customer",), condition=~Q(state="declined"), name="erasure_once_per_customer"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="erasure_takes_two",
            ),
        )
        indexes = (models.Index(fields=("state", "-id"), name="erasure_by_state"),)
