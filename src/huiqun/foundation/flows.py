"""What PostgreSQL records about customers flows into the lake: continuously, each row once, compared every night.

A domain declares its flow: a name, a dataset, and the SQL for the rows of the transactions between two ids.
Rows are taken when they are settled, never before, so that none is passed by; what is staged twice (whoever
dies before the cursor is saved begins again) is in the lake once, because each row has an event id.
"""

import fcntl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
from django.db import connection
from pyarrow import csv

from huiqun.foundation import lake
from huiqun.foundation.horizon import horizon
from huiqun.foundation.models import SubscriberCursor

LAST = 2**63 - 1
INSTANT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
"""How an instant is written for the lake."""
DAY = "({} AT TIME ZONE 'Asia/Shanghai')::date"
"""The bank's day of an instant."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """``rows`` is SQL for a row per event with the columns of ``dataset``, of the transactions
    %(first)s ≤ xid < %(until)s. ``mark`` begins the event ids of this flow and of no other.
    ``recorded_before`` counts rows by day that were recorded and are not in ``rows`` any more, because they were
    archived, without those of the ids it is given."""

    name: str
    dataset: str
    mark: str
    rows: str
    recorded_before: Callable[[Sequence[int]], Mapping[str, int]] | None = None

    @property
    def cursor(self) -> str:
        return f"lake:{self.name}"

    def columns(self) -> str:
        """The dataset's columns, instants as text."""
        named = (
            INSTANT.format(f'"{each.name}"') if pa.types.is_timestamp(each.type) else f'"{each.name}"'
            for each in lake.DATASETS[self.dataset].columns
        )
        return ", ".join(named)


_flows: dict[str, Flow] = {}


def register(flow: Flow) -> None:
    _flows[flow.name] = flow


def registered() -> tuple[Flow, ...]:
    return tuple(_flows[name] for name in sorted(_flows))


def of_facts(name: str, kinds: Mapping[str, str]) -> Flow:
    """The touches that facts tell of: from kinds of facts about a customer to kinds of touches. The campaign
    is the fact's own or the one that made the offer."""
    cases = " ".join(f"WHEN '{fact}' THEN '{touch}'" for fact, touch in kinds.items())
    known = ", ".join(f"'{fact}'" for fact in kinds)
    return Flow(
        name=name,
        dataset="touches",
        mark=f"{name}:",
        rows=f"""
            SELECT '{name}:' || f.id AS event_id, f.at AS at, {DAY.format("f.at")} AS dt,
                   (f.body->>'customer_id')::bigint AS customer_id, CASE f.kind {cases} END AS kind,
                   coalesce((f.body->>'campaign_id')::bigint,
                            substring(f.body->>'offered_by' from '^campaign:([0-9]+)$')::bigint) AS campaign_id,
                   NULL::text AS channel, NULL::text AS topic
            FROM foundation_fact f
            WHERE f.kind IN ({known}) AND f.xid >= %(first)s AND f.xid < %(until)s
        """,
    )


def flush() -> int:
    """Stage what has settled since the last time; how many rows. The lake's worker publishes them."""
    with _one_at_a_time():
        return sum(_flush(flow) for flow in registered())


def _flush(flow: Flow) -> int:
    cursor, _ = SubscriberCursor.objects.get_or_create(subscriber=flow.cursor)
    until = horizon()
    if until <= cursor.xid + 1:
        return 0
    rows = stage(flow, first=cursor.xid + 1, until=until)
    cursor.xid, cursor.fact_id = until - 1, LAST
    cursor.save()
    return rows


def stage(flow: Flow, *, first: int, until: int, days: Iterable[str] | None = None) -> int:
    """Stage the flow's rows of a range of transactions, of ``days`` only when they are given: by month."""
    span = {"first": first, "until": until}
    wanted = "" if days is None else " WHERE dt IN (" + ", ".join(f"DATE '{day}'" for day in days) + ")"
    rows = f"(SELECT * FROM ({flow.rows}) r{wanted})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT to_char(dt, 'YYYY-MM') FROM {rows} r ORDER BY 1", span)
        months = [row[0] for row in cursor.fetchall()]
    return sum(_stage_month(flow, rows, month, span) for month in months)


def _stage_month(flow: Flow, rows: str, month: str, span: Mapping[str, int]) -> int:
    """By a file of text that PostgreSQL writes and Arrow reads: no row becomes a Python object."""
    copied = lake.folder() / "spill" / f"flow-{uuid4().hex}.csv"
    copied.parent.mkdir(parents=True, exist_ok=True)
    try:
        _copy(f"SELECT {flow.columns()} FROM {rows} r WHERE to_char(dt, 'YYYY-MM') = '{month}'", span, copied)
        reader = _read(copied, lake.DATASETS[flow.dataset].schema)
        return lake.stage(flow.dataset, reader, partition=month, source=f"flow {flow.name}").rows
    finally:
        copied.unlink(missing_ok=True)


def _copy(query: str, span: Mapping[str, int], target: Path) -> None:
    with (
        connection.cursor() as cursor,
        target.open("wb") as file,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", span) as copy,
    ):
        for block in copy:
            file.write(block)


def _read(path: Path, schema: pa.Schema) -> pa.RecordBatchReader:
    return csv.open_csv(
        path,
        read_options=csv.ReadOptions(column_names=schema.names),
        convert_options=csv.ConvertOptions(
            column_types=schema, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    lake.folder().mkdir(parents=True, exist_ok=True)
    with (lake.folder() / "flows.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
