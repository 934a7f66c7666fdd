"""Features give the same people as the lake itself: when they are built, and when new events are folded in."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from pyroaring import BitMap

from huiqun.audiences import features, rules
from huiqun.audiences.engine import Scope, engine
from huiqun.audiences.features import building, reading, refreshing, states
from huiqun.audiences.refusals import TooHeavy
from huiqun.audiences.rules.tree import leaves
from huiqun.foundation import lake
from tests.audiences.reference import chosen
from tests.audiences.test_compile_rule import LEAVES, ROWS, TREES, _depth
from tests.makers.audiences import NOW, TODAY, event, make_lake, profile, transaction

EVENTS = ("transactions", "app_events")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def parts(rows: Rows, shares: Sequence[float]) -> list[dict[str, list[Any]]]:
    """``rows`` with events dealt out among several deliveries; everything else comes with the first."""
    rng = random.Random(3)
    dealt: list[dict[str, list[Any]]] = [{name: [] for name in EVENTS} for _ in shares]
    for name in EVENTS:
        for row in rows[name]:
            dealt[rng.choices(range(len(shares)), shares)[0]][name].append(row)
    dealt[0] |= {name: list(each) for name, each in rows.items() if name not in EVENTS}
    return dealt


def add(rows: Rows) -> int:
    for dataset, each in rows.items():
        if each:
            table = pa.Table.from_pylist([dict(row) for row in each], schema=lake.DATASETS[dataset].schema)
            lake.stage(dataset, table)
    return lake.publish(now=NOW).version


def wanted(some: Sequence[Any] = LEAVES) -> list[features.Feature]:
    return features.features_of(leaf for rule in some for leaf in leaves(rules.parse(rule)))


def build(some: Sequence[Any] = LEAVES) -> states.State:
    return features.build(now=NOW, today=TODAY, features=wanted(some))


def tick() -> states.State:
    state = features.tick(now=NOW, today=TODAY)
    assert state is not None
    return state


def ids(rule: Any, version: int | None = None, branch_ids: tuple[int, ...] | None = None) -> BitMap:
    scope = Scope(today=TODAY, lake_version=version or lake.version(), branch_ids=branch_ids)
    return engine().chosen(rules.parse(rule), scope)


def from_the_lake(rule: Any, version: int) -> BitMap:
    query = rules.compile_rule(rules.parse(rule), today=TODAY, branch_ids=None)
    with lake.connect(version) as connection:
        return BitMap(row[0] for row in connection.execute(rules.sql_text(query)).fetchall())


def table(state: states.State) -> list[Any]:
    """Every row as rules read it: no row of a count is a count of none."""
    kept = [(each.column, features.Feature.kept(each.key, each.field, each.arguments)) for each in state.kept]
    absent = {column: feature.field.absent for column, feature in kept if feature}
    with lake.connect(state.lake_version) as connection:
        query = f"SELECT * FROM {features.attach(connection, state)} ORDER BY customer_id"
        rows = connection.sql(query).to_arrow_table().to_pylist()
    return [
        {name: absent.get(name) if value is None else value for name, value in row.items()} for row in rows
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A lake to which events came three times: features were built after the first and followed the others."""
    from django.test import override_settings

    path = tmp_path_factory.mktemp("lake")
    with override_settings(HUIQUN_LAKE=str(path)):
        for index, rows in enumerate(parts(ROWS, (0.7, 0.2, 0.1))):
            add(rows)
            build() if index == 0 else tick()
        yield path


@pytest.fixture
def followed(folder: Path, settings: Any) -> int:
    settings.HUIQUN_LAKE = str(folder)
    return lake.version()


@pytest.mark.parametrize("rule", LEAVES, ids=lambda rule: f"{rule['field']} {rule['op']}")
def test_a_condition_on_features_means_what_it_means_on_the_lake(followed: int, rule: Any) -> None:
    assert set(ids(rule)) == chosen(rule, ROWS, TODAY)


@pytest.mark.parametrize("version", [1, 2])
def test_features_of_an_earlier_version_are_still_there(followed: int, version: int) -> None:
    for rule in LEAVES[::4]:
        assert ids(rule, version) == from_the_lake(rule, version)


