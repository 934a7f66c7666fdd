"""Claims counted by campaign and minute."""

from typing import Any, ClassVar

from django.db import models

from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet


class Traffic(models.Model):
    """One row for each minute in which a campaign had claims, written once that minute is over."""

    personal_data = NO_PERSONAL_DATA

    subject = models.CharField(max_length=80)
    minute = models.DateTimeField()
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    claims = models.PositiveIntegerField(default=0)
    challenged = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    value_fen = models.BigIntegerField(default=0)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "branch", "minute"), name="traffic_once_per_minute"),
        )
        indexes = (models.Index(fields=("minute",), name="traffic_minute"),)

    def __str__(self) -> str:
        return f"{self.subject} {self.minute:%H:%M}"
