"""The lake: whole versions or none, nothing personal, every event once."""

import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huiqun.foundation import lake

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def profiles(*ids: Any, **over: Any) -> pa.Table:
    return pa.table({"customer_id": list(ids), "branch_id": [1] * len(ids), **over})


def events(*ids: str, day: int = 20, customer_id: int = 7, **over: Any) -> pa.Table:
    count = len(ids)
    at = pa.array([datetime(2026, 11, day, 4, 0, tzinfo=UTC)] * count, pa.timestamp("us", "UTC"))
    return pa.table(
        {
            "event_id": list(ids),
            "at": at,
            "dt": [date(2026, 11, day)] * count,
            "customer_id": [customer_id] * count,
            "kind": ["spend"] * count,
            "source": ["delivered"] * count,
            **over,
        }
    )


def rows(query: str, version: int | None = None) -> list[tuple[Any, ...]]:
    return lake.connect(version).execute(query).fetchall()


def test_is_empty_and_typed_before_anything_came():
    assert lake.version() == 0
    for name, dataset in lake.DATASETS.items():
        described = rows(f"DESCRIBE {name}")
        assert tuple(row[0] for row in described) == dataset.names
        assert rows(f"SELECT count(*) FROM {name}") == [(0,)]
    assert rows('SELECT typeof(max("at")), typeof(max(dt)) FROM transactions') == [
        ("TIMESTAMP WITH TIME ZONE", "DATE")
    ]


def test_staged_rows_are_seen_once_they_are_published():
    lake.stage("profiles", profiles(1, 2))
    assert rows("SELECT count(*) FROM profiles") == [(0,)] and lake.version() == 0
    published = lake.publish(now=NOW)
    assert (published.version, published.files, published.rows) == (1, 1, 2)
    assert rows("SELECT customer_id FROM profiles ORDER BY 1") == [(1,), (2,)]


def test_publishing_nothing_makes_no_version():
    lake.stage("profiles", profiles(1))
    lake.publish(now=NOW)
    assert lake.publish(now=NOW).version == 1 == lake.version()


def test_replaces_a_partition_and_leaves_the_others():
    for partition, customer in (("a", 1), ("b", 2)):
        lake.stage("holdings", _holdings(customer), partition=partition, replace=True)
    lake.publish(now=NOW)
    lake.stage("holdings", _holdings(3), partition="a", replace=True)
    lake.publish(now=NOW)
    assert rows("SELECT customer_id FROM holdings ORDER BY 1") == [(2,), (3,)]


def _holdings(customer: int) -> pa.Table:
    return pa.table(
        {
            "dt": [date(2026, 11, 20)],
            "customer_id": [customer],
            "product_code": ["D1"],
            "product_kind": ["deposit"],
            "amount_fen": [100],
        }
    )


def test_an_earlier_version_stays_as_it_was():
    lake.stage("profiles", profiles(1), replace=True)
    lake.publish(now=NOW)
    lake.stage("profiles", profiles(2), replace=True)
    lake.publish(now=NOW)
    assert rows("SELECT customer_id FROM profiles", 1) == [(1,)]
    assert rows("SELECT customer_id FROM profiles") == [(2,)]
    assert lake.manifest(2).previous == 1


def test_a_connection_keeps_its_version_while_a_new_one_is_published():
    lake.stage("profiles", profiles(1), replace=True)
    lake.publish(now=NOW)
    held = lake.connect()
    lake.stage("profiles", profiles(2), replace=True)
    lake.publish(now=NOW)
    assert held.execute("SELECT customer_id FROM profiles").fetchall() == [(1,)]


def test_an_event_counts_once_however_often_it_comes():
    lake.stage("transactions", events("a", "b", "b"), partition="2026-11")
    assert lake.publish(now=NOW).duplicates == 1
    lake.stage("transactions", events("b", "c", day=21), partition="2026-11")
    lake.stage("transactions", events("c", "d"), partition="2026-10")
    published = lake.publish(now=NOW)
    assert (published.rows, published.duplicates) == (2, 2)
    assert rows("SELECT event_id FROM transactions ORDER BY 1") == [("a",), ("b",), ("c",), ("d",)]


