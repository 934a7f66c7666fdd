"""Profiles and attributes to the lake: one export of what PostgreSQL holds, without identifiers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from huiqun.foundation import lake

ROWS = 20_000

PROFILES = """
SELECT id, branch_id, birth_date, nullif(sex, ''), nullif(occupation, ''), nullif(income_band, ''),
       nullif(city, ''), risk_level, risk_assessed_date, nullif(lifecycle, ''), opened_date
  FROM customers_customer WHERE merged_into_id IS NULL ORDER BY id
"""
PROFILE_SCHEMA = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("branch_id", pa.int64()),
        ("birth_date", pa.date32()),
        ("sex", pa.string()),
        ("occupation", pa.string()),
        ("income_band", pa.string()),
        ("city", pa.string()),
        ("risk_level", pa.int32()),
        ("risk_assessed_date", pa.date32()),
        ("lifecycle", pa.string()),
        ("opened_date", pa.date32()),
    ]
)

ATTRIBUTES = """
SELECT c.id, a.key, a.value FROM customers_customer c, jsonb_each_text(c.attributes) a
 WHERE c.merged_into_id IS NULL AND c.attributes <> '{}' ORDER BY c.id, a.key
"""
ATTRIBUTE_SCHEMA = pa.schema([("customer_id", pa.int64()), ("name", pa.string()), ("value", pa.string())])


def export_profiles(*, now: datetime) -> None:
    """Stage all profiles and attributes in place of the last ones and publish them.

    Memory is bounded by a batch; the whole of it is read in one transaction, as of one moment.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        for dataset, query, schema in (
            ("profiles", PROFILES, PROFILE_SCHEMA),
            ("attributes", ATTRIBUTES, ATTRIBUTE_SCHEMA),
        ):
            reader = pa.RecordBatchReader.from_batches(schema, _batches(dataset, query, schema))
            lake.stage(dataset, reader, replace=True, source="customers")
    lake.publish(now=now)


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
