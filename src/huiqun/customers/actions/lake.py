"""Profiles and attributes to the lake: one export of what PostgreSQL holds, without identifiers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from huiqun.customers.actions.typing import typed
from huiqun.customers.models import Customer
from huiqun.foundation import lake

ROWS = 20_000

# Those who were merged into others are in their rows, those who were erased in none.
PRESENT = """
  c.merged_into_id IS NULL AND NOT EXISTS (
      SELECT FROM customers_erasure e WHERE e.customer_id = c.id AND e.state = 'done')
"""
ATTRIBUTES = f"""
SELECT c.id, a.key, a.value FROM customers_customer c, jsonb_each_text(c.attributes) a
 WHERE {PRESENT} AND c.attributes <> '{{}}' ORDER BY c.id, a.key
"""


def export_profiles(*, now: datetime) -> None:
    """Stage all profiles and attributes in place of the last ones and publish them.

    Memory is bounded by a batch; the whole of it is read in one transaction, as of one moment.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        for dataset, query in (("profiles", profiles_query()), ("attributes", ATTRIBUTES)):
            schema = lake.DATASETS[dataset].schema
            reader = pa.RecordBatchReader.from_batches(schema, _batches(dataset, query, schema))
            lake.stage(dataset, reader, replace=True, source="customers")
    lake.publish(now=now)


def profiles_query() -> str:
    """A column of ``profiles`` for each of the dataset's: ours from the customer's record, the bank's own from
    the attribute of the same name."""
    columns = ", ".join(_column(column) for column in lake.DATASETS["profiles"].columns)
    return f"SELECT {columns} FROM customers_customer c WHERE {PRESENT} ORDER BY c.id"


def _column(column: lake.Column) -> str:
    if column.name == "customer_id":
        return "c.id"
    if column.name in {field.attname for field in Customer._meta.local_fields}:
        return f"nullif(c.{column.name}, '')" if pa.types.is_string(column.type) else f"c.{column.name}"
    return typed(column, f"(c.attributes->>'{column.name}')")


def _batches(name: str, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """A cursor on the server's side: the client never holds more than a batch."""
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE export_{name} NO SCROLL CURSOR FOR {query}")
        while True:
            cursor.execute(f"FETCH {ROWS} FROM export_{name}")
            rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
            if not rows:
                break
            columns = list(zip(*rows, strict=True))
            arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)
        cursor.execute(f"CLOSE export_{name}")
