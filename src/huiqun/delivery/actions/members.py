"""The members of a run until they are judged: kept as Arrow bytes, laid out in a table for one transaction.

A recipient is a row with several indexes. Written once with its verdict it costs half of what it costs to write
it first and to judge it after; so members wait as bytes, a few megabytes for a million people.
"""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from huiqun.delivery.models import MemberBatch
from huiqun.delivery.rules.refusals import OrderInvalid
from huiqun.delivery.rules.states import Reason, State
from huiqun.lib.words import gettext_noop as _

ZSTD = pa.ipc.IpcWriteOptions(compression="zstd")
STAGE = (
    "CREATE TEMPORARY TABLE delivery_staged (customer_id bigint, control boolean, bucket int) ON COMMIT DROP"
)
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
FOOTER = b"\xff\xff"
ROW = np.dtype(
    [
        ("fields", ">i2"),
        *(("id_length", ">i4"), ("customer_id", ">i8")),
        *(("control_length", ">i4"), ("control", "u1")),
        *(("bucket_length", ">i4"), ("bucket", ">i4")),
    ]
)
"""A row as PostgreSQL's binary COPY reads it."""


def keep_members(run_id: int, batches: Iterable[pa.RecordBatch]) -> int:
    """Keep a run's members until its gate; how many came. :raises OrderInvalid when one came twice"""
    count, ids = 0, []
    for batch in batches:
        if batch.num_rows:
            MemberBatch.objects.create(run_id=run_id, members=_packed(plain(batch)))
            ids.append(batch.column("customer_id").cast(pa.int64()).to_numpy())
            count += batch.num_rows
    if count and len(np.unique(np.concatenate(ids))) < count:
        raise OrderInvalid(problem=_("a member is listed twice"))
    return count


def stage_members(run_id: int) -> None:
    """Lay the members out as ``delivery_staged`` until the transaction ends."""
    kept = MemberBatch.objects.filter(run_id=run_id).order_by("id").values_list("members", flat=True)
    stage(map(_unpacked, list(kept)))  # read whole: the connection answers nothing else during a COPY


def stage(batches: Iterable[pa.RecordBatch]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS delivery_staged")
        cursor.execute(STAGE)
        with cursor.copy("COPY delivery_staged FROM STDIN (FORMAT binary)") as copy:
            copy.write(HEADER)
            for batch in batches:
                copy.write(_rows(batch))
            copy.write(FOOTER)
        cursor.execute("ANALYZE delivery_staged")


def drop_members(run_id: int, reason: Reason) -> int:
    """Make recipients of those who were not judged yet, all dropped for one reason; how many."""
    stage_members(run_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO delivery_recipient (run_id, customer_id, arm, bucket, state, reason)"
            " SELECT %s, customer_id, CASE WHEN control THEN 'control' ELSE 'treatment' END, bucket, %s, %s"
            " FROM delivery_staged",
            [run_id, State.DROPPED, reason],
        )
        dropped = int(cursor.rowcount)
    forget_members(run_id)
    return dropped


def forget_members(run_id: int) -> None:
    MemberBatch.objects.filter(run_id=run_id).delete()


def plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """As it is staged: customer_id, control, bucket."""
    return pa.record_batch(
        {
            "customer_id": batch.column("customer_id").cast(pa.int64()),
            "control": pc.equal(batch.column("arm").cast(pa.string()), "control"),
            "bucket": batch.column("bucket").cast(pa.int32()),
        }
    )


def _packed(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=ZSTD) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _unpacked(members: bytes | memoryview) -> pa.RecordBatch:
    with pa.ipc.open_stream(pa.py_buffer(members)) as reader:
        return reader.read_next_batch()


def _rows(batch: pa.RecordBatch) -> bytes:
    rows = np.empty(batch.num_rows, ROW)
    rows["fields"], rows["id_length"], rows["control_length"], rows["bucket_length"] = 3, 8, 1, 4
    rows["customer_id"] = batch.column("customer_id").to_numpy()
    rows["control"] = batch.column("control").to_numpy(zero_copy_only=False)
    rows["bucket"] = batch.column("bucket").to_numpy()
    return rows.tobytes()
