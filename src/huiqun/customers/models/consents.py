"""Consent: the texts, the ledger of answers, and the current answer that senders lock."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.customers.rules import ConsentState
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.lib.channels import Channel, Purpose

CHANNEL_LABELS = {
    Channel.SMS: _("SMS"),
    Channel.EMAIL: _("E-mail"),
    Channel.PHONE: _("Telephone"),
    Channel.BRANCH_COUNTER: _("Branch counter"),
    Channel.COMMUNITY: _("Communities"),
}
PURPOSE_LABELS = {
    Purpose.MARKETING: pgettext_lazy("purpose", "Marketing"),
    Purpose.SERVICE: pgettext_lazy("purpose", "Service"),
    Purpose.TAKING_PART: pgettext_lazy("purpose", "Taking part in groups"),
}
STATE_LABELS = {
    ConsentState.GIVEN: pgettext_lazy("consent", "Given"),
    ConsentState.WITHDRAWN: pgettext_lazy("consent", "Withdrawn"),
}
STATES = tuple(state.value for state in ConsentState)


class ConsentText(models.Model):
    """授权文本: what customers were shown. Published once, never changed; ``accepted`` turns false
    when a later text outdates it, and consents to it then no longer count."""

    personal_data = NO_PERSONAL_DATA

    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=100)
    body = models.TextField()
    accepted = models.BooleanField(default=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("channel", "purpose", "version"), name="consent_text_once"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.version}"


class Consent(models.Model):
    """The current answer: one row per customer, channel and purpose. No row means no."""

    personal_data = PersonalData(fields={"state": "plain", "source": "plain"}, erasure="delete")

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="consents", db_index=False
    )
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    text_version = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer", "channel", "purpose"), name="consent_current_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="consent_state_is_known"),
        )


class ConsentBatch(models.Model):
    """Ledger rows that arrived together in a file; the fact ConsentsImported carries their root."""

    personal_data = NO_PERSONAL_DATA

    import_run = models.ForeignKey("customers.ImportRun", models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()
    root = models.CharField(max_length=64)


class ConsentRecord(models.Model):
    """The ledger: every answer ever given, in order. A trigger refuses UPDATE, DELETE and TRUNCATE."""

    personal_data = PersonalData(
        fields={"state": "plain", "source": "plain"}, erasure="keep: the bank must prove each consent"
    )

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="consent_records")
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    text_version = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(ConsentBatch, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STATES), name="consent_record_state_is_known"),
        )

    def canonical(self) -> dict[str, Any]:
        """What a batch's root covers of a row."""
        return {
            "id": self.pk,
            "customer": self.customer_id,
            "channel": self.channel,
            "purpose": self.purpose,
            "state": self.state,
            "text_version": self.text_version,
            "source": self.source,
            "at": self.at,
            "recorded_at": self.recorded_at,
            "by": self.by_id,
        }
