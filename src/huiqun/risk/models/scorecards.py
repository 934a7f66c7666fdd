"""Versions of the scorecard."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.risk.rules.scorecards import Scorecard, card_of
from huiqun.risk.rules.states import CardState

CARD_LABELS = {
    CardState.DRAFT: _("Draft"),
    CardState.PROPOSED: _("Waits for a second officer"),
    CardState.ACTIVE: pgettext_lazy("scorecard", "Activated"),
    CardState.DECLINED: pgettext_lazy("scorecard", "Declined"),
}
CARD_COLOURS = {
    CardState.DRAFT: "grey",
    CardState.PROPOSED: "gold",
    CardState.ACTIVE: "green",
    CardState.DECLINED: "red",
}


class ScorecardVersion(models.Model):
    """评分卡版本. The activated version with the latest ``starts_at`` that has come is in force; none is ever changed."""

    personal_data = NO_PERSONAL_DATA

    note = models.CharField(_("what is changed and why"), max_length=400)
    card = models.JSONField()
    card_digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=CARD_LABELS, default=CardState.DRAFT)
    back_test = models.JSONField(null=True)
    written_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    proposed_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=400, blank=True, default="")
    starts_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state="active")
                | models.Q(starts_at__isnull=False, decided_by__isnull=False),
                name="scorecard_active_has_start",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="active") | ~models.Q(decided_by=models.F("written_by")),
                name="scorecard_four_eyes",
            ),
        )
        indexes = (
            models.Index(
                fields=("-starts_at", "-id"), condition=models.Q(state="active"), name="scorecard_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def values(self) -> Scorecard:
        return card_of(self.card)
