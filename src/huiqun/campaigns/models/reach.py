"""What is known of a campaign's reach before it starts, and who answered for its size."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.campaigns.size import SECOND_FROM, USUAL_PERCENT
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData


class Estimate(models.Model):
    """What the gate would make of a plan's audience: asked for by a person, worked out beside the page."""

    personal_data = NO_PERSONAL_DATA

    campaign = models.OneToOneField("campaigns.Campaign", models.CASCADE, primary_key=True, related_name="+")
    edition = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    body = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = models.Manager()


class SizeLimits(models.Model):
    """The bank's own: one row, kept by the risk officers of the head office."""

    personal_data = NO_PERSONAL_DATA

    second_from = models.PositiveIntegerField(_("second approval from (customers)"), default=SECOND_FROM)
    most_percent = models.PositiveSmallIntegerField(
        _("stop when the audience has changed by more than (%)"), default=USUAL_PERCENT
    )

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="size_limits_are_one"),)


class SizeApproval(models.Model):
    """Somebody who is no author has seen how many an approved campaign goes to."""

    personal_data = PersonalData(
        fields={"by": "pseudonym"}, erasure="keep: the bank must be able to show who answered for the size"
    )

    campaign = models.ForeignKey("campaigns.Campaign", models.CASCADE, related_name="size_approvals")
    digest = models.CharField(max_length=64)
    audience = models.BigIntegerField()
    by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("campaign", "digest"), name="size_approved_once"),)