@budget(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=TREES.filter(lambda rule: _depth(rule) <= 8))
def test_random_trees_mean_the_same_on_features_and_on_the_lake(followed: int, rule: Any) -> None:
    found = ids(rule)
    assert set(found) == chosen(rule, ROWS, TODAY)
    assert found == from_the_lake(rule, followed)
    assert ids(rule, branch_ids=(2,)) == found & ids(leaf_of_branch(2))


def leaf_of_branch(number: int) -> Any:
    return {"field": "profile.branch", "op": "eq", "value": number}


def test_what_was_folded_in_is_what_would_have_been_built(followed: int) -> None:
    ticked = features.find(lake_version=followed, today=TODAY)
    assert ticked is not None and ticked.base_version == 1 and ticked.overlay_rows
    before = table(ticked)
    try:
        built = build()
        assert built.base_version == followed and not built.overlay
        assert table(built) == before
        assert len(before) == len(ROWS["profiles"])
    finally:
        states.keep(ticked)


def test_features_are_used_where_there_are_some(followed: int) -> None:
    scope = Scope(today=TODAY, lake_version=followed)
    known = {"field": "transactions.sum", "op": "gt", "value": 5000, "with": {"days": 30, "kind": ["spend"]}}
    other = {"field": "transactions.sum", "op": "gt", "value": 5000, "with": {"days": 31, "kind": ["spend"]}}
    assert '"transactions"' not in engine().sql(rules.parse(known), scope)
    assert 'FROM "features_' in engine().sql(rules.parse(known), scope)
    both = engine().sql(rules.parse({"all": [known, other]}), scope)
    assert 'FROM "transactions"' in both and 'FROM "features_' in both
    tomorrow = Scope(today=TODAY + timedelta(days=1), lake_version=followed)
    assert 'FROM "transactions"' in engine().sql(rules.parse(known), tomorrow)


def test_as_many_are_unknown_on_features_as_on_the_lake(followed: int) -> None:
    rule = rules.parse({"all": [{"field": "aum.now", "op": "gt", "value": 0}, LEAVES[0]]})
    on_features = engine().unknown(rule, Scope(today=TODAY, lake_version=followed))
    with lake.connect(followed) as connection:
        query = rules.compile_missing(rule, today=TODAY, branch_ids=None)
        assert query is not None
        assert [tuple(on_features)] == connection.execute(rules.sql_text(query)).fetchall()


def small_lake() -> int:
    return make_lake(
        profiles=[profile(each, 1) for each in (1, 2, 3)],
        transactions=[transaction("t1", 1, "spend", amount_fen=100), transaction("t2", 2, "plan_paused")],
        app_events=[event("e1", 1, "view", topic="fund")],
    )


COUNT = {"field": "transactions.count", "op": "gte", "value": 2, "with": {"days": 30}}
PAUSED = {
    "field": "sequence.not_since",
    "op": "eq",
    "value": True,
    "with": {"days": 30, "did": "transactions.plan_paused", "not": "transactions.plan_started"},
}


def test_only_customers_with_news_are_worked_out_again() -> None:
    small_lake()
    build([COUNT, PAUSED])
    add({"transactions": [transaction("t3", 2, "plan_started", days_ago=0), transaction("t4", 9, "spend")]})
    state = tick()
    assert state.overlay_rows == 1
    assert list(ids(COUNT)) == [2] and not ids(PAUSED)
    add({"transactions": [transaction("t5", 1, "spend"), transaction("t6", 3, "plan_paused")]})
    assert tick().overlay_rows == 3
    assert list(ids(COUNT)) == [1, 2] and list(ids(PAUSED)) == [3]


def test_events_that_no_feature_looks_at_change_no_row() -> None:
    small_lake()
    build([COUNT])
    add(
        {"app_events": [event("e2", 1, "view")], "transactions": [transaction("old", 1, "buy", days_ago=200)]}
    )
    state = tick()
    assert state.lake_version == 2 and not state.overlay


