"""Months of touches that live in the lake: Parquet files of their own, each proved by count, root and digest.

They are no dataset of the lake: it forgets whoever is erased, and these rows are proof, kept under an id that no longer
leads to anybody.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa

from huiqun.delivery.models import TouchMonth
from huiqun.delivery.rules.refusals import LogMonthMissing
from huiqun.foundation import lake

COLUMNS = {
    "id": "BIGINT",
    "xid": "BIGINT",
    "recipient_id": "BIGINT",
    "run_id": "BIGINT",
    "customer_id": "BIGINT",
    "kind": "VARCHAR",
    "at": "TIMESTAMP",
    "source": "VARCHAR",
    "branch_id": "BIGINT",
    "subject": "VARCHAR",
    "step": "VARCHAR",
    "channel": "VARCHAR",
    "variant_key": "VARCHAR",
    "digest": "VARCHAR",
}
"""Instants are in UTC."""
ROW = """concat_ws('|', id, xid, recipient_id, run_id, customer_id, kind, strftime("at", '%Y-%m-%dT%H:%M:%S.%f'), source)"""
"""As PostgreSQL writes it in ``ledger``."""
CHUNK = 10_000

_open: dict[tuple[int, str], duckdb.DuckDBPyConnection] = {}
_lock = Lock()


def folder() -> Path:
    return lake.folder() / "ledgers" / "touches"


def months_at(first: datetime | None, until: datetime | None) -> list[TouchMonth]:
    """Those with something in the span, both ends open where they are None."""
    rows = TouchMonth.objects.filter(deleted_at=None)
    if first is not None:
        rows = rows.filter(last_at__gte=first)
    if until is not None:
        rows = rows.filter(first_at__lt=until)
    return list(rows)


def months_of_transactions(first_xid: int, until_xid: int) -> list[TouchMonth]:
    rows = TouchMonth.objects.filter(deleted_at=None, last_xid__gte=first_xid, first_xid__lt=until_xid)
    return list(rows)


@contextmanager
def reading(months: Sequence[TouchMonth]) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A cursor, and the months' rows as SQL to be selected from. :raises LogMonthMissing"""
    files = [folder() / month.file_name for month in months]
    for month, file in zip(months, files, strict=True):
        if not (file.is_file() and file.stat().st_size == month.bytes):
            raise LogMonthMissing(month=f"{month.month:%Y-%m}", file=month.file_name)
    with _connection().cursor() as cursor:
        yield cursor, rows_of(files)


def rows_of(files: Sequence[Path]) -> str:
    named = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"read_parquet([{named}])"


def _connection() -> duckdb.DuckDBPyConnection:
    """One per process; it may open nothing but these files."""
    key = (os.getpid(), str(folder()))
    with _lock:
        if key not in _open:
            _open.clear()
            connection = lake.opened(threads=2)
            connection.execute("SET parquet_metadata_cache = true")
            lake.confine(connection, folder())
            _open[key] = connection
        return _open[key]


def rows_between(months: Sequence[TouchMonth], first_xid: int, until_xid: int) -> Iterator[tuple[Any, ...]]:
    """(xid, id, run id, canonical row) in the order of (xid, id)."""
    with reading(months) as (cursor, rows):
        cursor.execute(
            f"SELECT xid, id, run_id, {ROW} FROM {rows} WHERE xid >= ? AND xid < ? ORDER BY xid, id",
            [first_xid, until_xid],
        )
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def transactions_of(months: Sequence[TouchMonth], run_ids: Sequence[int]) -> list[int]:
    """In which transactions something of these runs was recorded."""
    if not months:
        return []
    with reading(months) as (cursor, rows):
        found = cursor.execute(
            f"SELECT DISTINCT xid FROM {rows} WHERE list_contains(?::BIGINT[], run_id)", [list(run_ids)]
        )
        return [row[0] for row in found.fetchall()]


def rows_by_day(erased: Sequence[int]) -> dict[str, int]:
    """How many rows of each of the bank's days are here, without those whose data left the lake."""
    months = months_at(None, None)
    if not months:
        return {}
    with reading(months) as (cursor, rows):
        found = cursor.execute(
            f'SELECT ("at" + INTERVAL 8 HOUR)::DATE::VARCHAR AS dt, count(*) FROM {rows}'
            " WHERE NOT list_contains(?::BIGINT[], customer_id) GROUP BY dt",
            [list(erased)],
        )
        return dict(found.fetchall())


def touches_of_recipients(
    recipient_ids: Sequence[int], months: Sequence[TouchMonth]
) -> list[tuple[int, str, datetime]]:
    """(recipient, kind, moment in UTC without a zone), oldest first."""
    if not (months and recipient_ids):
        return []
    with reading(months) as (cursor, rows):
        found = cursor.execute(
            f'SELECT recipient_id, kind, "at" FROM {rows} WHERE list_contains(?::BIGINT[], recipient_id) ORDER BY "at", id',
            [list(recipient_ids)],
        )
        return found.fetchall()


FLAGS = ("delivered", "opened", "clicked", "unsubscribed", "complained")


def with_flags(table: pa.Table, run_ids: Sequence[int], months: Sequence[TouchMonth]) -> pa.Table:
    """The table of recipients, with what happened in these months as well."""
    if not months:
        return table
    told = ", ".join(f"bool_or(kind = '{flag}') AS {flag}" for flag in FLAGS)
    flags = ", ".join(f"o.{flag} OR coalesce(a.{flag}, false) AS {flag}" for flag in FLAGS)
    with reading(months) as (cursor, rows):
        cursor.register("outcomes_here", table)
        return cursor.sql(
            f"SELECT o.* REPLACE ({flags}) FROM outcomes_here o LEFT JOIN (SELECT recipient_id, {told} FROM {rows}"
            f" WHERE run_id IN ({', '.join(str(int(each)) for each in run_ids)}) GROUP BY recipient_id) a"
            " USING (recipient_id) ORDER BY o.customer_id"
        ).to_arrow_table()
