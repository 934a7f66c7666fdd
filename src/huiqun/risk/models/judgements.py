"""Each claim that was judged: with its signals, and the rule that judged it."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet
from huiqun.risk.rules.outcomes import Outcome

OUTCOME_LABELS = {
    Outcome.ALLOW: pgettext_lazy("judgement", "Allowed"),
    Outcome.CHALLENGE: pgettext_lazy("judgement", "Asked for a code"),
    Outcome.HOLD: pgettext_lazy("judgement", "Held"),
    Outcome.REFUSE: pgettext_lazy("judgement", "Refused"),
}
OUTCOME_COLOURS = {
    Outcome.ALLOW: "green",
    Outcome.CHALLENGE: "blue",
    Outcome.HOLD: "gold",
    Outcome.REFUSE: "red",
}


class Judgement(models.Model):
    """评判. ``signals`` are the values that were scored. The indexes are what signals of later claims are read from:
    each read ends after a hundred rows, so that a claim costs the same after ten million others."""

    personal_data = PersonalData(
        fields={
            "customer": "pseudonym",
            "device": "pseudonym",
            "address": "pseudonym",
            "payee": "pseudonym",
            "document": "pseudonym",
        },
        erasure="keep: the bank must be able to show why a claim was refused, until it is forgotten after 400 days",
    )

    at = models.DateTimeField()
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=80)
    benefit_id = models.BigIntegerField()
    device = models.CharField(max_length=32, blank=True, default="")
    address = models.CharField(max_length=32, blank=True, default="")
    payee = models.CharField(max_length=32, blank=True, default="")
    document = models.CharField(max_length=32, blank=True, default="")
    value_fen = models.BigIntegerField(default=0)
    outcome = models.CharField(_("outcome"), max_length=10, choices=OUTCOME_LABELS)
    reason = models.CharField(max_length=30, blank=True, default="")
    points = models.PositiveSmallIntegerField(default=0)
    scorecard = models.ForeignKey(
        "risk.ScorecardVersion", models.PROTECT, null=True, related_name="+", db_index=False
    )
    signals = models.JSONField(default=dict)
    times = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=("device", "-at"),
                include=("customer",),
                condition=~models.Q(device=""),
                name="judgement_device",
            ),
            models.Index(
                fields=("address", "-at"),
                include=("customer",),
                condition=~models.Q(address=""),
                name="judgement_address",
            ),
            models.Index(
                fields=("payee", "-at"),
                include=("customer",),
                condition=~models.Q(payee=""),
                name="judgement_payee",
            ),
            models.Index(
                fields=("document", "-at"),
                include=("customer",),
                condition=~models.Q(document=""),
                name="judgement_document",
            ),
            models.Index(fields=("customer", "-at"), include=("device",), name="judgement_customer"),
            models.Index(fields=("at",), name="judgement_at"),
            models.Index(fields=("-id",), condition=~models.Q(outcome="allow"), name="judgement_stopped"),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.points}"
