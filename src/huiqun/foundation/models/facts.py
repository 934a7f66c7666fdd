"""Facts: what was decided, append-only; and how far each subscriber has read."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.expressions import RawSQL

from huiqun.foundation.horizon import HORIZON
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.scope import ScopedQuerySet


class FactQuerySet(ScopedQuerySet):
    def settled(self) -> "FactQuerySet":
        """Facts that no transaction still under way can come before: ids commit out of order,
        so readers that remember where they stopped must stay below this horizon."""
        return self.filter(xid__lt=RawSQL(HORIZON, ()))

    def in_order(self) -> "FactQuerySet":
        return self.order_by("xid", "id")

    def after(self, xid: int, fact_id: int) -> "FactQuerySet":
        return self.filter(models.Q(xid__gt=xid) | models.Q(xid=xid, id__gt=fact_id))


class Fact(models.Model):
    """A decision about one thing or one batch: audit trail, outbox and source of insights in one row.

    A trigger refuses UPDATE, DELETE and TRUNCATE (migration 0002).
    """

    personal_data = PersonalData(
        fields={"subject": "pseudonym", "body": "pseudonym"}, erasure="keep: audit trail"
    )

    id = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(db_default=RawSQL("pg_current_xact_id()::text::bigint", ()), editable=False)
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, blank=True)
    body = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey("foundation.Staff", models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey("foundation.Branch", models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = FactQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("xid", "id"), name="fact_order"),
            models.Index(fields=("subject", "-id"), name="fact_subject"),
            models.Index(fields=("kind", "-id"), name="fact_kind"),
        )

    def canonical(self) -> dict[str, Any]:
        """What is sealed of a fact: every column that says something."""
        return {
            "id": self.id,
            "xid": self.xid,
            "kind": self.kind,
            "subject": self.subject,
            "body": self.body,
            "at": self.at,
            "by": self.by_id,
            "branch": self.branch_id,
        }


class SubscriberCursor(models.Model):
    """How far a subscriber has read; rows up to and including (xid, fact_id) are done."""

    personal_data = NO_PERSONAL_DATA

    subscriber = models.CharField(max_length=120, primary_key=True)
    xid = models.BigIntegerField(default=0)
    fact_id = models.BigIntegerField(default=0)