@pytest.mark.parametrize(
    ("dataset", "table", "code"),
    [
        ("people", profiles(1), "lake.unknown_dataset"),
        ("profiles", profiles(1, phone=["13900000000"]), "lake.unknown_column"),
        ("profiles", profiles(1, name=["王小明"]), "lake.unknown_column"),
        ("profiles", pa.table({"customer_id": [1]}), "lake.missing_column"),
        ("profiles", profiles(None), "lake.wrong_type"),
        ("profiles", profiles(1, None), "lake.empty_value"),
        ("profiles", profiles("1"), "lake.wrong_type"),
        ("profiles", profiles(1.5), "lake.wrong_type"),
        ("profiles", profiles(1, sex=["X"]), "lake.wrong_value"),
        ("profiles", profiles(1, risk_level=[6]), "lake.wrong_value"),
        ("profiles", profiles(1, lifecycle=["asleep"]), "lake.wrong_value"),
        ("profiles", profiles(1, birth_date=[NOW]), "lake.wrong_type"),
        ("profiles", profiles(1, 1), "lake.row_twice"),
        ("profiles", profiles(1, city=["杭州 13900000000"]), "lake.looks_personal"),
        ("profiles", profiles(1, occupation=["110101199003077715"]), "lake.looks_personal"),
        ("profiles", profiles(1, city=["6222020000000000000"]), "lake.looks_personal"),
        ("profiles", profiles(1, city=["a@example.com"]), "lake.looks_personal"),
        ("transactions", events("a", kind=["Spend it!"]), "lake.wrong_value"),
        ("transactions", events("a", at=[NOW.replace(tzinfo=None)]), "lake.wrong_type"),
        ("transactions", events("a", source=["guess"]), "lake.wrong_value"),
    ],
)  # fmt: skip
def test_refuses_what_does_not_belong_and_leaves_nothing(dataset: str, table: pa.Table, code: str):
    if code == "lake.wrong_type" and dataset == "profiles" and table.schema.types[0] == pa.null():
        code = "lake.empty_value"
    with pytest.raises(lake.LakeRefused) as refused:
        lake.stage(dataset, table)
    assert refused.value.code == code
    assert lake.publish(now=NOW).version == 0
    assert not list(lake.folder().rglob("*.parquet"))


@pytest.mark.parametrize("partition", ["", "../x", "a/b", "x" * 41, "a b"])
def test_refuses_a_partition_that_is_no_name(partition: str):
    with pytest.raises(lake.LakeRefused):
        lake.stage("profiles", profiles(1), partition=partition)


def test_empty_text_is_missing():
    lake.stage("profiles", profiles(1, 2, city=["", "杭州"]))
    lake.publish(now=NOW)
    assert rows("SELECT count(*) FROM profiles WHERE city IS NULL") == [(1,)]


def test_takes_files_and_streams_too(tmp_path: Path):
    path = tmp_path / "in.parquet"
    pq.write_table(profiles(*range(1, 300_001)), path)
    lake.stage("profiles", path, replace=True)
    lake.publish(now=NOW)
    assert rows("SELECT count(*) FROM profiles") == [(300_000,)]
    lake.stage("profiles", profiles(1, 2).to_reader(max_chunksize=1), replace=True)
    lake.publish(now=NOW)
    assert rows("SELECT count(*) FROM profiles") == [(2,)]


def test_knows_where_rows_come_from_and_how_new_they_are():
    lake.stage("transactions", events("a", day=3), partition="2026-11", source="t.csv")
    lake.publish(now=NOW)
    current = lake.manifest()
    (file,) = current.of("transactions")
    assert (file.source, file.rows, file.published_in, file.first_day) == ("t.csv", 1, 1, "2026-11-03")
    assert current.last_day("transactions") == date(2026, 11, 3)
    assert current.last_day("aum") is None


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY profiles TO '/tmp/stolen.csv'",
        "ATTACH '/tmp/other.duckdb'",
        "INSTALL httpfs",
        "SET threads = 1",
    ],
)
def test_a_reader_can_reach_nothing_but_the_lake(statement: str):
    lake.stage("profiles", profiles(1))
    lake.publish(now=NOW)
    with pytest.raises(duckdb.Error):
        lake.connect().execute(statement)