@pytest.mark.parametrize(
    "change",
    [
        {"profiles": [profile(each, 1) for each in (1, 2, 3, 4)]},
        {"aum": [{"dt": TODAY, "customer_id": 1, "aum_fen": 100}]},
        {"transactions": [transaction("t9", 3, "spend")]},
    ],
    ids=["profiles", "assets", "events replaced"],
)
def test_what_is_more_than_new_events_is_built(change: Any) -> None:
    small_lake()
    rule = {"field": "aum.now", "op": "is_known"}
    build([COUNT, rule])
    make_lake(**change)
    assert features.tick(now=NOW, today=TODAY) is None
    assert features.find(lake_version=2, today=TODAY) is None
    assert ids(rule) == from_the_lake(rule, 2)


def test_another_day_is_built() -> None:
    small_lake()
    build([COUNT])
    assert features.tick(now=NOW, today=TODAY + timedelta(days=1)) is None


def test_without_a_file_the_lake_is_read() -> None:
    small_lake()
    state = build([COUNT])
    state.base_path.unlink()
    assert ids({"not": COUNT}) == from_the_lake({"not": COUNT}, 1)


def test_a_builder_that_dies_leaves_the_old_file_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    small_lake()
    first = build([COUNT])
    add({"transactions": [transaction("t3", 1, "spend")]})

    def die(*given: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(building, "assemble", die)
        build([COUNT])
    assert states.current() == first and features.find(lake_version=2, today=TODAY) is None
    assert build([COUNT]).lake_version == 2
    assert not list(states.folder().glob(".draft-*"))


def test_old_files_go_when_nobody_can_hold_them() -> None:
    small_lake()
    first = build([COUNT])
    second = build([COUNT, PAUSED])
    assert features.sweep(now=NOW) == 1
    assert not first.base_path.exists() and second.base_path.exists()
    add({"transactions": [transaction("t3", 1, "spend")]})
    ticked = tick()
    assert features.sweep(now=NOW) == 0
    assert features.sweep(now=NOW + timedelta(hours=1)) == 0
    assert ticked.overlay_path is not None and ticked.overlay_path.exists()
    assert features.find(lake_version=1, today=TODAY) is None


def test_columns_whose_names_differ_in_case_only_are_two_columns() -> None:
    make_lake(
        profiles=[profile(1, 1), profile(2, 1)],
        app_events=[event("e1", 1, "view", topic="Fund"), event("e2", 2, "view", topic='f"u{n}d')],
    )
    some = [
        {"field": "app_events.count", "op": "gte", "value": 1, "with": {"days": 30, "topic": [topic]}}
        for topic in ("Fund", "fund", 'f"u{n}d')
    ]
    build(some)
    assert [list(ids(rule)) for rule in some] == [[1], [], [2]]


@pytest.mark.django_db
def test_refreshing_builds_then_follows(settings: Any) -> None:
    assert features.refresh(now=NOW, today=TODAY) is None
    small_lake()
    built = features.refresh(now=NOW, today=TODAY)
    assert built is not None and built.lake_version == 1 and not built.overlay
    assert features.refresh(now=NOW, today=TODAY) == built
    tomorrow = features.refresh(now=NOW + timedelta(days=1), today=TODAY + timedelta(days=1))
    assert tomorrow is not None and tomorrow.day == (TODAY + timedelta(days=1)).isoformat()
    assert reading.table_of(tomorrow) != reading.table_of(built)


@pytest.mark.parametrize("rule", LEAVES, ids=lambda rule: f"{rule['field']} {rule['op']}")
def test_without_features_the_lake_gives_the_same(
    followed: int, rule: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "find", lambda **asked: None)
    assert set(ids(rule)) == chosen(rule, ROWS, TODAY)
    assert set(ids({"not": rule})) == chosen({"not": rule}, ROWS, TODAY)


@pytest.mark.django_db
def test_what_needs_too_much_memory_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    small_lake()
    tried = []

    def give_up(**given: Any) -> None:
        tried.append(given)
        raise TooHeavy()

    monkeypatch.setattr(refreshing, "build", give_up)
    assert features.refresh(now=NOW, today=TODAY) is None
    assert features.refresh(now=NOW, today=TODAY) is None
    assert len(tried) == 1
    assert ids(COUNT) == from_the_lake(COUNT, 1)
