"""A snapshot is who an audience was: stable, immutable, with a tenth that hears nothing."""

import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from django.db import DatabaseError, connection, transaction

from huiqun.audiences import actions, queries
from huiqun.audiences.models import Snapshot
from huiqun.audiences.refusals import NoLakeYet, SnapshotDamaged
from huiqun.foundation import lake
from huiqun.foundation.models import Fact
from huiqun.lib import allocation
from huiqun.lib.refusal import NotFound
from tests.makers.audiences import NOW, make_audience, make_lake, make_snapshot, profile


def _freeze(audience: Any, branch: Any, *, key: str = "campaign:1", by: Any = None, **over: Any) -> int:
    return actions.freeze_snapshot(
        audience_version_id=audience.latest.pk, key=key, branch_id=branch.pk, by=by, now=NOW, **over
    )


def _table(snapshot_id: int) -> pa.Table:
    return pa.Table.from_batches(queries.snapshot_batches(snapshot_id))


def test_writes_ids_arms_and_buckets(north: Any) -> None:
    make_lake(profiles=[profile(each, north) for each in range(1, 2001)])
    snapshot_id = _freeze(make_audience(branch=north), north)
    table = _table(snapshot_id)
    assert table.schema.names == ["customer_id", "arm", "bucket"]
    assert table.column("customer_id").to_pylist() == list(range(1, 2001))
    for row in table.to_pylist()[:200]:
        assert row["bucket"] == allocation.bucket(row["customer_id"], "campaign:1")
        assert row["arm"] == allocation.arm(row["customer_id"], "campaign:1")
    facts = queries.snapshot(snapshot_id)
    assert facts.count == 2000 == facts.treatment + facts.control
    assert facts.control == table.column("arm").to_pylist().count("control")
    assert 150 < facts.control < 250
    assert queries.is_member(snapshot_id=snapshot_id, customer_id=2000)
    assert not queries.is_member(snapshot_id=snapshot_id, customer_id=2001)
    assert Fact.objects.filter(kind="audiences.SnapshotFrozen").get().body["count"] == 2000


def test_the_share_of_the_control_group_is_near_a_tenth_and_alike_everywhere(north: Any) -> None:
    bucket = allocation.bucket_sql("id", "campaign:7")
    with lake.connect() as duck:
        by_duckdb = [row[0] for row in duck.execute(f"SELECT {bucket} FROM range(50000) t(id)").fetchall()]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {bucket} FROM generate_series(0, 49999) t(id) ORDER BY id")
        by_postgres = [row[0] for row in cursor.fetchall()]
    by_python = [allocation.bucket(each, "campaign:7") for each in range(50_000)]
    by_numpy = allocation.buckets(np.arange(50_000, dtype=np.uint32), "campaign:7").tolist()
    assert by_duckdb == by_postgres == by_python == by_numpy
    assert 0.094 < sum(each < 1000 for each in by_python) / 50_000 < 0.106


def test_the_largest_ids_do_not_overflow() -> None:
    ids = np.array([0, 1, 2**31 - 2, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1], dtype=np.uint32)
    for key in map(str, range(200)):
        assert allocation.buckets(ids, key).tolist() == [allocation.bucket(int(each), key) for each in ids]


