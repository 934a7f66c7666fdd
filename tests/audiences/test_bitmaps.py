"""A rule out of the bitmaps of its conditions means what it means as a whole, and a change of one costs one."""

import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from pyroaring import BitMap

from huiqun.audiences import bitmaps, features, queries, rules
from huiqun.audiences.bitmaps import background, samples, store
from huiqun.audiences.bitmaps.asked import Asked
from huiqun.audiences.engine import Scope
from huiqun.audiences.engine.duck import DuckEngine
from huiqun.audiences.ids import array_of, batches_of
from huiqun.audiences.rules.tree import leaves
from huiqun.foundation import lake
from tests.audiences import reference
from tests.audiences.test_compile_rule import LEAVES, PEOPLE, ROWS, TREES, _depth, leaf
from tests.audiences.test_features import add, build, parts, tick
from tests.makers.audiences import NOW, TODAY, event, make_lake, profile, transaction

WOMEN = leaf("profile.sex", "eq", "F")
SPENDING = leaf("transactions.sum", "gt", 5000, days=30)
VIEWED = leaf("app_events.count", "gte", 2, days=30)
SHALLOW = TREES.filter(lambda rule: _depth(rule) <= 8)


def scope(branch_ids: tuple[int, ...] | None = None, **over: Any) -> Scope:
    return Scope(today=TODAY, lake_version=lake.version(), branch_ids=branch_ids, **over)


def ids(rule: Any, within: Scope | None = None) -> set[int]:
    return set(bitmaps.chosen(rules.parse(rule), within or scope()))


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    bitmaps.shelf.clear()
    yield
    bitmaps.shelf.clear()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same rows in two lakes: raw, and with features that were built and followed two deliveries."""
    from django.test import override_settings

    found = {name: tmp_path_factory.mktemp(name) for name in ("raw", "features")}
    with override_settings(HUIQUN_LAKE=str(found["raw"])):
        make_lake(now=NOW, **ROWS)
    with override_settings(HUIQUN_LAKE=str(found["features"])):
        for index, rows in enumerate(parts(ROWS, (0.7, 0.2, 0.1))):
            add(rows)
            build(LEAVES[::2]) if index == 0 else tick()
            for rule in LEAVES:
                bitmaps.chosen(rules.parse(rule), scope())
    return found


@pytest.fixture(params=["raw", "features"])
def filled(folders: dict[str, Path], settings: Any, request: Any) -> int:
    settings.HUIQUN_LAKE = str(folders[request.param])
    if request.param == "features":
        state = features.find(lake_version=lake.version(), today=TODAY)
        assert state is not None and state.overlay
    return lake.version()


@pytest.mark.parametrize("rule", LEAVES, ids=lambda rule: f"{rule['field']} {rule['op']}")
def test_a_condition_is_a_bitmap_of_whom_it_means(filled: int, rule: Any) -> None:
    assert ids(rule) == reference.chosen(rule, ROWS, TODAY)
    assert ids({"not": rule}) == reference.chosen({"not": rule}, ROWS, TODAY)


@budget(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=SHALLOW)
def test_random_trees_mean_what_they_mean_without_bitmaps(filled: int, rule: Any) -> None:
    wanted = reference.chosen(rule, ROWS, TODAY)
    of_two = {row["customer_id"] for row in ROWS["profiles"] if row["branch_id"] == 2}
    assert ids(rule) == wanted
    assert ids(rule, scope((2,))) == wanted & of_two
    assert ids(rule, scope(())) == set()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the engine was asked to work out."""
    found: list[Any] = []
    original = DuckEngine.chosen

    def chosen(self: DuckEngine, node: Any, within: Scope) -> BitMap:
        found.append(node)
        return original(self, node, within)

    monkeypatch.setattr(DuckEngine, "chosen", chosen)
    return found


def some_people() -> None:
    make_lake(
        profiles=[profile(each, 1, sex="F" if each % 2 else "M") for each in range(1, 101)],
        transactions=[
            transaction(f"t{each}", each, "spend", amount_fen=each * 10_000) for each in range(1, 101)
        ],
        app_events=[event(f"e{each}", each % 100 + 1, "view") for each in range(300)],
    )


def test_a_change_of_one_condition_works_out_that_one(asked: list[Any]) -> None:
    some_people()
    ids({"all": [WOMEN, SPENDING, VIEWED]})
    asked.clear()
    changed = leaf("transactions.sum", "gt", 6000, days=30)
    assert ids({"all": [WOMEN, changed, VIEWED]}) == set(range(61, 101, 2))
    assert [node.field.name for node in asked] == ["transactions.sum"]
    asked.clear()
    assert ids({"any": [WOMEN, {"not": changed}, VIEWED]}) == set(range(1, 101))
    assert asked == []


