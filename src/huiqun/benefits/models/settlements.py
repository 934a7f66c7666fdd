"""A partner's months, frozen, and what was said of them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models.claims import Claim
from huiqun.benefits.rules.settling import DisputeState, LineKind, SettlementState
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet

SETTLEMENT_LABELS = {
    SettlementState.DRAFT: pgettext_lazy("settlement", "Drawn up"),
    SettlementState.SENT: pgettext_lazy("settlement", "With the partner"),
    SettlementState.DISPUTED: pgettext_lazy("settlement", "Disputed"),
    SettlementState.AGREED: pgettext_lazy("settlement", "Agreed"),
    SettlementState.SETTLED: pgettext_lazy("settlement", "Paid"),
}
SETTLEMENT_COLOURS = {
    SettlementState.DRAFT: "grey",
    SettlementState.SENT: "blue",
    SettlementState.DISPUTED: "gold",
    SettlementState.AGREED: "cyan",
    SettlementState.SETTLED: "green",
}
LINE_LABELS = {
    LineKind.USE: pgettext_lazy("line", "Used"),
    LineKind.RETURN: pgettext_lazy("line", "Given back later"),
    LineKind.DISPUTE: pgettext_lazy("line", "Disputed rightly"),
}
DISPUTE_LABELS = {
    DisputeState.OPEN: pgettext_lazy("dispute", "To be decided"),
    DisputeState.ACCEPTED: pgettext_lazy("dispute", "Partner is right"),
    DisputeState.REJECTED: pgettext_lazy("dispute", "Stands as it was"),
}


class Settlement(models.Model):
    """结算单. What a partner is owed for a month, with the lines that were open when it was drawn up."""

    personal_data = NO_PERSONAL_DATA

    partner = models.ForeignKey("partners.Partner", models.PROTECT, related_name="+")
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    month = models.DateField(_("month"))
    state = models.CharField(
        _("state"), max_length=10, choices=SETTLEMENT_LABELS, default=SettlementState.DRAFT
    )
    lines_count = models.PositiveIntegerField(default=0)
    value_fen = models.BigIntegerField(default=0)
    bank_fen = models.BigIntegerField(default=0)
    partner_fen = models.BigIntegerField(default=0)
    lines_digest = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    agreed_clerk = models.ForeignKey("partners.Clerk", models.PROTECT, null=True, related_name="+")
    agreed_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    due_date = models.DateField(_("to be paid until"), null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    payment_reference = models.CharField(max_length=60, blank=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("partner", "month"), name="settlement_once_a_month"),
            models.CheckConstraint(
                condition=Q(value_fen=F("bank_fen") + F("partner_fen")), name="settlement_shares_add_up"
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=F("sent_by")), name="settlement_needs_four_eyes"
            ),
        )

    def __str__(self) -> str:
        return f"{self.partner_id}:{self.month:%Y-%m}"


class SettlementLine(models.Model):
    """One use, or the correction of an earlier line. Append-only, by a trigger."""

    personal_data = PersonalData(
        fields={"claim": "pseudonym"},
        erasure="keep: the bank must be able to show what it paid a partner for",
    )

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=LINE_LABELS, default=LineKind.USE)
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="+")
    used_at = models.DateTimeField()
    shop = models.CharField(max_length=100, blank=True)
    value_fen = models.BigIntegerField()
    bank_fen = models.BigIntegerField()
    partner_fen = models.BigIntegerField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("settlement", "number"), name="settlement_line_number"),
            models.UniqueConstraint(
                fields=("claim",), condition=Q(kind=LineKind.USE), name="claim_settled_once"
            ),
            models.UniqueConstraint(
                fields=("claim",), condition=Q(kind=LineKind.RETURN), name="claim_returned_once"
            ),
            models.CheckConstraint(
                condition=Q(value_fen=F("bank_fen") + F("partner_fen")), name="line_shares_add_up"
            ),
        )

    def __str__(self) -> str:
        return f"{self.settlement_id}:{self.number}"


class Dispute(models.Model):
    """异议. What the partner says of a line, and what was decided; the next month's file corrects it."""

    personal_data = NO_PERSONAL_DATA

    line = models.OneToOneField(SettlementLine, models.PROTECT, related_name="dispute")
    reason = models.CharField(max_length=300)
    clerk = models.ForeignKey("partners.Clerk", models.PROTECT, null=True, related_name="+")
    raised_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DISPUTE_LABELS, default=DisputeState.OPEN)
    right_fen = models.BigIntegerField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    corrected_in = models.ForeignKey(SettlementLine, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = (
            models.Index(
                fields=("id",),
                condition=Q(state=DisputeState.ACCEPTED, corrected_in=None),
                name="dispute_to_be_corrected",
            ),
        )

    def __str__(self) -> str:
        return f"{self.line_id}:{self.state}"


class Redemption(models.Model):
    """核销. Where a piece was used at a partner's, and by whom there: a clerk, or a program.

    ``key`` was made where it was confirmed: the same confirmation again is answered with the first result.
    """

    personal_data = PersonalData(
        fields={"claim": "pseudonym"},
        erasure="keep: the bank must be able to show where a piece was used that it paid for",
    )

    claim = models.OneToOneField(Claim, models.PROTECT, primary_key=True, related_name="+")
    partner = models.ForeignKey("partners.Partner", models.PROTECT, related_name="+")
    clerk = models.ForeignKey("partners.Clerk", models.PROTECT, null=True, related_name="+")
    api_key = models.ForeignKey("foundation.ApiKey", models.PROTECT, null=True, related_name="+")
    shop = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=100)
    at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("partner", "key"), name="redemption_once_per_key"),)
        indexes = (models.Index(fields=("clerk", "-at"), name="redemption_of_clerk"),)

    def __str__(self) -> str:
        return f"{self.partner_id}:{self.claim_id}"
