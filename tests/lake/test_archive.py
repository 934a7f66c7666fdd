"""Old months live on other storage: nothing is lost on the way, and what is asked of them comes back."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from huiqun.foundation import lake, reconciling
from huiqun.foundation.lake import archive, archiving, sidecars, storage
from huiqun.foundation.models import Fact

from .test_keeping import NOW, add, events, hold, rows

OLD, OLDER, NEW = date(2023, 5, 5), date(2023, 4, 5), date(2026, 11, 5)
LATER = NOW + timedelta(days=8)


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Path:
    settings.HUIQUN_ARCHIVE = f"file://{tmp_path}/archive"
    settings.HUIQUN_ARCHIVE_DAYS = 730
    settings.HUIQUN_ARCHIVE_CACHE = "1MB"
    (tmp_path / "archive").mkdir()
    return tmp_path / "archive"


def fill() -> list[dict[str, Any]]:
    """Two old months and a new one, compacted."""
    add("a", "b", day=OLDER)
    add("c", "d", day=OLD)
    add("e", day=NEW)
    lake.compact(now=NOW)
    found: list[dict[str, Any]] = rows()
    return found


def archived() -> list[str]:
    return sorted(file.partition for file in lake.manifest().of("transactions") if file.archived)


def stored(place: Path) -> list[Path]:
    return sorted(place.rglob("*.parquet"))


def away() -> None:
    """The files here go with the last version that names them."""
    lake.sweep(now=LATER)
    assert [file.parent.name for file in (lake.folder() / "data").rglob("*.parquet")] == ["2026-11"]


def test_old_closed_months_move_and_every_question_has_the_same_answer(place: Path):
    before = fill()
    assert lake.archive_old(now=NOW) == 2
    assert archived() == ["2023-04", "2023-05"] and len(stored(place)) == 2
    away()
    assert rows() == before


def test_moving_again_moves_nothing(place: Path):
    fill()
    lake.archive_old(now=NOW)
    version, files = lake.version(), stored(place)
    assert lake.archive_old(now=NOW) == 0
    assert (lake.version(), stored(place)) == (version, files)


def test_nothing_moves_where_no_archive_is_named():
    fill()
    assert lake.archive_old(now=NOW) == 0 and archived() == []


def test_what_is_still_to_be_compacted_stays(place: Path):
    add("a", day=OLD)
    add("b", day=OLD)
    assert lake.archive_old(now=NOW) == 0


def test_our_own_touches_stay(place: Path):
    touches = events("t", day=OLD).select(["event_id", "at", "dt", "customer_id", "kind"])
    lake.stage("touches", touches, partition="2023-05")
    lake.publish(now=NOW)
    lake.compact(now=NOW)
    assert lake.archive_old(now=NOW) == 0


def test_the_version_before_can_be_read_until_it_is_swept(place: Path):
    before = fill()
    number = lake.version()
    lake.archive_old(now=NOW)
    shutil.rmtree(place)
    lake.sweep(now=NOW)
    assert rows(version=number) == before


def test_it_works_with_any_storage_of_fsspec(settings: Any):
    settings.HUIQUN_ARCHIVE = "memory://bank/lake"
    before = fill()
    lake.archive_old(now=NOW)
    away()
    assert rows() == before
    assert lake.sweep_archive(now=LATER) == 0
    MemoryFileSystem.store.clear()


def test_newer_days_are_answered_without_the_archive(place: Path):
    fill()
    lake.archive_old(now=NOW)
    away()
    shutil.rmtree(place)
    with lake.connect(reach={"transactions": date(2026, 1, 1)}) as connection:
        assert connection.execute("SELECT event_id FROM transactions").fetchall() == [("e",)]


def test_only_the_months_that_are_asked_for_come_back(place: Path):
    fill()
    lake.archive_old(now=NOW)
    away()
    with lake.connect(reach={"transactions": OLD}) as connection:
        found = connection.execute("SELECT event_id FROM transactions ORDER BY 1").fetchall()
    assert found == [("c",), ("d",), ("e",)]
    assert len(list((lake.folder() / "cache").glob("*.parquet"))) == 1


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_an_archive_that_does_not_answer_is_said(place: Path, how: str):
    fill()
    lake.archive_old(now=NOW)
    away()
    shutil.rmtree(place)
    if how == "empty":
        place.mkdir()
    with pytest.raises(lake.ArchiveSilent if how == "gone" else lake.FileDamaged):
        lake.connect()


def test_a_setting_that_was_taken_away_is_said(place: Path, settings: Any):
    fill()
    lake.archive_old(now=NOW)
    away()
    settings.HUIQUN_ARCHIVE = ""
    with pytest.raises(lake.ArchiveSilent):
        lake.connect()


def test_a_file_that_was_changed_in_the_archive_is_not_taken(place: Path):
    fill()
    lake.archive_old(now=NOW)
    away()
    first = stored(place)[0]
    first.write_bytes(first.read_bytes()[:-1] + b"x")
    with pytest.raises(lake.FileDamaged):
        lake.connect()
    assert not list((lake.folder() / "cache").glob(".*.parquet"))


def test_the_nightly_check_finds_what_is_missing_from_the_archive(place: Path):
    fill()
    lake.archive_old(now=NOW)
    away()
    assert lake.damaged() == ()
    stored(place)[0].unlink()
    assert len(lake.damaged()) == 1


def test_the_nightly_check_goes_on_when_the_archive_does_not_answer(place: Path):
    fill()
    lake.archive_old(now=NOW)
    away()
    shutil.rmtree(place)
    assert lake.damaged() == ()


def size_of(partition: str) -> int:
    return next(file.bytes for file in lake.manifest().of("transactions") if file.partition == partition)


def test_copies_here_never_take_more_than_their_room(place: Path, settings: Any):
    fill()
    lake.archive_old(now=NOW)
    away()
    settings.HUIQUN_ARCHIVE_CACHE = f"{max(size_of('2023-04'), size_of('2023-05')) / 1000}KB"
    with pytest.raises(lake.ArchiveTooLarge):
        lake.connect()
    may, april = (
        [f for f in lake.manifest().files if f.partition == each] for each in ("2023-05", "2023-04")
    )
    lake.bring(may)
    with pytest.raises(lake.ArchiveBusy):
        lake.bring(april)
    long_ago = time.time() - archive.IN_USE - 1
    os.utime(may[0].place, (long_ago, long_ago))
    lake.bring(april)
    assert april[0].place.exists() and not may[0].place.exists()


def test_a_copy_that_is_asked_for_again_is_not_the_next_to_go(place: Path, settings: Any):
    fill()
    add("f", "g", day=date(2023, 6, 5))
    lake.compact(now=NOW)
    lake.archive_old(now=NOW)
    away()
    april, may, june = sorted(
        (f for f in lake.manifest().of("transactions") if f.archived), key=lambda file: file.partition
    )
    settings.HUIQUN_ARCHIVE_CACHE = f"{(april.bytes + may.bytes + june.bytes) * 0.9 / 1000}KB"
    lake.bring([april])
    lake.bring([may])
    for file, ago in ((april, 3000), (may, 2000)):
        os.utime(file.place, (time.time() - ago,) * 2)
    lake.bring([april])
    lake.bring([june])
    assert (april.place.exists(), may.place.exists()) == (True, False)


def test_an_event_of_an_archived_month_that_comes_again_is_left_out_without_fetching(place: Path):
    before = fill()
    lake.archive_old(now=NOW)
    away()
    hidden = place.rename(place.with_name("unmounted"))
    again = lake.stage("transactions", events("a", "z", day=NEW), partition="2026-11")
    assert lake.publish(now=NOW).duplicates == 1 and again.rows == 2
    hidden.rename(place)
    assert [row["event_id"] for row in rows()] == [*(row["event_id"] for row in before), "z"]


def test_late_events_are_folded_into_their_archived_month(place: Path):
    fill()
    lake.archive_old(now=NOW)
    away()
    add("late", day=OLD)
    lake.compact(now=NOW)
    assert archived() == ["2023-04"]
    assert lake.archive_old(now=NOW) == 1 and archived() == ["2023-04", "2023-05"]
    assert len(rows()) == 6


def test_what_no_version_names_any_more_leaves_the_archive(place: Path):
    fill()
    lake.archive_old(now=NOW)
    add("late", day=OLD)
    lake.compact(now=LATER)
    (place / "theirs.parquet").write_text("somebody else's")
    assert lake.sweep_archive(now=LATER) == 0, "the version before compaction may still be read"
    assert lake.sweep_archive(now=LATER + timedelta(days=8)) == 1
    assert (place / "theirs.parquet").exists() and len(stored(place)) == 2


def test_who_is_erased_is_erased_from_the_archive_too(place: Path):
    fill()
    hold(1)
    lake.archive_old(now=NOW)
    lake.sweep(now=LATER)
    gone = sorted({row["customer_id"] for row in rows() if row["event_id"] in "ab"})
    untouched = [each for each in stored(place) if not set(gone) & set(_customers(each))]
    lake.erase(gone, now=NOW)
    assert not {row["customer_id"] for row in rows()} & set(gone)
    for path in (*stored(place), *lake.folder().rglob("*.parquet")):
        assert not set(_customers(path)) & set(gone)
    assert set(untouched) <= set(stored(place))


def _customers(path: Path) -> list[int]:
    found: list[int] = pq.read_table(path, columns=["customer_id"])["customer_id"].to_pylist()
    return found


def test_erasing_waits_for_an_archive_that_holds_the_person(place: Path):
    fill()
    lake.archive_old(now=NOW)
    away()
    (who,) = {row["customer_id"] for row in rows() if row["event_id"] == "a"}
    shutil.rmtree(lake.folder() / "cache")
    hidden = place.rename(place.with_name("unmounted"))
    with pytest.raises(lake.ArchiveSilent):
        lake.erase([who], now=NOW)
    hidden.rename(place)
    lake.erase([who], now=NOW)
    assert who not in {row["customer_id"] for row in rows()}


def test_moving_is_a_fact(place: Path, db: None):
    fill()
    assert reconciling.archive_old(now=NOW) == 2
    assert Fact.objects.get(kind="foundation.LakeArchived").body["files"] == 2


MOVER = """
import os, signal, sys
from datetime import UTC, datetime
from django.conf import settings
settings.configure(HUIQUN_LAKE=sys.argv[1], HUIQUN_LAKE_MEMORY="1GB", HUIQUN_ARCHIVE=sys.argv[2])
from huiqun.foundation import lake
from huiqun.foundation.lake import archive, archiving, manifest, sidecars, storage
module, step = sys.argv[3].split(".", 1)
target = globals()[module]
*parents, step = step.split(".")
for each in parents:
    target = getattr(target, each)
