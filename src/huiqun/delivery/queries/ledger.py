"""The canonical rows of delivery's two ledgers, and how verification finds them again.

Both are written by PostgreSQL as text, field by field, so that a million rows cost no Python objects
but their bytes. Touches of archived months are written the same by DuckDB and come between them.
"""

from bisect import bisect_right
from collections.abc import Iterator
from heapq import merge
from typing import Any

from django.db import connection, transaction

from huiqun.delivery.events import RunFinished, TouchesSealed
from huiqun.delivery.models import Run, TouchMonth
from huiqun.delivery.queries import archived_touches as archived
from huiqun.foundation.ledgers import Ledger, LedgerBatch
from huiqun.foundation.models import Fact
from huiqun.lib.merkle import root

CHUNK = 10_000
INSTANT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"

TOUCH_TEXT = f"""
concat_ws('|', id, xid, recipient_id, run_id, customer_id, kind, {INSTANT.format("at")}, source)
"""

TOUCH_ROW = f"""
SELECT {TOUCH_TEXT} FROM delivery_touch WHERE xid >= %s AND xid < %s ORDER BY xid, id
"""

TOUCH_ROW_KEYED = f"""
SELECT xid, id, run_id, {TOUCH_TEXT} FROM delivery_touch WHERE xid >= %s AND xid < %s ORDER BY xid, id
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
    """Of both: those here and those of archived months."""
    months = archived.months_of_transactions(first_xid, until_xid)
    if not months:
        return _rows(TOUCH_ROW, [first_xid, until_xid])
    return (text.encode() for *_, text in _of_both(months, first_xid, until_xid))


def touch_row_texts(part: str) -> Iterator[bytes]:
    """One part of the table, whole."""
    return _rows(f"SELECT {TOUCH_TEXT} FROM {part} ORDER BY xid, id", [])


def _of_both(months: list[TouchMonth], first_xid: int, until_xid: int) -> Iterator[tuple[Any, ...]]:
    """(xid, id, run id, canonical row) in the order of the seal."""
    here = _told(TOUCH_ROW_KEYED, [first_xid, until_xid])
    return merge(here, archived.rows_between(months, first_xid, until_xid), key=lambda row: row[:2])


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
    deleted = list(TouchMonth.objects.exclude(deleted_at=None).values_list("first_xid", "last_xid"))
    for fact_id, body in _sealed():
        if any(first < body["until_xid"] and last >= body["first_xid"] for first, last in deleted):
            continue  # rows of it are past their time: there is nothing left to compare with its root
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
    places = {place - 1 for (place,) in _told(TOUCH_BATCHES, [firsts, runs, until])}
    months = archived.months_of_transactions(firsts[0], until)
    places |= {bisect_right(firsts, xid) - 1 for xid in archived.transactions_of(months, runs) if xid < until}
    for place in sorted(places):
        for index, row in _rows_of_runs(batches[place], runs):
            yield batches[place]["batch_id"], index, row.encode()


def _rows_of_runs(batch: dict[str, Any], runs: list[int]) -> Iterator[tuple[int, str]]:
    """(index in the batch, canonical row)"""
    first, until = batch["first_xid"], batch["until_xid"]
    months = archived.months_of_transactions(first, until)
    if not months:
        yield from ((index, row) for index, row in _told(TOUCH_ROW_OF, [first, until, runs]))
        return
    wanted = set(runs)
    for index, (_, _, run_id, row) in enumerate(_of_both(months, first, until)):
        if run_id in wanted:
            yield index, row


def _run_batches() -> Iterator[LedgerBatch]:
    for body in Fact.objects.filter(kind=RunFinished.kind()).order_by("id").values_list("body", flat=True):
        yield LedgerBatch(
            batch_id=body["run_id"], count=body["audience"], root=body["root"], subject=body["ordered_by"]
        )


TOUCHES = Ledger(name="touches", batches=_touch_batches, rows=_touches_of_batch, rows_of=_touches_of)
RECIPIENTS = Ledger(name="recipients", batches=_run_batches, rows=recipient_rows)