def test_sessions_are_in_utc():
    assert rows("SELECT current_setting('TimeZone')") == [("UTC",)]
    assert rows("SELECT (TIMESTAMPTZ '2026-11-20 00:30:00+08')::VARCHAR") == [("2026-11-19 16:30:00+00",)]


PUBLISHER = """
import os, signal, sys
from datetime import UTC, datetime
from django.conf import settings
settings.configure(HUIQUN_LAKE=sys.argv[1], HUIQUN_LAKE_MEMORY="1GB")
from huiqun.foundation import lake
from huiqun.foundation.lake import publishing
if sys.argv[2]:
    setattr(publishing, sys.argv[2], lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))
lake.publish(now=datetime(2026, 11, 20, 2, 0, tzinfo=UTC))
"""


def publisher(*, dies_at: str = "") -> subprocess.Popen[bytes]:
    """A publisher in a process of its own, killed with -9 when it comes to a step."""
    return subprocess.Popen([sys.executable, "-c", PUBLISHER, str(lake.folder()), dies_at])


@pytest.mark.parametrize("step", ["_take_in", "write", "_forget"])
def test_a_publisher_killed_midway_leaves_a_whole_version(step: str):
    lake.stage("profiles", profiles(1), replace=True)
    lake.publish(now=NOW)
    lake.stage("profiles", profiles(2, 3), replace=True)
    lake.stage("transactions", events("a"), partition="2026-11")
    assert publisher(dies_at=step).wait() == -signal.SIGKILL
    seen = rows("SELECT customer_id FROM profiles ORDER BY 1"), rows("SELECT event_id FROM transactions")
    assert seen == (([(2,), (3,)], [("a",)]) if step == "_forget" else ([(1,)], []))
    lake.publish(now=NOW)
    assert rows("SELECT customer_id FROM profiles ORDER BY 1") == [(2,), (3,)]
    assert rows("SELECT event_id FROM transactions") == [("a",)]
    assert not list((lake.folder() / "staged").glob("*"))


def test_a_file_whose_ticket_was_never_written_is_not_staged():
    staged = lake.stage("profiles", profiles(1))
    staged.ticket.unlink()
    assert lake.publish(now=NOW).version == 0


def test_two_publishers_take_turns():
    for index in range(6):
        lake.stage("transactions", events(f"e{index}"), partition="2026-11")
    publishers = [publisher() for _ in range(3)]
    assert [each.wait() for each in publishers] == [0, 0, 0]
    assert lake.version() == 1
    assert rows("SELECT count(*), count(DISTINCT event_id) FROM transactions") == [(6, 6)]


def test_sweeping_keeps_what_a_recent_version_needs():
    for customer, day in ((1, 1), (2, 10), (3, 20)):
        lake.stage("profiles", profiles(customer), replace=True)
        lake.publish(now=NOW.replace(day=day))
    assert lake.sweep(now=NOW, keep=timedelta(days=5)) == 1
    assert rows("SELECT customer_id FROM profiles", 2) == [(2,)]
    assert rows("SELECT customer_id FROM profiles") == [(3,)]


def test_takes_the_memory_that_the_settings_allow(settings: Any):
    settings.HUIQUN_LAKE_MEMORY = "300MB"
    ((limit,),) = rows("SELECT current_setting('memory_limit')")
    assert limit == "286.1 MiB"


@pytest.mark.parametrize(
    "ids", [[1, 2, 2], [3, 1, 3], [1, 2, 3, 3], [2, 2]], ids=["at the end", "out of order", "across", "alone"]
)
def test_finds_a_row_that_comes_twice_in_any_order_and_across_batches(ids: list[int]):
    table = profiles(*ids)
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=1))
    with pytest.raises(lake.LakeRefused, match="already in the same file"):
        lake.stage("profiles", reader)


def test_ascending_rows_are_not_looked_at_again(monkeypatch: pytest.MonkeyPatch):
    """The export of all customers stays within a batch's memory."""
    monkeypatch.setattr("huiqun.foundation.lake.staging.bench", lambda: pytest.fail("read again"))
    names = pa.table({"customer_id": [1, 1, 2, 10], "name": ["a", "b", "a", "a"], "value": ["x"] * 4})
    for dataset, table in (("profiles", profiles(1, 2, 9, 10)), ("attributes", names)):
        reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=3))
        assert lake.stage(dataset, reader).rows == 4