real = getattr(target, step)
def dying(*args, **kwargs):
    if sys.argv[4] == "after":
        real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(target, step, dying)
now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
lake.archive_old(now=now)
lake.sweep(now=now.replace(month=12))
lake.connect()
"""
STEPS = (
    "sidecars.keys_of",
    "sidecars.remember_customers",
    "storage.Storage.put",
    "storage.Storage.digest",
    "archiving.write",
    "archive._make_room",
    "storage.Storage.get",
    "archive.rename",
)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_whoever_is_killed_between_two_steps_loses_nothing(place: Path, step: str, when: str):
    before = fill()
    lake_of, url = str(lake.folder()), f"file://{place}"
    process = subprocess.run([sys.executable, "-c", MOVER, lake_of, url, step, when], check=False)
    assert process.returncode == -signal.SIGKILL
    assert rows() == before
    lake.archive_old(now=NOW)
    away()
    assert rows() == before and archived() == ["2023-04", "2023-05"]
    assert lake.damaged() == () and lake.sweep_archive(now=LATER) == 0
    assert not list((lake.folder() / "cache").glob(".*.parquet"))


def test_half_a_file_in_the_archive_is_written_again(place: Path, monkeypatch: pytest.MonkeyPatch):
    before = fill()
    for file in lake.manifest().of("transactions"):
        name = f"{file.dataset}/{file.partition}-{file.sha256}.parquet"
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(file.place.read_bytes()[:100])
    lake.archive_old(now=NOW)
    away()
    assert rows() == before


def test_a_storage_that_changes_what_it_is_given_is_not_trusted(place: Path, monkeypatch: pytest.MonkeyPatch):
    fill()

    def bad(self: storage.Storage, source: Path, name: str) -> None:
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(b"something else")

    monkeypatch.setattr(storage.Storage, "put", bad)
    with pytest.raises(lake.FileDamaged):
        lake.archive_old(now=NOW)
    assert archived() == []


def test_somebody_who_changes_a_file_meanwhile_is_not_overwritten(
    place: Path, monkeypatch: pytest.MonkeyPatch
):
    fill()
    note = archiving._note

    def late(*args: Any) -> int:
        lake.erase([row["customer_id"] for row in rows() if row["event_id"] in "ab"], now=NOW)
        return note(*args)

    monkeypatch.setattr(archiving, "_note", late)
    lake.archive_old(now=NOW)
    assert not {"a", "b"} & {row["event_id"] for row in rows()}


def test_keys_are_the_same_in_every_release_because_they_are_kept():
    add("a")
    (file,) = lake.manifest().of("transactions")
    assert sidecars.keys_of(file).tolist() == [7000413967451013937]
