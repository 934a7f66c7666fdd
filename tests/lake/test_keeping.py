"""The lake is kept small, sorted and lawful: compaction, retention, erasure; and what can go wrong meanwhile."""

import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huiqun.foundation import lake
from huiqun.foundation.lake import compacting, publishing, retention, writing

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
KINDS = ("buy", "spend", "redeem")


def events(*ids: str, day: date = date(2026, 11, 5), seed: int = 0) -> pa.Table:
    dice = random.Random(f"{seed}{ids}")
    return pa.Table.from_pylist(
        [
            {
                "event_id": each,
                "at": datetime(day.year, day.month, day.day, dice.randrange(15), tzinfo=UTC),
                "dt": day,
                "customer_id": dice.randrange(1, 9),
                "kind": dice.choice(KINDS),
                "product_kind": dice.choice([None, "fund", "wealth"]),
                "source": "delivered",
            }
            for each in ids
        ],
        schema=lake.DATASETS["transactions"].schema,
    )


def add(*ids: str, day: date = date(2026, 11, 5), source: str = "") -> None:
    lake.stage("transactions", events(*ids, day=day), partition=f"{day:%Y-%m}", source=source)
    lake.publish(now=NOW)


def rows(query: str = "SELECT * FROM transactions ORDER BY event_id", version: int | None = None) -> Any:
    result = lake.connect(version).execute(query.replace(" * ", ' * REPLACE ("at"::VARCHAR AS "at") '))
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def files(dataset: str = "transactions") -> list[tuple[str, int]]:
    return sorted((file.partition, file.rows) for file in lake.manifest().of(dataset))


OCTOBER = date(2026, 10, 5)


def test_a_closed_month_becomes_one_sorted_file_with_the_same_rows():
    for index in range(4):
        add(f"o{index}", f"p{index}", day=OCTOBER, source=f"{index}.csv")
    before = rows()
    assert lake.compact(now=NOW) == 4
    assert rows() == before and files() == [("2026-10", 8)]
    (file,) = lake.manifest().of("transactions")
    assert dict(file.sources) == {f"{index}.csv": 2 for index in range(4)}
    order = [(row["kind"], row["product_kind"] or "~", row["customer_id"]) for row in _stored(file)]
    assert order == sorted(order)
    assert (file.first_day, file.last_day) == ("2026-10-05", "2026-10-05")


def _stored(file: lake.LakeFile) -> list[dict[str, Any]]:
    return pq.read_table(file.place).to_pylist()


def test_compacting_twice_changes_nothing():
    add("a", day=OCTOBER)
    add("b", day=OCTOBER)
    lake.compact(now=NOW)
    version = lake.version()
    assert lake.compact(now=NOW) == 0 and lake.version() == version


def test_small_files_of_the_running_month_are_folded_and_large_ones_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(compacting, "SMALL", 3)
    add("a", "b", "c")
    add("d")
    add("e")
    lake.compact(now=NOW)
    assert files() == [("2026-11", 2), ("2026-11", 3)]


def test_an_event_under_two_days_far_apart_is_one_again_when_its_month_is_closed():
    add("a", day=date(2026, 10, 1))
    add("a", day=date(2026, 10, 20))
    lake.compact(now=NOW)
    assert files() == [("2026-10", 1)]


def test_the_version_before_compaction_can_still_be_read():
    add("a", day=OCTOBER)
    add("b", day=OCTOBER)
    number, before = lake.version(), rows()
    lake.compact(now=NOW)
    assert rows(version=number) == before


def test_what_is_published_while_files_are_compacted_is_kept(monkeypatch: pytest.MonkeyPatch):
    add("a", day=OCTOBER)
    add("b", day=OCTOBER)
    swap = compacting.swap

    def late(*args: Any, **kwargs: Any) -> Any:
        add("c", day=OCTOBER)
        return swap(*args, **kwargs)

    monkeypatch.setattr(compacting, "swap", late)
    lake.compact(now=NOW)
    assert [row["event_id"] for row in rows()] == ["a", "b", "c"]


def test_compaction_gives_way_to_whoever_changed_its_files_meanwhile(monkeypatch: pytest.MonkeyPatch):
    add("a", day=OCTOBER)
    add("b", day=OCTOBER)
    swap = compacting.swap

    def late(*args: Any, **kwargs: Any) -> Any:
        lake.stage("transactions", events("z", day=OCTOBER), partition="2026-10", replace=True)
        lake.publish(now=NOW)
        return swap(*args, **kwargs)

    monkeypatch.setattr(compacting, "swap", late)
    assert lake.compact(now=NOW) == 0
    assert [row["event_id"] for row in rows()] == ["z"]
    assert not list((lake.folder() / "drafts").iterdir())


