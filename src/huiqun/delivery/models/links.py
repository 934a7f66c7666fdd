"""Links in messages: who opened them, and which of them lead nowhere any more."""

from django.db import models

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData

EVERY_TARGET = ""


class LinkClick(models.Model):
    """One person and one link of one message: however often it was opened, it is one row.

    ``first_at`` and ``last_at`` are of people; what prefetchers, scanners and bots do is counted apart.
    ``number`` 0 is the campaign's own page, the others are the targets of the dossier in their order.
    """

    personal_data = PersonalData(
        fields={"customer_id": "pseudonym"}, erasure="keep: proof of what was sent to whom and when"
    )

    id = models.BigAutoField(primary_key=True)
    recipient_id = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()
    run_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    times = models.IntegerField(default=0)
    machine_times = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("recipient_id", "number"), name="delivery_click_once"),
            models.CheckConstraint(
                condition=models.Q(times=0) ^ models.Q(first_at__isnull=False, last_at__isnull=False),
                name="delivery_click_has_moments",
            ),
        )
        indexes = (
            models.Index(fields=("run_id", "number"), name="delivery_click_of_run"),
            models.Index(fields=("customer_id",), name="delivery_click_of_customer"),
        )


class RevokedLink(models.Model):
    """A target that the messages of a subject lead to no longer, whatever was approved; "" is all of them."""

    personal_data = NO_PERSONAL_DATA

    subject = models.CharField(max_length=80)
    target = models.CharField(max_length=500)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "target"), name="delivery_link_revoked_once"),
        )
