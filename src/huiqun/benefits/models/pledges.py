"""What the bank has promised to give away, what that came to, and proof that it was paid."""

from dataclasses import fields
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models.offers import Benefit
from huiqun.benefits.rules.pledges import PledgePer, PledgeState, PledgeTerms
from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet

PER_LABELS = {
    PledgePer.ACCOUNT: _("For each new customer's account"),
    PledgePer.CLAIM: _("For each piece of a benefit that is claimed"),
}
PLEDGE_STATE_LABELS = {
    PledgeState.DRAFT: _("Draft"),
    PledgeState.SUBMITTED: pgettext_lazy("pledge", "Under review"),
    PledgeState.OPEN: pgettext_lazy("pledge", "Counting"),
    PledgeState.SETTLED: pgettext_lazy("pledge", "Paid in full"),
}
PLEDGE_STATE_COLOURS = {
    PledgeState.DRAFT: "grey",
    PledgeState.SUBMITTED: "gold",
    PledgeState.OPEN: "green",
    PledgeState.SETTLED: "blue",
}


class Pledge(models.Model):
    """公益承诺. "For each account opened the bank gives one yuan, up to 100,000 yuan."

    Its terms stand from submission on: what was promised in public is not rewritten.
    """

    personal_data = NO_PERSONAL_DATA

    name = models.CharField(_("name"), max_length=100)
    per = models.CharField(_("what is counted"), max_length=10, choices=PER_LABELS)
    benefit = models.ForeignKey(Benefit, models.PROTECT, null=True, blank=True, related_name="+")
    amount_fen = models.BigIntegerField(_("amount for each"))
    cap_fen = models.BigIntegerField(_("given at most"))
    recipient = models.CharField(_("recipient"), max_length=100)
    recipient_code = models.CharField(_("registration number of the recipient"), max_length=30)
    words = models.TextField(_("what the money is for"))
    first_date = models.DateField(pgettext_lazy("period", "first day"))
    last_date = models.DateField(pgettext_lazy("period", "last day"))
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PLEDGE_STATE_LABELS, default=PledgeState.DRAFT
    )
    author = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    submitter = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    approver = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    frozen_digest = models.CharField(max_length=64, blank=True)
    counted = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(last_date__gte=F("first_date"), amount_fen__gt=0, cap_fen__gte=F("amount_fen")),
                name="pledge_promises_something",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def due_fen(self) -> int:
        """What the bank owes by now."""
        return min(self.cap_fen, self.counted * self.amount_fen)

    @property
    def as_terms(self) -> PledgeTerms:
        values = {field.name: getattr(self, field.name) for field in fields(PledgeTerms)}
        return PledgeTerms(**values | {"per": PledgePer(self.per)})

    def take(self, terms: PledgeTerms) -> None:
        for field in fields(PledgeTerms):
            setattr(self, field.name, getattr(terms, field.name))


class PledgeDay(models.Model):
    """How many counted on one day. A count only grows: whoever is forgotten later was counted all the same."""

    personal_data = NO_PERSONAL_DATA

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="days")
    day = models.DateField()
    count = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pledge", "day"), name="pledge_day_once"),)


class PledgeTransfer(models.Model):
    """捐赠凭证. A payment to the recipient, with its receipt and the receipt's SHA-256."""

    personal_data = NO_PERSONAL_DATA

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="transfers")
    amount_fen = models.BigIntegerField(_("amount paid"))
    paid_on = models.DateField(_("paid on"))
    reference = models.CharField(_("reference of the payment"), max_length=60)
    file_name = models.CharField(max_length=120)
    file_digest = models.CharField(max_length=64)
    file = models.BinaryField()
    by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("pledge", "reference"), name="pledge_transfer_once"),
            models.UniqueConstraint(fields=("file_digest",), name="pledge_receipt_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="pledge_transfer_of_something"),
        )
