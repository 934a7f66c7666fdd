"""A benefit's picture, as it was made anew from what somebody uploaded."""

from django.db import models

from huiqun.benefits.models.offers import Benefit
from huiqun.foundation.personal_data import NO_PERSONAL_DATA


class BenefitPicture(models.Model):
    """图片. A JPEG for a customer's phone; nothing of the file that it came in is kept. ``digest`` is its address."""

    personal_data = NO_PERSONAL_DATA

    benefit = models.OneToOneField(Benefit, models.CASCADE, related_name="picture")
    content = models.BinaryField()
    digest = models.CharField(max_length=64, db_index=True)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
