"""What the second reader thought of a dossier's texts."""

from typing import Any, ClassVar

from django.db import models

from huiqun.foundation.personal_data import NO_PERSONAL_DATA


class ReaderOpinion(models.Model):
    """机器复核意见 on one text of a dossier: hints for the reviewers, outside the digest. ``trouble`` says
    why there is none; an empty list of findings without trouble means that the reader found nothing."""

    personal_data = NO_PERSONAL_DATA

    dossier = models.ForeignKey("compliance.Dossier", models.CASCADE, related_name="opinions")
    part = models.CharField(max_length=60)
    findings: Any = models.JSONField(default=list)
    trouble = models.CharField(max_length=10, blank=True)
    asked_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("dossier", "part"), name="one_opinion_per_text"),)
