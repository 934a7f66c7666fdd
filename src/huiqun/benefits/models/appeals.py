"""What customers say against the bank's taking a piece back, and what was decided."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models.claims import Claim
from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import EncryptedField


class AppealState(models.TextChoices):
    OPEN = "open", pgettext_lazy("appeal", "Open")
    UPHELD = "upheld", pgettext_lazy("appeal", "Given back")
    DECLINED = "declined", pgettext_lazy("appeal", "Declined")


class AppealQuerySet(ScopedQuerySet):
    branch_field = "customer__branch"


class ClaimAppeal(models.Model):
    """申诉. One for each piece that was taken back."""

    personal_data = PersonalData(
        fields={"words": "encrypted", "answer": "encrypted", "customer": "pseudonym"},
        erasure="anonymise",
    )

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="appeal")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    words = EncryptedField(_("what the customer says"), null=True)
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.OPEN)
    made_at = models.DateTimeField()
    answer = EncryptedField(_("answer"), null=True)
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = AppealQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("id",), condition=Q(state="open"), name="appeal_open"),)
