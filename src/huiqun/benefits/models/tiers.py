"""Who was told that a benefit is near."""

from django.db import models

from huiqun.benefits.models.offers import Benefit
from huiqun.foundation.personal_data import PersonalData


class NearTier(models.Model):
    """Once per customer and benefit."""

    personal_data = PersonalData(fields={"customer": "pseudonym"}, erasure="delete")

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("benefit", "customer"), name="near_tier_told_once"),)
