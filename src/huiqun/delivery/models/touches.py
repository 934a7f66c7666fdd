"""The ledger of touches: append-only, proved by batch roots that are facts."""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.expressions import RawSQL

from huiqun.delivery.models.runs import LIVE, Recipient
from huiqun.foundation.horizon import HORIZON
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData


class TouchQuerySet(models.QuerySet[Any]):
    def settled(self) -> "TouchQuerySet":
        """Rows that no transaction still under way can come before."""
        return self.filter(xid__lt=RawSQL(HORIZON, ()))


class Touch(models.Model):
    """Something that happened between a message and a person; the first of a kind counts.

    A trigger refuses UPDATE, DELETE and TRUNCATE (migration 0002).
    """

    personal_data = PersonalData(
        fields={"customer_id": "pseudonym"}, erasure="keep: proof of what was sent to whom and when"
    )

    id = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(db_default=RawSQL("pg_current_xact_id()::text::bigint", ()), editable=False)
    recipient = models.ForeignKey(
        Recipient, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    run_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    source = models.CharField(max_length=10, db_default=LIVE)

    objects: ClassVar[Any] = TouchQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("recipient", "kind"), name="delivery_touch_once"),)
        indexes = (
            models.Index(fields=("run_id",), name="delivery_touch_of_run"),
            BrinIndex(fields=("xid",), name="delivery_touch_xid", autosummarize=True, pages_per_range=32),
        )


class TouchBatch(models.Model):
    """Settled touches of the transactions first_xid ≤ xid < until_xid, under one Merkle root."""

    personal_data = NO_PERSONAL_DATA

    first_xid = models.BigIntegerField(unique=True)
    until_xid = models.BigIntegerField(unique=True)
    count = models.BigIntegerField()
    root = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
