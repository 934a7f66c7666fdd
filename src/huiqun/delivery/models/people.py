"""What delivery remembers about a person across runs: suppression and how often written to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.foundation.personal_data import PersonalData

COMPLAINED = "complained"
"""A block of which two people decide."""
SUPPRESSION_REASONS = (
    ("asked", _("Asked for no more messages")),
    ("bounced", _("Messages cannot be delivered")),
    (COMPLAINED, _("Complained")),
    ("manual", _("Entered by staff")),
    ("dispute", _("In a dispute with the bank")),
    ("deceased", _("Deceased")),
)


class Suppression(models.Model):
    """Nobody here is written to on the channel ("" is every channel), whatever else allows it."""

    personal_data = PersonalData(
        fields={"customer_id": "pseudonym"},
        erasure="keep: the wish not to be contacted must outlive the data",
    )

    customer_id = models.BigIntegerField()
    channel = models.CharField(max_length=20, blank=True, db_default="")
    reason = models.CharField(max_length=20, choices=SUPPRESSION_REASONS)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer_id", "channel"), name="delivery_suppressed_once"),
        )


class ContactCount(models.Model):
    """How many messages of a purpose and topic were marked for a person on a channel on one day.

    The day is the customer's own. One row per person and day: what a frequency cap costs does not grow with
    the number of campaigns. ``priority`` is the highest of those that were marked.
    """

    personal_data = PersonalData(fields={"customer_id": "pseudonym"}, erasure="delete")

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    on_date = models.DateField()
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    topic = models.CharField(max_length=40, blank=True, default="", db_default="")
    count = models.IntegerField()
    priority = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("customer_id", "on_date", "purpose", "channel", "topic"),
                name="delivery_contact_count_once",
            ),
        )
