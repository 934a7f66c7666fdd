"""Imports: a delivered file on its way in, and what was refused of it."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiqun.foundation.personal_data import PersonalData
from huiqun.foundation.scope import ScopedQuerySet


class ImportQuerySet(ScopedQuerySet):
    pass


class ImportRun(models.Model):
    """导入批次. uploaded → checking → checked → importing → done; or discarded, or failed.

    ``rows_done`` is the checkpoint: it moves in the transaction that stores the rows before it.
    """

    personal_data = PersonalData(fields={"preview": "plain"}, erasure="keep: shown masked only")

    class State(models.TextChoices):
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Checked, to be decided")
        IMPORTING = "importing", _("Importing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        DISCARDED = "discarded", _("Discarded")

    branch = models.ForeignKey("foundation.Branch", models.PROTECT, related_name="+")
    by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    file_path = models.CharField(max_length=500, blank=True)
    file_size = models.BigIntegerField()
    file_digest = models.CharField(max_length=64)
    keeps_file = models.BooleanField(default=False)
    mapping_name = models.CharField(max_length=60)
    mapping_text = models.TextField()
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices)
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    consents = models.BigIntegerField(default=0)
    preview = models.JSONField(default=dict)
    failure = models.JSONField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ImportQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("file_digest",), name="import_file_digest"),)


class ImportRefusal(models.Model):
    """A row that was not stored: where it stands in the file, and why. Personal values are masked."""

    personal_data = PersonalData(fields={"value": "plain"}, erasure="delete")

    import_run = models.ForeignKey(ImportRun, models.CASCADE, related_name="refusals")
    line = models.BigIntegerField()
    column = models.CharField(max_length=120)
    value = models.CharField(max_length=120)
    code = models.CharField(max_length=40)
    values = models.JSONField(default=dict)

    class Meta:
        ordering = ("line", "id")


class ImportLine(models.Model):
    """Which customer numbers a file has shown so far, to find those that it repeats; gone when it ends."""

    personal_data = PersonalData(fields={"number": "pseudonym"}, erasure="delete")

    import_run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+", db_index=False)
    number = models.CharField(max_length=40)
    line = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("import_run", "number"), name="import_line_once"),)
