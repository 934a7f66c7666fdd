"""The ledger of touches: append-only, proved by batch roots that are facts."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.expressions import RawSQL

from huiqun.delivery.models.runs import LIVE, Recipient
from huiqun.delivery.models.touch_parts import first_day
from huiqun.foundation import clock
from huiqun.foundation.horizon import HORIZON
from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.lib.days import local_date

MONTH_OF_RUN = "date_trunc('month', run.opened_at AT TIME ZONE 'Asia/Shanghai')::date"
"""SQL for a touch's month, where ``run`` is its run: the same for all touches of one recipient."""


def this_month() -> date:
    return first_day(local_date(clock.now()))


class TouchQuerySet(models.QuerySet[Any]):
    def settled(self) -> "TouchQuerySet":
        """Rows that no transaction still under way can come before."""
        return self.filter(xid__lt=RawSQL(HORIZON, ()))


class Touch(models.Model):
    """Something that happened between a message and a person; the first of a kind counts.

    A trigger refuses UPDATE, DELETE and TRUNCATE (migration 0002). The table is in parts by ``month``, that in which
    the run was opened (migration 0025): so the unique key can name it and still be the recipient's own.
    Old months live in the lake (``TouchMonth``); who reads touches of any age asks ``queries.message_log``.
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
    month = models.DateField(default=this_month, editable=False)

    objects: ClassVar[Any] = TouchQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("recipient", "kind", "month"), name="delivery_touch_once"),
        )
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


class TouchMonth(models.Model):
    """A month of touches that lives in the lake, in one file that is never changed.

    ``root`` is the Merkle root over its canonical rows in the order of (xid, id), ``file_digest`` the SHA-256 of the
    file. ``deleted_at``: its time has passed, and the file has gone; the sealed roots are facts and stay.
    """

    personal_data = NO_PERSONAL_DATA

    month = models.DateField(primary_key=True)
    rows = models.BigIntegerField()
    root = models.CharField(max_length=64)
    file_name = models.CharField(max_length=80)
    file_digest = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    first_xid = models.BigIntegerField()
    last_xid = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    archived_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("month",)


class Forgotten(models.Model):
    """What has gone of a kind of rows whose time had passed. ``untold`` of them are in no fact yet."""

    personal_data = NO_PERSONAL_DATA

    kind = models.CharField(max_length=40, primary_key=True)
    rows = models.BigIntegerField(default=0)
    untold = models.BigIntegerField(default=0)
    last_rows = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
