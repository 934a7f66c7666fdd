"""What today's book finds in what is approved and still goes out."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet


class RecheckedDossierQuerySet(ScopedQuerySet):
    branch_field = "dossier__branch"


class RecheckedDossier(models.Model):
    """重检: ``findings`` were not there at submission. ``told`` are the rules whose breach was announced."""

    personal_data = NO_PERSONAL_DATA

    dossier = models.OneToOneField("compliance.Dossier", models.PROTECT, related_name="recheck")
    checked_at = models.DateTimeField()
    rulebook_version = models.CharField(max_length=12)
    findings: Any = models.JSONField(default=list)
    new = models.PositiveIntegerField(default=0)
    blocking = models.PositiveIntegerField(default=0)
    told = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    objects: ClassVar[Any] = RecheckedDossierQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("-new", "-id"), name="recheck_new"),)

    @property
    def rules(self) -> list[str]:
        """The rules that find something new, gravest finding first."""
        return list(dict.fromkeys(each["rule"] for each in self.findings))
