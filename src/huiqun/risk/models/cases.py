"""What waits for a person."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.foundation.secrets import EncryptedField
from huiqun.risk.models.judgements import Judgement
from huiqun.risk.rules.states import CaseKind, CaseState

CASE_LABELS = {
    CaseKind.HOLD: _("Held claim"),
    CaseKind.APPEAL: pgettext_lazy("case", "Appeal"),
    CaseKind.LARGE_TRANSFER: _("Large transfer"),
    CaseKind.OPENINGS: _("Many new accounts"),
}
CASE_STATES = {
    CaseState.OPEN: pgettext_lazy("case", "To be decided"),
    CaseState.RELEASED: pgettext_lazy("case", "Released"),
    CaseState.REFUSED: pgettext_lazy("case", "Refused"),
    CaseState.CLOSED: pgettext_lazy("case", "Closed"),
}
CASE_COLOURS = {
    CaseState.OPEN: "gold",
    CaseState.RELEASED: "green",
    CaseState.REFUSED: "red",
    CaseState.CLOSED: "grey",
}


class Case(models.Model):
    """风险案件. ``words`` are the customer's own in an appeal; ``told`` is what the customer reads of the decision;
    ``seen`` are the numbers that raised it. ``reference`` is the caller's name of a held claim."""

    personal_data = PersonalData(
        fields={"customer": "pseudonym", "words": "encrypted"},
        erasure="anonymise",
    )

    kind = models.CharField(_("kind"), max_length=15, choices=CASE_LABELS)
    state = models.CharField(_("state"), max_length=10, choices=CASE_STATES, default=CaseState.OPEN)
    key = models.CharField(max_length=80, unique=True)
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+")
    judgement = models.ForeignKey(Judgement, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=80, blank=True, default="")
    benefit_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=60, blank=True, default="")
    words = EncryptedField(null=True)
    seen = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    overdue_told = models.BooleanField(default=False)
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=400, blank=True, default="")
    restriction_asked_at = models.DateTimeField(null=True)
    restriction_reason = models.CharField(max_length=400, blank=True, default="")
    restriction_answered_at = models.DateTimeField(null=True)
    restriction_granted = models.BooleanField(null=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("due_at", "id"), condition=models.Q(state="open"), name="case_waiting"),
            models.Index(fields=("customer", "-id"), name="case_of_customer"),
            models.Index(fields=("reference",), condition=~models.Q(reference=""), name="case_reference"),
        )

    def __str__(self) -> str:
        return self.key