def test_days_past_their_time_go_and_only_their_files_are_touched(monkeypatch: pytest.MonkeyPatch):
    catalogue = replace(lake.CATALOGUE, retention={"transactions": 10})
    monkeypatch.setattr(retention, "CATALOGUE", catalogue)
    add("old", day=OCTOBER)
    add("first", "x", day=date(2026, 11, 9))
    add("kept", day=date(2026, 11, 10))
    lake.stage("transactions", events("y", day=date(2026, 11, 12)), partition="2026-11")
    lake.stage("transactions", events("z", day=date(2026, 11, 8)), partition="2026-11")
    lake.publish(now=NOW)
    untouched = {
        file.path for file in lake.manifest().of("transactions") if (file.first_day or "") > "2026-11-09"
    }
    assert lake.retire(now=NOW) == 3
    assert sorted(row["event_id"] for row in rows()) == ["kept", "y"]
    assert untouched == {file.path for file in lake.manifest().of("transactions")}
    assert lake.retire(now=NOW) == 0


def test_a_file_that_straddles_loses_its_old_days_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retention, "CATALOGUE", replace(lake.CATALOGUE, retention={"transactions": 10}))
    both = pa.concat_tables([events("old", day=OCTOBER), events("new")])
    lake.stage("transactions", both, partition="2026-11")
    lake.publish(now=NOW.replace(day=12))
    assert lake.retire(now=NOW.replace(day=12)) == 1
    assert [row["event_id"] for row in rows()] == ["new"]


def holdings(*customers: int, day: int = 20) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "dt": date(2026, 11, day),
                "customer_id": each,
                "product_code": "D1",
                "product_kind": "deposit",
                "amount_fen": 1,
            }
            for each in customers
        ],
        schema=lake.DATASETS["holdings"].schema,
    )


def hold(*customers: int, day: int = 20) -> None:
    lake.stage("holdings", holdings(*customers, day=day), partition=f"2026-11-{day}", replace=True)
    lake.publish(now=NOW)


def test_erasing_rewrites_only_the_files_that_hold_the_customer():
    hold(1, 2, day=19)
    hold(1, 3, day=20)
    lake.stage("profiles", pa.table({"customer_id": [1, 2, 3], "branch_id": [1, 1, 1]}), replace=True)
    lake.publish(now=NOW)
    kept = next(file.path for file in lake.manifest().of("holdings") if file.partition == "2026-11-20")
    assert lake.erase([2], now=NOW) == 2
    assert rows("SELECT customer_id FROM holdings ORDER BY 1") == [
        {"customer_id": each} for each in (1, 1, 3)
    ]
    assert rows("SELECT customer_id FROM profiles ORDER BY 1") == [{"customer_id": 1}, {"customer_id": 3}]
    assert kept in {file.path for file in lake.manifest().files}


def test_nothing_of_an_erased_customer_is_left_in_any_file_of_any_version():
    for day in (18, 19):
        hold(1, 2, day=day)
    hold(1, 2, day=19)
    old = lake.version()
    lake.erase([2], now=NOW)
    for path in (lake.folder() / "data").rglob("*.parquet"):
        assert 2 not in pq.read_table(path, columns=["customer_id"])["customer_id"].to_pylist()
    with pytest.raises(lake.VersionGone):
        lake.connect(old - 1)


def test_who_was_erased_does_not_come_in_again():
    hold(1, 2)
    lake.stage("transactions", events("a", "b", "c", "d"), partition="2026-11")
    lake.erase([2, 3, 4, 5, 6, 7, 8], now=NOW)
    lake.publish(now=NOW)
    hold(1, 2, 3, day=21)
    assert {row["customer_id"] for row in rows("SELECT customer_id FROM holdings")} == {1}
    assert {row["customer_id"] for row in rows()} <= {1}


def test_erasing_somebody_of_whom_nothing_is_held_makes_no_version():
    hold(1)
    assert lake.erase([99], now=NOW) == 0 and lake.version() == 1
    assert lake.erased_ids() == [99]


def test_columns_that_came_into_the_catalogue_later_are_unknown_in_older_files(
    monkeypatch: pytest.MonkeyPatch,
):
    hold(1)
    shape = lake.DATASETS["holdings"]
    wider = replace(shape, columns=(*shape.columns, lake.Column(name="currency", type=pa.string())))
    monkeypatch.setitem(lake.DATASETS, "holdings", wider)  # type: ignore[arg-type]
    add("a")
    assert rows("SELECT customer_id, currency FROM holdings") == [{"customer_id": 1, "currency": None}]
    newer = holdings(2, day=21).drop_columns("currency").append_column("currency", pa.array(["CNY"]))
    lake.stage("holdings", newer, partition="2026-11-21", replace=True)
    lake.publish(now=NOW)
    assert rows("SELECT customer_id, currency FROM holdings ORDER BY 1") == [
        {"customer_id": 1, "currency": None},
        {"customer_id": 2, "currency": "CNY"},
    ]


