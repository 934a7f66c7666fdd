"""What was found in a dossier when it was submitted, and what reviewers let stand."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from huiqun.compliance.rules.waivers import Place
from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet


class DossierFindingQuerySet(ScopedQuerySet):
    branch_field = "dossier__branch"


class DossierFinding(models.Model):
    """One finding of a submitted version. ``shown`` is all of it, with the law's words of that day."""

    personal_data = NO_PERSONAL_DATA

    dossier = models.ForeignKey("compliance.Dossier", models.PROTECT, related_name="found")
    part = models.CharField(max_length=60)
    rule = models.CharField(max_length=20)
    severity = models.CharField(max_length=8)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    shown: Any = models.JSONField()

    objects: ClassVar[Any] = DossierFindingQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("rule",), name="dossier_finding_rule"),)


class WaiverQuerySet(ScopedQuerySet):
    branch_field = "dossier__branch"

    def standing(self) -> "WaiverQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class Waiver(models.Model):
    """豁免 of one finding of one version, by the reviewer who held the open step."""

    personal_data = NO_PERSONAL_DATA

    dossier = models.ForeignKey("compliance.Dossier", models.PROTECT, related_name="waivers")
    part = models.CharField(max_length=60)
    rule = models.CharField(max_length=20)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    quote = models.TextField(blank=True)
    reason = models.TextField()
    by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = WaiverQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("dossier", "part", "rule", "start", "end"),
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="one_waiver_per_finding",
            ),
        )
        indexes = (models.Index(fields=("rule",), name="waiver_rule"),)

    @property
    def place(self) -> Place:
        return Place(part=self.part, rule=self.rule, start=self.start, end=self.end)
