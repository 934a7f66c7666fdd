"""Seals over facts, and what verifying them found."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.compliance.rules.evidence import SealHeader
from huiqun.foundation.personal_data import NO_PERSONAL_DATA


class Seal(models.Model):
    """封存: all facts with ``from_xid`` <= xid < ``to_xid`` under one Merkle root, chained and signed.

    ``leaves`` is 40 bytes per fact (its id and its leaf hash): not needed to notice tampering, but it
    tells which fact was altered. It is itself covered by the root.
    """

    personal_data = NO_PERSONAL_DATA

    number = models.BigIntegerField(primary_key=True)
    from_xid = models.BigIntegerField()
    to_xid = models.BigIntegerField()
    count = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    digest = models.CharField(max_length=64, unique=True)
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)
    leaves = models.BinaryField()

    class Meta:
        ordering = ("number",)

    def header(self) -> SealHeader:
        return SealHeader(
            number=self.number,
            from_xid=self.from_xid,
            to_xid=self.to_xid,
            count=self.count,
            root=self.root,
            previous=self.previous,
            sealed_at=self.sealed_at.isoformat(timespec="microseconds"),
            key_id=self.key_id,
        )


class VerificationState(models.TextChoices):
    RUNNING = "running", _("Running")
    CLEAN = "clean", _("No tampering found")
    PROBLEMS = "problems", _("Problems found")
    FAILED = "failed", pgettext_lazy("verification", "Failed")


class Verification(models.Model):
    """One run over all evidence, and what it found."""

    personal_data = NO_PERSONAL_DATA

    state = models.CharField(
        max_length=10, choices=VerificationState.choices, default=VerificationState.RUNNING
    )
    asked_by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    anchor = models.JSONField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    seals = models.PositiveIntegerField(default=0)
    facts = models.PositiveBigIntegerField(default=0)
    ledger_batches = models.PositiveIntegerField(default=0)
    problems: Any = models.JSONField(default=list)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ("-id",)
