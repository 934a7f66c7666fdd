"""What customers did on the campaign's page: each thing once."""

from django.db import models

from huiqun.campaigns.words import ParticipationKind
from huiqun.foundation.personal_data import PersonalData


class Participation(models.Model):
    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure="anonymise")

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="participations")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ParticipationKind.choices)
    recipient_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("campaign", "customer", "kind"), name="participation_once"),
        )
