"""The canonical rows of delivery's two ledgers, and how verification finds them again.

Both are written by PostgreSQL as text, field by field, so that a million rows cost no Python objects
but their bytes.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from huiqun.delivery.events import RunFinished, TouchesSealed
from huiqun.delivery.models import Run
from huiqun.foundation.ledgers import Ledger, LedgerBatch
from huiqun.foundation.models import Fact
from huiqun.lib.merkle import root

CHUNK = 10_000
INSTANT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"

TOUCH_ROW = f"""
SELECT concat_ws('|', id, xid, recipient_id, run_id, customer_id, kind, {INSTANT.format("at")}, source)
FROM delivery_touch WHERE xid >= %s AND xid < %s ORDER BY xid, id
"""

TOUCH_BATCHES = """
SELECT DISTINCT width_bucket(xid, %s::bigint[]) FROM delivery_touch WHERE run_id = ANY(%s) AND xid < %s ORDER BY 1
"""

TOUCH_ROW_OF = f"""
SELECT place, row FROM (
  SELECT run_id, row_number() OVER (ORDER BY xid, id) - 1 AS place,
         concat_ws('|', id, xid, recipient_id, run_id, customer_id, kind, {INSTANT.format("at")}, source) AS row
  FROM delivery_touch WHERE xid >= %s AND xid < %s) batch
WHERE run_id = ANY(%s) ORDER BY place
"""

RECIPIENT_ROW = f"""
SELECT concat_ws('|', id, run_id, customer_id, coalesce(branch_id::text, ''), arm, bucket, channel,
                 variant_key, reason, coalesce({INSTANT.format("marked_at")}, ''))
FROM delivery_recipient WHERE run_id = %s ORDER BY id
"""
"""Without what a late receipt may still change: sent, delivered and failed are in the touches."""


def touch_rows(first_xid: int, until_xid: int) -> Iterator[bytes]:
    return _rows(TOUCH_ROW, [first_xid, until_xid])


def recipient_rows(run_id: int) -> Iterator[bytes]:
    return _rows(RECIPIENT_ROW, [run_id])


def root_of_run(run_id: int) -> str:
    return root(recipient_rows(run_id)).hex()


def _rows(sql: str, values: list[Any]) -> Iterator[bytes]:
    return (row.encode() for (row,) in _told(sql, values))


def _told(sql: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Through a cursor on the server, chunk by chunk."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _touch_batches() -> Iterator[LedgerBatch]:
    for fact_id, body in _sealed():
        yield LedgerBatch(batch_id=body["batch_id"], count=body["count"], root=body["root"], fact_id=fact_id)


def _sealed() -> Iterator[tuple[int, dict[str, Any]]]:
    yield from Fact.objects.filter(kind=TouchesSealed.kind()).order_by("id").values_list("id", "body")


def _touches_of_batch(batch_id: int) -> Iterator[bytes]:
    body = Fact.objects.filter(kind=TouchesSealed.kind(), subject=f"batch:{batch_id}").values_list(
        "body", flat=True
    )
    for sealed in body:
        yield from touch_rows(sealed["first_xid"], sealed["until_xid"])


def _touches_of(subject: str) -> Iterator[tuple[int, int, bytes]]:
    """What happened with the subject's messages, as far as it is sealed."""
    runs = list(Run.objects.filter(subject=subject).values_list("pk", flat=True))
    batches = sorted((body for _, body in _sealed()), key=lambda body: body["first_xid"])
    if not runs or not batches:
        return
    firsts, until = [body["first_xid"] for body in batches], max(body["until_xid"] for body in batches)
    for (place,) in list(_told(TOUCH_BATCHES, [firsts, runs, until])):
        batch = batches[place - 1]
        for index, row in _told(TOUCH_ROW_OF, [batch["first_xid"], batch["until_xid"], runs]):
            yield batch["batch_id"], index, row.encode()


def _run_batches() -> Iterator[LedgerBatch]:
    for body in Fact.objects.filter(kind=RunFinished.kind()).order_by("id").values_list("body", flat=True):
        yield LedgerBatch(
            batch_id=body["run_id"], count=body["audience"], root=body["root"], subject=body["ordered_by"]
        )


TOUCHES = Ledger(name="touches", batches=_touch_batches, rows=_touches_of_batch, rows_of=_touches_of)
RECIPIENTS = Ledger(name="recipients", batches=_run_batches, rows=recipient_rows)
