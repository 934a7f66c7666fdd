"""What may be sent: one row per subject that senders lock for share, and the emergency stops."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q

from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet

EVERYTHING = "all"
"""The subject of a stop for the whole bank."""
PERMITS = 7_340_031
"""Space of the advisory locks in front of permit rows. Share locks on the rows alone would let overlapping
senders keep a stop waiting for as long as they overlap, since newcomers join them; here newcomers queue
behind whoever waits to change the permit."""


class PermitQuerySet(models.QuerySet["Permit"]):
    def locked(self, subject: str) -> "Permit":
        """The subject's permit, made when it has none yet, locked FOR UPDATE: whoever changes what may be
        sent, or the review that leads to it, takes this lock first."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [PERMITS, subject])
        self.bulk_create([Permit(subject=subject)], ignore_conflicts=True)
        return self.select_for_update().get(subject=subject)


class Permit(models.Model):
    """准发状态: whether and which digest of a subject may be sent now."""

    personal_data = NO_PERSONAL_DATA

    subject = models.CharField(max_length=80, primary_key=True)
    dossier = models.ForeignKey("compliance.Dossier", models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    approved = models.BooleanField(default=False)
    outdated = models.BooleanField(default=False)
    """Today's book forbids what was approved: see ``RecheckedDossier``."""
    stopped = models.BooleanField(default=False)
    stop_reason = models.TextField(blank=True)
    licence_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)

    objects: ClassVar[Any] = PermitQuerySet.as_manager()


class StopQuerySet(ScopedQuerySet):
    def in_force(self) -> "StopQuerySet":
        return self.filter(lifted_at__isnull=True)


class Stop(models.Model):
    """紧急叫停 of one subject, or of ``all``."""

    personal_data = NO_PERSONAL_DATA

    subject = models.CharField(max_length=80)
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    stopped_by = models.ForeignKey("foundation.Staff", models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField()
    lift_reason = models.TextField(blank=True)
    lifted_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = StopQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("subject",), condition=Q(lifted_at__isnull=True), name="one_stop_in_force"
            ),
        )
