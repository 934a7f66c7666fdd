"""Profiles go to the lake with what the bank has added to them by its catalogue."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from huiqun.customers import actions
from huiqun.foundation import lake
from huiqun.foundation.lake.schema import CODE, INSTANT
from tests.makers.customers import make_customer

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
COLUMNS = (
    lake.Column(name="consent_app", type=pa.bool_()),
    lake.Column(name="segment", type=pa.string(), values=("mass", "private")),
    lake.Column(name="tier", type=pa.string(), pattern=CODE),
    lake.Column(name="visits", type=pa.int64()),
    lake.Column(name="limit_fen", type=pa.int64()),
    lake.Column(name="since", type=pa.date32()),
    lake.Column(name="seen_at", type=INSTANT),
    lake.Column(name="hobby", type=pa.string(), free=True),
)
GOOD = {
    "consent_app": "是", "segment": "私行", "tier": "gold", "visits": "12", "limit_fen": "-5", "since": "2026-01-31",
    "seen_at": "2026-01-31T08:00:00+08:00", "hobby": "O'Neill 100%",
}  # fmt: skip


@pytest.fixture(autouse=True)
def catalogue(monkeypatch: pytest.MonkeyPatch):
    shape = lake.DATASETS["profiles"]
    monkeypatch.setitem(lake.DATASETS, "profiles", replace(shape, columns=(*shape.columns, *COLUMNS)))  # type: ignore[arg-type]
    labels = {"profiles.segment": {"mass": "大众", "private": "私行"}}
    monkeypatch.setattr(lake, "CATALOGUE", replace(lake.CATALOGUE, values=labels))


def exported() -> list[tuple[Any, ...]]:
    actions.export_profiles(now=NOW)
    names = ", ".join(f"{each.name}::VARCHAR" for each in COLUMNS)
    rows: list[tuple[Any, ...]] = (
        lake.connect().execute(f"SELECT {names} FROM profiles ORDER BY customer_id").fetchall()
    )
    return rows


def test_a_column_of_the_banks_own_comes_from_the_attribute_of_its_name(north: Any):
    make_customer(branch=north, attributes=GOOD)
    assert exported() == [
        ("true", "private", "gold", "12", "-5", "2026-01-31", "2026-01-31 00:00:00+00", "O'Neill 100%")
    ]


@pytest.mark.parametrize(
    "bad",
    [
        {},
        dict.fromkeys(GOOD, ""),
        {
            "consent_app": "maybe", "segment": "钻石", "tier": "Gold!", "visits": "1.5", "limit_fen": "9" * 30,
            "since": "today", "seen_at": "2026-01-31T08:00:00",
        },
        {"since": "2026-02-31", "seen_at": "2026-02-31T08:00:00Z", "consent_app": None},
    ],
)  # fmt: skip
def test_what_cannot_be_that_is_unknown_and_holds_up_nobody(north: Any, bad: dict[str, str]):
    make_customer(branch=north, attributes=bad)
    make_customer(branch=north, attributes=GOOD)
    unknown, known = exported()
    assert set(unknown) == {None} and None not in known


def test_overdue_goes_along(north: Any):
    make_customer(branch=north, overdue=True)
    make_customer(branch=north)
    actions.export_profiles(now=NOW)
    rows = lake.connect().execute("SELECT overdue FROM profiles ORDER BY customer_id").fetchall()
    assert rows == [(True,), (False,)]


def test_all_other_columns_are_what_they_are_of_the_customer(north: Any):
    customer = make_customer(branch=north, birth_date=date(1969, 1, 2), occupation="")
    actions.export_profiles(now=NOW)
    names = "customer_id, branch_id, birth_date, sex, occupation, city, risk_level, lifecycle, opened_date"
    rows = lake.connect().execute(f"SELECT {names} FROM profiles").fetchall()
    assert rows == [
        (customer.pk, north.pk, date(1969, 1, 2), "F", None, "杭州", 3, "growing", date(2020, 3, 1))
    ]