def test_batches_go_on_from_where_one_stopped(north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the ends of row groups."""
    monkeypatch.setattr(sys.modules["huiqun.audiences.actions.snapshots"], "ROW_GROUP", 300)
    make_lake(profiles=[profile(each, north) for each in range(1, 1001)])
    snapshot_id = _freeze(make_audience(branch=north), north)
    whole = _table(snapshot_id)
    for after in (0, 1, 299, 300, 301, 999, 1000, 5000):
        rest = list(queries.snapshot_batches(snapshot_id, after=after, size=128))
        assert all(0 < batch.num_rows <= 128 for batch in rest)
        found = pa.Table.from_batches(rest, schema=whole.schema)
        assert found.to_pylist() == whole.slice(after).to_pylist()


def test_freezing_again_gives_the_same_snapshot(north: Any) -> None:
    make_lake(profiles=[profile(1, north)])
    audience = make_audience(branch=north)
    assert _freeze(audience, north) == _freeze(audience, north)
    assert Snapshot.objects.count() == 1


def test_a_customer_keeps_the_arm_when_the_data_changes(north: Any) -> None:
    make_lake(profiles=[profile(each, north) for each in range(1, 301)])
    audience = make_audience(branch=north)
    before = {row["customer_id"]: row["arm"] for row in _table(_freeze(audience, north)).to_pylist()}
    make_lake(profiles=[profile(each, north) for each in range(100, 500)])
    after = {row["customer_id"]: row["arm"] for row in _table(_freeze(audience, north)).to_pylist()}
    assert all(before[each] == after[each] for each in range(100, 301))


def test_what_was_frozen_stays_when_the_data_changes(north: Any) -> None:
    make_lake(profiles=[profile(1, north), profile(2, north)])
    snapshot_id = _freeze(make_audience(branch=north), north)
    make_lake(profiles=[profile(3, north)])
    assert _table(snapshot_id).column("customer_id").to_pylist() == [1, 2]


def test_another_campaign_has_another_control_group(north: Any) -> None:
    make_lake(profiles=[profile(each, north) for each in range(1, 1001)])
    audience = make_audience(branch=north)
    one, two = (_table(_freeze(audience, north, key=key)) for key in ("campaign:1", "campaign:2"))
    assert one.column("arm").to_pylist() != two.column("arm").to_pylist()


def test_no_control_group_when_its_share_is_nothing(north: Any) -> None:
    make_lake(profiles=[profile(each, north) for each in range(1, 101)])
    facts = queries.snapshot(_freeze(make_audience(branch=north), north, control_share=0))
    assert (facts.treatment, facts.control) == (100, 0)


def test_only_customers_of_the_branch_and_below(head_office: Any, north: Any, south: Any) -> None:
    make_lake(profiles=[profile(1, head_office), profile(2, north), profile(3, south)])
    audience = make_audience(branch=head_office)
    assert _table(_freeze(audience, north)).column("customer_id").to_pylist() == [2]
    assert _table(_freeze(audience, head_office)).column("customer_id").to_pylist() == [1, 2, 3]


def test_refuses_a_branch_outside_scope(north: Any, south: Any, marketer: Any) -> None:
    make_lake(profiles=[profile(1, south)])
    audience = make_audience(branch=north)
    with pytest.raises(NotFound):
        _freeze(audience, south, by=marketer)
    assert not Snapshot.objects.exists()


def test_refuses_while_there_is_no_data(north: Any) -> None:
    with pytest.raises(NoLakeYet):
        _freeze(make_audience(branch=north), north)
    assert not Snapshot.objects.exists()


def test_an_empty_audience_is_a_snapshot_too(north: Any) -> None:
    make_lake(profiles=[profile(1, north, sex="F")])
    rule = {"field": "profile.sex", "op": "eq", "value": "M"}
    snapshot_id = _freeze(make_audience(branch=north, rule=rule), north)
    assert queries.snapshot(snapshot_id).count == 0
    assert sum(batch.num_rows for batch in queries.snapshot_batches(snapshot_id)) == 0


def test_nothing_is_sent_from_a_file_that_was_changed(north: Any) -> None:
    snapshot = make_snapshot(branch=north)
    path = lake.folder() / snapshot.path
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(SnapshotDamaged):
        next(queries.snapshot_batches(snapshot.pk))


@pytest.mark.parametrize(
    "statement", ["UPDATE audiences_snapshot SET count = 0", "DELETE FROM audiences_snapshot"]
)
def test_snapshots_and_versions_never_change(north: Any, statement: str) -> None:
    make_snapshot(branch=north)
    for sql in (statement, statement.replace("snapshot", "audienceversion").replace("count", "number")):
        with (
            pytest.raises(DatabaseError, match="never changes"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    assert Snapshot.objects.get().count == 2


def test_does_all_or_nothing(north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the last step fails")

    make_lake(profiles=[profile(1, north)])
    audience = make_audience(branch=north)
    monkeypatch.setattr("huiqun.audiences.actions.snapshots.facts.record", fail)
    with pytest.raises(RuntimeError):
        _freeze(audience, north)
    assert not Snapshot.objects.exists()
