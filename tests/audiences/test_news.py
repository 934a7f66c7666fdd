"""A compaction brings the features nothing: they are not worked out again, whatever came with it."""

from typing import Any

import pyarrow as pa
import pytest

from huiqun.audiences import features
from huiqun.foundation import lake
from tests.audiences.test_features import add, build, from_the_lake, ids, tick
from tests.makers.audiences import NOW, TODAY, profile, transaction

pytestmark = pytest.mark.django_db
RULE = {"field": "transactions.count", "with": {"days": 90}, "op": "gte", "value": 2}


def spend(customer_id: int, event_id: str, ago: int = 30) -> dict[str, Any]:
    return transaction(event_id, customer_id, "spend", days_ago=ago)


@pytest.fixture
def state() -> features.State:
    add({"profiles": [profile(1, 1), profile(2, 1), profile(3, 1)]})
    for name in ("a", "b"):
        add({"transactions": [spend(1, name)]})
    return build([RULE])


def check(state: features.State, chosen: list[int]) -> None:
    """Folded in, not built anew, and right."""
    ticked = tick()
    assert ticked.base == state.base and ticked.lake_version == lake.version()
    assert list(ids(RULE)) == list(from_the_lake(RULE, lake.version())) == chosen


def test_a_compacted_file_holds_nothing_new(state: features.State):
    assert lake.compact(now=NOW) == 2
    check(state, [1])


def test_events_that_came_and_were_folded_before_anybody_looked_are_new(state: features.State):
    add({"transactions": [spend(2, "c"), spend(2, "d")]})
    assert lake.compact(now=NOW) == 3
    check(state, [1, 2])


def test_events_that_came_after_a_compaction_are_new(state: features.State):
    lake.compact(now=NOW)
    add({"transactions": [spend(2, "c"), spend(2, "d")]})
    check(state, [1, 2])


def test_two_compactions_with_events_between_them(state: features.State):
    lake.compact(now=NOW)
    add({"transactions": [spend(2, "c")]})
    lake.compact(now=NOW)
    add({"transactions": [spend(2, "d")]})
    lake.compact(now=NOW)
    check(state, [1, 2])


def test_whoever_was_erased_takes_the_features_along(state: features.State):
    add({"transactions": [spend(3, "x"), spend(3, "y")]})
    lake.erase([1], now=NOW)
    lake.compact(now=NOW)
    assert features.tick(now=NOW, today=TODAY) is None


def test_traces_that_were_swept_are_not_guessed_at(state: features.State):
    add({"transactions": [spend(2, "c"), spend(2, "d")]})
    lake.compact(now=NOW)
    (lake.folder() / "manifests" / f"{lake.version() - 1:09d}.json").unlink()
    assert features.tick(now=NOW, today=TODAY) is None


def test_a_file_that_was_archived_is_the_same_file(state: features.State, settings: Any, tmp_path: Any):
    settings.HUIQUN_ARCHIVE, settings.HUIQUN_ARCHIVE_DAYS = f"file://{tmp_path}", 100
    rows = pa.Table.from_pylist([spend(3, "old", 300)], schema=lake.DATASETS["transactions"].schema)
    lake.stage("transactions", rows, partition="2026-01")
    lake.publish(now=NOW)
    lake.compact(now=NOW)
    state = build([RULE])
    assert lake.archive_old(now=NOW) == 1
    check(state, [1])
