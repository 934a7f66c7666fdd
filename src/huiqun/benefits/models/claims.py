"""Who has which piece, and what became of it."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models.offers import Benefit
from huiqun.benefits.rules import ClaimState
from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet

STATE_LABELS = {
    ClaimState.GRANTED: _("Granted"),
    ClaimState.HELD: _("Held for a person to decide"),
    ClaimState.CLAIMED: _("Claimed"),
    ClaimState.USED: _("Used"),
    ClaimState.EXPIRED: pgettext_lazy("claim", "Expired"),
    ClaimState.RETURNED: _("Returned"),
    ClaimState.REVOKED: pgettext_lazy("claim", "Revoked"),
    ClaimState.PASSED: _("Passed on"),
}
STATE_COLOURS = {
    ClaimState.GRANTED: "blue",
    ClaimState.HELD: "gold",
    ClaimState.CLAIMED: "green",
    ClaimState.USED: "grey",
    ClaimState.EXPIRED: "grey",
    ClaimState.RETURNED: "grey",
    ClaimState.REVOKED: "red",
    ClaimState.PASSED: "grey",
}


class ClaimQuerySet(ScopedQuerySet):
    branch_field = "benefit__branch"


class Claim(models.Model):
    """领取. One customer's piece; ``code`` is shown at the counter when it is used.

    ``because`` is what it was given for ("draw:3", "quest:8"), "" for a plain claim: one piece for each reason.
    ``device`` and ``address`` are keyed digests, kept to count and to recognise, never to read.
    """

    personal_data = PersonalData(
        fields={
            "customer": "pseudonym",
            "code": "pseudonym",
            "device": "pseudonym",
            "address": "pseudonym",
            "counted": "pseudonym",
        },
        erasure="keep: the bank must be able to show who received what, and once only",
    )

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="claims")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    code = models.CharField(max_length=16, unique=True)
    because = models.CharField(_("given for"), max_length=60, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=STATE_LABELS, default=ClaimState.CLAIMED)
    claimed_at = models.DateTimeField()
    expires_on = models.DateField(_("usable until"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=200, blank=True, default="")
    ended_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    is_released = models.BooleanField(default=False, db_default=False)
    """Whether the piece of an ended claim has gone back into stock: once, whoever ends it."""
    device = models.CharField(max_length=32, blank=True, default="")
    address = models.CharField(max_length=32, blank=True, default="")
    counted = models.JSONField(default=list, db_default=[])
    """The counters of its benefit's limits that this piece was counted in, to be uncounted if it goes back."""

    objects: ClassVar[Any] = ClaimQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("benefit", "customer", "because"), name="claim_once_per_reason"),
        )
        indexes = (
            models.Index(fields=("benefit", "-id"), name="claim_of_benefit"),
            models.Index(fields=("customer", "-id"), name="claim_of_customer"),
            models.Index(
                fields=("expires_on",),
                condition=models.Q(state__in=("granted", "claimed")),
                name="claim_expiring",
            ),
            models.Index(
                fields=("ended_at",),
                condition=models.Q(state="revoked", is_released=False),
                name="claim_revoked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.benefit_id}:{self.pk}"

    @property
    def colour(self) -> str:
        return STATE_COLOURS.get(ClaimState(self.state), "grey")