def test_another_process_finds_it_in_files(asked: list[Any]) -> None:
    some_people()
    found = ids({"all": [WOMEN, SPENDING]})
    bitmaps.shelf.clear()
    asked.clear()
    assert ids({"all": [WOMEN, SPENDING]}) == found and asked == []


def test_new_data_of_one_dataset_leaves_the_others_bitmaps(asked: list[Any]) -> None:
    some_people()
    ids({"all": [WOMEN, SPENDING, VIEWED]})
    add({"app_events": [event("late", 7, "view")]})
    asked.clear()
    ids({"all": [WOMEN, SPENDING, VIEWED]})
    assert [node.field.name for node in asked] == ["app_events.count"]


def test_a_new_day_leaves_what_does_not_look_at_the_day(asked: list[Any]) -> None:
    some_people()
    rule = {"all": [WOMEN, SPENDING]}
    ids(rule)
    asked.clear()
    tomorrow = replace(scope(), today=TODAY + timedelta(days=1))
    ids(rule, tomorrow)
    assert [node.field.name for node in asked if node.path != "rule"] == ["transactions.sum"]


def test_a_tick_reads_the_changed_rows_only(asked: list[Any]) -> None:
    """And what was read off the feature file serves every tick of the day."""
    some_people()
    features.build(now=NOW, today=TODAY, features=features.features_of(leaves(rules.parse(SPENDING))))
    before = ids(SPENDING)
    files = {path.name for path in store.folder().rglob("*.roaring")}
    add({"transactions": [transaction("late", 3, "spend", amount_fen=600_000)]})
    tick()
    assert ids(SPENDING) == before | {3}
    assert {path.name for path in store.folder().rglob("*.roaring")} == files
    assert asked == []


def test_a_damaged_file_is_as_good_as_none() -> None:
    some_people()
    found = ids(SPENDING)
    for path in store.folder().rglob("*.roaring"):
        path.write_bytes(path.read_bytes()[:-1] + b"\x00\x01")
    bitmaps.shelf.clear()
    assert ids(SPENDING) == found
    for path in store.folder().rglob("*.roaring"):
        path.write_bytes(b"")
    bitmaps.shelf.clear()
    assert ids(SPENDING) == found


def test_what_is_handed_out_does_not_change_what_is_kept() -> None:
    some_people()
    node = rules.parse(WOMEN)
    mine = bitmaps.chosen(node, scope())
    mine.clear()
    assert len(bitmaps.chosen(node, scope())) == 50


def test_memory_is_bounded() -> None:
    small = store.Shelf(limit=3_000)
    for each in range(50):
        small.put(str(each), BitMap(range(each, 2_000, 7)))
    assert small.bytes <= 3_000 and small.get("0") is None and small.get("49") is not None


def test_files_nobody_asks_for_are_swept() -> None:
    some_people()
    ids(SPENDING)
    assert bitmaps.sweep(now=NOW - timedelta(days=400)) == 0
    assert bitmaps.sweep(now=NOW + timedelta(days=36500)) > 0
    assert not list(store.folder().rglob("*.roaring"))


def test_other_audiences_come_from_side_tables() -> None:
    some_people()
    family = leaf("audience:12", "eq", True)
    sides = {"audience_12": BitMap([1, 2, 3, 99, 400])}
    within = scope(sides=sides)
    assert ids({"all": [WOMEN, family]}, within) == {1, 3, 99}
    assert ids({"not": family}, within) == set(range(1, 101)) - {1, 2, 3, 99}
    assert ids(leaf("audience:12", "eq", False), within) == set(range(1, 101)) - {1, 2, 3, 99}
    by_engine = DuckEngine().chosen(rules.parse({"all": [WOMEN, family]}), within)
    assert set(by_engine) == {1, 3, 99}


def test_ids_go_on_in_batches_from_where_one_stopped() -> None:
    found = BitMap([3, 70_000, 5, 9, 4_294_967_295])
    assert array_of(found).tolist() == [3, 5, 9, 70_000, 4_294_967_295]
    assert [batch.column(0).to_pylist() for batch in batches_of(found, size=2)] == [
        [3, 5],
        [9, 70_000],
        [4_294_967_295],
    ]
    rest = [batch.column(0).to_pylist() for batch in batches_of(found, after=5, size=10)]
    assert rest == [[9, 70_000, 4_294_967_295]]
    assert sum(batch.num_rows for batch in batches_of(BitMap())) == 0


# Counting while somebody writes


