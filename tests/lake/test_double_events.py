"""An event that comes again is left out, whichever day it comes under and wherever its first delivery lies."""

from datetime import date

import numpy as np
import pytest

from huiqun.foundation import lake
from huiqun.foundation.lake import sidecars, thinning

from .test_keeping import NOW, add, events, files, rows


def test_the_same_id_a_month_later_is_left_out_when_it_is_published():
    add("a", "b", day=date(2026, 8, 1))
    lake.stage("transactions", events("b", "c", day=date(2026, 11, 5)), partition="2026-11")
    assert lake.publish(now=NOW).duplicates == 1
    assert files() == [("2026-08", 2), ("2026-11", 1)]


def test_files_without_one_of_the_events_are_not_read(monkeypatch: pytest.MonkeyPatch):
    add("a", day=date(2026, 8, 1))
    add("b", day=date(2026, 9, 1))
    read: list[str] = []
    once = thinning.once

    def seen(connection, staged, known, *, come_twice):
        read.extend(file.partition for file, _keys in known)
        return once(connection, staged, known, come_twice=come_twice)

    monkeypatch.setattr(thinning, "once", seen)
    add("b", "c")
    assert read == ["2026-09"]


def test_keys_that_agree_by_chance_do_not_lose_an_event(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sidecars, "KEY", "1::UBIGINT")
    add("a", day=date(2026, 8, 1))
    add("b")
    assert [row["event_id"] for row in rows()] == ["a", "b"]


def test_both_at_once_in_one_publication_are_one():
    lake.stage("transactions", events("a", day=date(2026, 8, 1)), partition="2026-08")
    lake.stage("transactions", events("a", "a", "b"), partition="2026-11")
    assert lake.publish(now=NOW).duplicates == 2
    assert [row["event_id"] for row in rows()] == ["a", "b"]


def test_keys_that_are_gone_are_made_again():
    add("a", day=date(2026, 8, 1))
    add("b")
    for path in (lake.folder() / "keys").iterdir():
        path.unlink()
    add("a", "c")
    assert [row["event_id"] for row in rows()] == ["a", "b", "c"]


def test_keys_of_files_that_are_gone_are_swept():
    add("a", day=date(2026, 10, 1))
    add("b", day=date(2026, 10, 1))
    add("c")
    lake.compact(now=NOW)
    add("d")
    lake.sweep(now=NOW.replace(year=2027))
    live = {file.sha256 for file in lake.manifest().files}
    assert {path.stem for path in (lake.folder() / "keys").iterdir()} <= live


@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_common_keys_are_found_whatever_the_chunk(chunk: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sidecars, "CHUNK", chunk)
    dice = np.random.default_rng(4)
    for _ in range(50):
        some, others = (np.sort(dice.integers(0, 60, dice.integers(0, 20))).astype(np.uint64) for _ in "ab")
        assert set(sidecars.in_both(some, others).tolist()) == set(some.tolist()) & set(others.tolist())
        assert sidecars.come_twice(some) == (len(set(some.tolist())) < len(some))