def test_a_damaged_staged_file_is_set_aside_and_the_others_are_taken_in():
    bad = lake.stage("transactions", events("a"), partition="2026-11")
    lake.stage("transactions", events("b"), partition="2026-11")
    bad.path.write_bytes(b"PAR1 not any more")
    assert lake.publish(now=NOW).damaged == (bad.id,)
    assert [row["event_id"] for row in rows()] == ["b"]
    assert len(list((lake.folder() / "damaged").iterdir())) == 2
    assert lake.publish(now=NOW).damaged == ()


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_damaged_file_of_the_lake_is_found_and_never_copied_on(how: str):
    add("a", day=OCTOBER)
    add("b", day=OCTOBER)
    file = lake.manifest().of("transactions")[0]
    assert lake.damaged() == ()
    if how == "gone":
        file.place.unlink()
    else:
        os.truncate(file.place, file.bytes - 1)
    assert lake.damaged() == (file.path,)
    version = lake.version()
    with pytest.raises(lake.FileDamaged):
        lake.compact(now=NOW)
    assert lake.version() == version


@pytest.mark.parametrize("step", ["stage", "publish", "compact", "erase"])
def test_a_full_disk_is_refused_and_changes_nothing(step: str, monkeypatch: pytest.MonkeyPatch):
    add("a", day=OCTOBER)
    add("b", day=OCTOBER)
    if step == "publish":
        lake.stage("transactions", events("c"), partition="2026-11")
    before, version = rows(), lake.version()
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", _full)
        with pytest.raises(lake.LakeFull):
            {
                "stage": lambda: lake.stage("transactions", events("c"), partition="2026-11"),
                "publish": lambda: lake.publish(now=NOW),
                "compact": lambda: lake.compact(now=NOW),
                "erase": lambda: lake.erase(range(1, 9), now=NOW),
            }[step]()
    assert lake.version() == version and rows() == before
    lake.publish(now=NOW)
    assert len(rows()) == (3 if step == "publish" else 2)
    assert not [path for path in lake.folder().rglob("*.parquet") if path.name.startswith(".")]


def _full(*args: Any) -> None:
    raise OSError(28, "No space left on device")


def test_duckdb_without_room_is_the_same_refusal(monkeypatch: pytest.MonkeyPatch):
    def full(*args: Any, **kwargs: Any) -> None:
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")

    lake.stage("transactions", events("c"), partition="2026-11")
    monkeypatch.setattr(publishing, "thin_out", full)
    with pytest.raises(lake.LakeFull):
        lake.publish(now=NOW)


KEEPER = """
import os, signal, sys
from datetime import UTC, datetime
from django.conf import settings
settings.configure(HUIQUN_LAKE=sys.argv[1], HUIQUN_LAKE_MEMORY="1GB")
from huiqun.foundation import lake
from huiqun.foundation.lake import erasing, writing
module, step = sys.argv[3].split(".")
setattr(globals()[module], step, lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))
now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
lake.compact(now=now) if sys.argv[2] == "compact" else lake.erase([1, 2, 3, 4], now=now)
"""


def killed(task: str, step: str) -> None:
    process = subprocess.run([sys.executable, "-c", KEEPER, str(lake.folder()), task, step], check=False)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", ["writing._described", "writing.rename", "writing.write"])
def test_compaction_killed_midway_leaves_all_as_it_was(step: str):
    add("a", "b", day=OCTOBER)
    add("c", day=OCTOBER)
    before, version = rows(), lake.version()
    killed("compact", step)
    assert (rows(), lake.version()) == (before, version)
    lake.compact(now=NOW)
    assert rows() == before and files() == [("2026-10", 3)]
    lake.sweep(now=NOW.replace(year=2027))
    assert not list((lake.folder() / "drafts").iterdir())


@pytest.mark.parametrize("step", ["writing.rename", "writing.write", "erasing._delete_earlier"])
def test_an_erasure_killed_midway_is_finished_by_the_next(step: str):
    add("a", "b", "c", "d", day=OCTOBER)
    hold(1, 2, 9)
    killed("erase", step)
    lake.erase([1, 2, 3, 4], now=NOW)
    assert rows("SELECT customer_id FROM holdings") == [{"customer_id": 9}]
    for path in (lake.folder() / "data").rglob("*.parquet"):
        assert not {1, 2, 3, 4} & set(pq.read_table(path)["customer_id"].to_pylist())


def test_a_rewrite_that_fails_leaves_no_draft(tmp_path: Path):
    add("a", day=OCTOBER)
    with pytest.raises(duckdb.Error):
        writing.rewrite(lake.manifest().of("transactions"), where="nonsense")
    assert not list((lake.folder() / "drafts").iterdir())