def counted(rule: Any, branch_ids: tuple[int, ...] | None = None) -> queries.Counting:
    return queries.counting(rule=rule, branch_ids=branch_ids, today=TODAY)


def test_counting_is_exact_at_once_where_nothing_has_to_be_worked_out(db: None) -> None:
    some_people()
    found = counted({"all": [WOMEN, leaf("profile.city", "is_missing")]})
    assert (found.n, found.low, found.high, found.total, found.exact) == (50, 50, 50, 100, True)
    assert found.margin == 0 and found.pending == 0
    assert [(each.n) for each in found.missing] == [100]


@pytest.mark.parametrize("large", [1, 1_000_000])
def test_an_estimate_comes_first_and_the_exact_number_follows(
    db: None, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    """The engine is held up until the estimate has been seen."""
    monkeypatch.setattr(sys.modules["huiqun.audiences.queries.counting"], "LARGE", large)
    people = range(1, 6001)
    make_lake(
        profiles=[profile(each, 1 if each % 2 else 2) for each in people],
        transactions=[
            transaction(f"t{each}", each, "spend", amount_fen=1) for each in people if each % 3 == 0
        ],
    )
    monkeypatch.setattr(samples, "SHARE", 5_000)
    monkeypatch.setattr(sys.modules["huiqun.audiences.queries.counting"], "PATIENCE", 0.02)
    assert samples.draw() == 2
    hold = background.threading.Event()
    original = DuckEngine.chosen

    def chosen(self: DuckEngine, node: Any, within: Scope) -> BitMap:
        if node.path == "rule" and hasattr(node, "field"):
            assert hold.wait(30)
        return original(self, node, within)

    monkeypatch.setattr(DuckEngine, "chosen", chosen)
    rule = leaf("transactions.count", "gte", 1, days=30)
    try:
        near = counted(rule, (1,))
        again = counted(rule, (1,))
    finally:
        hold.set()
    assert not near.exact and near.pending == 1 and near.total == 3000
    assert near.n is not None and near.low is not None and near.high is not None
    assert near.low < 1000 < near.high and near.low < near.n < near.high and near.margin
    assert (again.n, again.exact) == (near.n, False)
    for _ in range(200):
        exact = counted(rule, (1,))
        if exact.exact:
            break
    assert (exact.n, exact.exact, exact.pending) == (1000, True, 0)


def test_nothing_is_said_where_the_sample_is_too_small(db: None) -> None:
    some_people()
    samples.draw()
    assert samples.estimate(rules.parse(SPENDING), scope(), 100) is None


@pytest.mark.parametrize(("hits", "of"), [(0, 1000), (1000, 1000), (500, 1000), (1, 100_000)])
def test_the_interval_holds_the_share(hits: int, of: int) -> None:
    from scipy.stats import binomtest

    low, high = samples.interval(hits, of)
    wanted = binomtest(hits, of).proportion_ci(0.95, method="wilson")
    assert (low, high) == pytest.approx((wanted.low, wanted.high), abs=1e-6)


def test_samples_follow_the_files_of_the_lake(monkeypatch: pytest.MonkeyPatch) -> None:
    some_people()
    assert samples.draw() == 3
    assert samples.draw() == 0
    add({"app_events": [event("late", 7, "view")]})
    assert samples.draw() == 1
    make_lake(profiles=[profile(1, 1)])
    assert samples.draw() == 1
    drawn = {
        path.relative_to(lake.folder() / "samples").as_posix()
        for path in samples._folder().rglob("*.parquet")
    }
    assert drawn == {file.path.removeprefix("data/") for file in lake.manifest().files}


def test_a_sample_drawn_before_a_column_came_answers_still(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet as pq

    make_lake(profiles=[profile(each, 1, sex="F" if each % 2 else "M") for each in range(1, 4001)])
    monkeypatch.setattr(samples, "SHARE", 5_000)
    samples.draw()
    (drawn,) = (lake.folder() / "samples").rglob("*.parquet")
    pq.write_table(pq.read_table(drawn).drop_columns(["overdue"]), drawn)
    near = samples.estimate(rules.parse(WOMEN), scope(), 4000)
    assert near is not None and near.low < 2000 < near.high
    none = samples.estimate(rules.parse(leaf("profile.overdue", "eq", True)), scope(), 4000)
    assert none is not None and none.n == 0


def test_a_refusal_ends_the_counting(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiqun.audiences.refusals import TooHeavy

    some_people()

    def chosen(self: DuckEngine, node: Any, within: Scope) -> BitMap:
        if hasattr(node, "field"):
            raise TooHeavy()
        return BitMap(range(1, 101))

    monkeypatch.setattr(DuckEngine, "chosen", chosen)
    found = counted(leaf("transactions.count", "gte", 77, days=31))
    assert isinstance(found.refusal, TooHeavy) and found.n is None and not found.exact


def test_a_bug_in_the_background_is_raised_to_who_waits() -> None:
    work = background.begin("a bug", lambda: 1 // 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            work.wait(30)


# What each condition does


def test_the_funnel_tells_what_each_condition_removes(db: None) -> None:
    some_people()
    found = queries.funnel(rule={"all": [WOMEN, SPENDING, {"not": VIEWED}]}, branch_ids=None, today=TODAY)
    assert (found.total, found.n) == (100, 0)
    assert [(step.alone, step.left, step.removed) for step in found.steps] == [
        (50, 50, 50),
        (50, 25, 25),
        (0, 0, 25),
    ]
    assert [(step.missed, step.lost) for step in found.steps] == [(0, 0), (0, 0), (25, 0)]
    assert found.steps[2].path == "rule.all[2].not" and found.steps[0].words


@budget(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=SHALLOW)
def test_the_funnel_of_any_rule_ends_in_its_count(filled: int, db: None, rule: Any) -> None:
    of_one = {row["customer_id"] for row in ROWS["profiles"] if row["branch_id"] == 1}
    found = queries.funnel(rule=rule, branch_ids=(1,), today=TODAY)
    wanted = reference.chosen(rule, ROWS, TODAY) & of_one
    assert (found.n, found.total) == (len(wanted), len(of_one))
    assert found.steps[-1].left == found.n
    assert found.total - sum(step.removed for step in found.steps) == found.n


# Why one customer is in or not


@pytest.mark.parametrize("with_features", [False, True])
def test_why_agrees_with_what_the_rule_means_for_everybody(
    folders: dict[str, Path], settings: Any, db: None, with_features: bool
) -> None:
    settings.HUIQUN_LAKE = str(folders["features" if with_features else "raw"])
    rng = random.Random(5)
    people = {row["customer_id"]: row for row in ROWS["profiles"]}
    for customer_id in rng.sample(range(1, PEOPLE + 1), 12):
        for start in range(0, len(LEAVES), 9):
            some = LEAVES[start : start + 9]
            rule = {"any": [{"not": some[0]}, {"all": some}]}
            found = queries.why(rule=rule, customer_id=customer_id, branch_ids=None, today=TODAY)
            assert found.known and found.in_scope
            assert found.member == reference.holds(rule, people[customer_id], ROWS, TODAY)
            told = [line for line in found.lines if not line.is_group]
            for line, condition in zip(told, [some[0], *some], strict=True):
                assert line.holds == reference.holds(condition, people[customer_id], ROWS, TODAY), line
                value = reference.value_of(condition, people[customer_id], ROWS, TODAY)
                assert line.unknown == (value is None), line


def test_why_says_what_is_asked_and_what_is(db: None) -> None:
    some_people()
    rule = {"all": [WOMEN, {"any": [SPENDING, leaf("profile.age", "gte", 60)]}]}
    found = queries.why(rule=rule, customer_id=7, branch_ids=None, today=TODAY)
    assert [(line.depth, line.is_group, line.holds) for line in found.lines] == [
        (0, True, False),
        (1, False, True),
        (1, True, False),
        (2, False, False),
        (2, False, False),
    ]
    assert not found.member
    spent = found.lines[3]
    assert "5,000" in spent.words and spent.value is not None and "700" in spent.value
    assert found.lines[4].unknown
    masked = queries.why(rule=rule, customer_id=7, branch_ids=None, today=TODAY, with_values=False)
    assert all(line.value is None for line in masked.lines)


def test_why_knows_scope_and_strangers(db: None) -> None:
    make_lake(profiles=[profile(1, 1, sex="F"), profile(2, 2, sex="F")])
    outside = queries.why(rule=WOMEN, customer_id=2, branch_ids=(1,), today=TODAY)
    assert (outside.known, outside.in_scope, outside.member) == (True, False, False)
    nobody = queries.why(rule=WOMEN, customer_id=3, branch_ids=None, today=TODAY)
    assert (nobody.known, nobody.in_scope, nobody.member) == (False, False, False)
    everybody = queries.why(rule={"all": []}, customer_id=2, branch_ids=None, today=TODAY)
    assert everybody.member and len(everybody.lines) == 1


def test_everybody_of_some_branches(db: None) -> None:
    make_lake(profiles=[profile(1, 1), profile(2, 2), profile(3, 3)])
    found = bitmaps.answer([Asked(branch_ids=(1, 3)), Asked(branch_ids=()), Asked()], scope())
    assert [set(each) for each in found] == [{1, 3}, set(), {1, 2, 3}]
