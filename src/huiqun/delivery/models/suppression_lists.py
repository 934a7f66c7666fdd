"""Lists of people not to be written to: brought in by file, taken out by two."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.delivery.models.people import SUPPRESSION_REASONS
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet


class ListState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, not taken in")
    APPLIED = "applied", _("List in effect")
    DISCARDED = "discarded", _("Discarded")


LIST_COLOURS = {
    ListState.CHECKING: "cyan",
    ListState.CHECKED: "gold",
    ListState.APPLIED: "green",
    ListState.DISCARDED: "grey",
}


class Effect(models.TextChoices):
    """What a line would do, or did."""

    NEW = "new", _("Blocks somebody who was not")
    LONGER = "longer", _("Blocks for longer")
    SAME = "same", _("Changes nothing: blocked at least as long already")
    UNKNOWN = "unknown", _("No such customer, or one of another branch")
    INVALID = "invalid", _("Cannot be read")


EFFECT_COLOURS = {
    Effect.NEW: "blue",
    Effect.LONGER: "cyan",
    Effect.SAME: "grey",
    Effect.UNKNOWN: "gold",
    Effect.INVALID: "red",
}


class SuppressionList(models.Model):
    """One file, first tried and then taken in."""

    personal_data = NO_PERSONAL_DATA

    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ListState.choices, default=ListState.CHECKING)
    lines = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    """Lines by effect, as checked; once taken in, as it was done."""
    brought_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    applied_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("file_digest",), name="delivery_list_digest"),)

    @property
    def colour(self) -> str:
        return LIST_COLOURS[ListState(self.state)]


class SuppressionLine(models.Model):
    """One line of a list and one customer it means; a hash may mean several, an unknown one means nobody.

    ``given`` is what the line said: the customer number, or the hash of a number or address.
    """

    personal_data = PersonalData(
        fields={"customer_id": "pseudonym", "given": "pseudonym"},
        erasure="keep: proof of who was not to be contacted, and since which list",
    )

    of_list = models.ForeignKey(SuppressionList, models.CASCADE, related_name="+", db_index=False)
    line = models.PositiveIntegerField()
    given_as = models.CharField(max_length=12)
    given = models.CharField(max_length=64)
    customer_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=20, choices=SUPPRESSION_REASONS, blank=True)
    until_at = models.DateTimeField(null=True)
    effect = models.CharField(max_length=10, choices=Effect.choices, blank=True)
    problem = models.CharField(max_length=80, blank=True)
    """A msgid: why an invalid line cannot be read."""

    class Meta:
        indexes = (
            models.Index(fields=("of_list", "line"), name="delivery_list_lines"),
            models.Index(fields=("customer_id",), name="delivery_list_customer"),
        )

    @property
    def colour(self) -> str:
        return EFFECT_COLOURS.get(Effect(self.effect), "grey") if self.effect else "grey"


class SuppressionLift(models.Model):
    """Somebody asks to write to a person again who had complained; somebody else decides."""

    personal_data = PersonalData(
        fields={"customer_id": "pseudonym", "asked_by": "pseudonym", "decided_by": "pseudonym"},
        erasure="keep: the bank must be able to show who lifted a complaint's block, and why",
    )

    customer_id = models.BigIntegerField()
    channel = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=200)
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("customer_id", "channel"),
                condition=models.Q(decided_at=None),
                name="delivery_lift_asked_once",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="delivery_lift_by_two",
            ),
        )
