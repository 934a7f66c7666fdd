"""How far back a question looks: never shorter than it does, and archived months come back for it."""

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlglot

from huiqun.audiences import features
from huiqun.audiences.bitmaps import samples
from huiqun.audiences.queries.why import why
from huiqun.audiences.reach import reach_of
from huiqun.foundation import lake
from tests.audiences.test_compile_rule import LEAVES, ROWS
from tests.audiences.test_features import EVENTS, ids, wanted
from tests.makers.audiences import NOW, TODAY

DAY = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("query", "reach"),
    [
        ("SELECT 1 FROM transactions WHERE dt >= CAST('2026-01-02' AS DATE) AND kind = 'spend'", DAY),
        ("SELECT 1 FROM transactions WHERE (kind = 'x' AND dt > CAST('2026-01-02' AS DATE))", DAY),
        ("SELECT 1 FROM transactions AS t WHERE t.dt = CAST('2026-01-02' AS DATE)", DAY),
        ("SELECT 1 FROM transactions", None),
        ("SELECT 1 FROM transactions WHERE dt >= CAST('2026-01-02' AS DATE) OR kind = 'x'", None),
        ("SELECT 1 FROM transactions WHERE dt <= CAST('2026-01-02' AS DATE)", None),
        ("SELECT 1 FROM transactions WHERE NOT dt >= CAST('2026-01-02' AS DATE)", None),
        ("SELECT 1 FROM transactions, holdings AS h WHERE h.dt >= CAST('2026-01-02' AS DATE)", None),
        (
            "SELECT 1 FROM transactions JOIN holdings USING (customer_id) WHERE dt >= CAST('2026-01-02' AS DATE)",
            None,
        ),
        ("SELECT 1 FROM (SELECT * FROM transactions) WHERE dt >= CAST('2026-01-02' AS DATE)", None),
        (
            "WITH x AS (SELECT * FROM transactions WHERE dt >= CAST('2026-01-02' AS DATE)) SELECT 1 FROM x, x AS y",
            DAY,
        ),
        (
            "SELECT 1 FROM transactions WHERE dt >= CAST('2026-01-02' AS DATE)"
            " UNION ALL SELECT 1 FROM transactions",
            None,
        ),
        (
            "SELECT 1 FROM transactions WHERE dt >= CAST('2026-03-02' AS DATE)"
            " UNION ALL SELECT 1 FROM transactions WHERE dt >= CAST('2026-01-02' AS DATE)",
            DAY,
        ),
    ],
)
def test_a_bound_counts_only_where_it_is_sure(query: str, reach: date | None):
    assert reach_of(sqlglot.parse_one(query, dialect="duckdb"))["transactions"] == reach


def test_a_question_of_profiles_reaches_for_no_events():
    assert "transactions" not in reach_of(sqlglot.parse_one("SELECT 1 FROM profiles", dialect="duckdb"))


def by_month(name: str) -> dict[str, pa.Table]:
    months = defaultdict(list)
    for row in ROWS[name]:
        months[f"{row['dt']:%Y-%m}"].append(dict(row))
    schema = lake.DATASETS[name].schema
    return {month: pa.Table.from_pylist(rows, schema=schema) for month, rows in months.items()}


@pytest.fixture
def archived(tmp_path: Path, settings: Any, db: None) -> Path:
    """The customers and events of the rules' own tests, by month; all but the last 60 days are archived."""
    settings.HUIQUN_ARCHIVE, settings.HUIQUN_ARCHIVE_DAYS = f"file://{tmp_path}/archive", 60
    settings.HUIQUN_ARCHIVE_CACHE = "10MB"
    (tmp_path / "archive").mkdir()
    for name, rows in ROWS.items():
        if not lake.DATASETS[name].is_events:
            schema = lake.DATASETS[name].schema
            lake.stage(name, pa.Table.from_pylist([dict(row) for row in rows], schema=schema), replace=True)
    for name in EVENTS:
        for month, table in by_month(name).items():
            lake.stage(name, table, partition=month)
    lake.publish(now=NOW)
    lake.compact(now=NOW)
    return tmp_path / "archive"


def move() -> None:
    assert lake.archive_old(now=NOW)
    lake.sweep(now=NOW + timedelta(days=8))


def test_every_rule_chooses_the_same_when_its_months_are_archived(archived: Path):
    before = [ids(rule) for rule in LEAVES]
    move()
    assert [ids(rule) for rule in LEAVES] == before


def test_features_are_worked_out_without_the_archive_and_choose_the_same(archived: Path):
    before = [ids(rule) for rule in LEAVES]
    move()
    hidden = archived.rename(archived.with_name("unmounted"))
    state = features.build(now=NOW, today=TODAY, features=wanted())
    assert 0 < len(state.kept) < len(wanted())
    hidden.rename(archived)
    assert [ids(rule) for rule in LEAVES] == before


def test_features_that_reach_into_a_month_that_was_archived_are_worked_out_anew(archived: Path):
    features.build(now=NOW, today=TODAY, features=wanted())
    move()
    assert features.tick(now=NOW, today=TODAY) is None


def test_a_rule_says_so_when_the_archive_it_needs_does_not_answer(archived: Path):
    move()
    archived.rename(archived.with_name("unmounted"))
    recent = {"field": "transactions.count", "with": {"days": 20}, "op": "gt", "value": 0}
    ids(recent)
    with pytest.raises(lake.ArchiveSilent):
        ids({"field": "transactions.count", "with": {"days": 300}, "op": "gt", "value": 0})


def test_why_one_customer_is_in_an_audience_reaches_as_far(archived: Path):
    rule = {"field": "transactions.count", "with": {"days": 300}, "op": "gt", "value": 0}
    customers = [row["customer_id"] for row in ROWS["profiles"]]

    def whys() -> list[Any]:
        return [why(rule=rule, customer_id=each, branch_ids=None, today=TODAY) for each in customers]

    before = whys()
    move()
    assert whys() == before


def test_a_sample_of_an_archived_file_that_was_never_drawn_is_no_sample(archived: Path):
    move()
    assert samples.draw() > 0 and samples.draw() == 0
