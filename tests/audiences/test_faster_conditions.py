"""What is asked in a simpler way is still what was asked."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from sqlglot import exp, parse_one

from huiqun.audiences.features.keys import unique_keys
from huiqun.audiences.features.scalars import resolved
from huiqun.audiences.rules.ungrouping import ungrouped
from huiqun.foundation import fields
from huiqun.foundation.lake import LakeFile, Manifest

DAYS = [date(2026, 11, 20), date(2028, 2, 29), date(2027, 2, 28), date(2027, 3, 1), date(2028, 3, 1)]
AROUND = [
    date(year, month, day) + timedelta(days=shift)
    for year in (1967, 1968, 1996, 2001, 2007, 2008, 2026, 2027, 2028)
    for month, day in ((2, 28), (3, 1), (11, 20))
    for shift in (-1, 0, 1)
]
ASKED: list[tuple[str, Any]] = [
    *((op, n) for op in ("eq", "gt", "gte", "lt", "lte") for n in (Decimal(0), Decimal(20), Decimal(60))),
    *((op, Decimal("19.5")) for op in ("gt", "gte", "lt", "lte")),
    ("between", (Decimal(18), Decimal(30))),
    ("between", (Decimal("18.5"), Decimal("59.5"))),
    ("lt", Decimal(-3)),
]


def sql(condition: exp.Expr) -> str:
    return condition.sql(dialect="duckdb", identify=True)


def written(value: exp.Expr, operator: str, wanted: Any) -> str:
    signs = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    if operator == "between":
        return f"{sql(value)} BETWEEN {wanted[0]} AND {wanted[1]}"
    return f"{sql(value)} {signs[operator]} {wanted}"


@pytest.mark.parametrize("name", ["profile.age", "profile.opened_days"])
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_days_are_compared_as_the_number_would_be(name: str, today: date) -> None:
    field = fields.find(name)
    assert field is not None and field.profile is not None and field.bounds is not None
    rows = ", ".join(f"(DATE '{day}')" for day in AROUND)
    with duckdb.connect() as connection:
        for operator, wanted in ASKED:
            simpler = field.bounds(operator, wanted, today)
            assert simpler is not None
            differ = connection.execute(
                f"SELECT birth_date FROM (SELECT x AS birth_date, x AS opened_date FROM (VALUES {rows}) AS v(x)) AS p"
                f" WHERE ({written(field.profile(today), operator, wanted)}) <> ({sql(simpler)})"
            ).fetchall()
            assert not differ, (operator, wanted)


@pytest.mark.parametrize(
    ("operator", "wanted"), [("ne", Decimal(20)), ("eq", Decimal("20.5")), ("gte", Decimal(5000))]
)
def test_what_has_no_simpler_form_is_left_as_it_is(operator: str, wanted: Any) -> None:
    field = fields.find("profile.age")
    assert field is not None and field.bounds is not None
    assert field.bounds(operator, wanted, date(2026, 11, 20)) is None


KEYS = {"aum": ("dt", "customer_id")}


def without_groups(query: str) -> str:
    return sql(ungrouped(parse_one(query, dialect="duckdb"), KEYS)).replace('"', "")


@pytest.mark.parametrize(
    ("query", "simpler"),
    [
        (
            "SELECT customer_id, MAX(v) AS value FROM aum WHERE dt = CAST('2026-10-31' AS DATE) GROUP BY customer_id",
            "SELECT customer_id, v AS value FROM aum WHERE dt = CAST('2026-10-31' AS DATE)",
        ),
        (
            "SELECT customer_id FROM aum WHERE dt = 1 GROUP BY customer_id HAVING MAX(v) BETWEEN 4 AND 5",
            "SELECT customer_id FROM aum WHERE dt = 1 AND v BETWEEN 4 AND 5",
        ),
        (
            "SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t WHERE k = 1 GROUP BY customer_id HAVING MAX(v) > 4)",
            "SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t WHERE k = 1 AND v > 4)",
        ),
        *(
            (
                f"SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t GROUP BY customer_id HAVING {condition})",
                "SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t GROUP BY customer_id"
                " HAVING MIN(v) <> MAX(v))",
            )
            for condition in (
                "COUNT(DISTINCT v) >= 2",
                "COUNT(DISTINCT v) > 1",
                "NOT (COALESCE(COUNT(DISTINCT v), 0) < 2)",
                "NOT COUNT(DISTINCT v) <= 1",
            )
        ),
        (
            "SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t GROUP BY customer_id"
            " HAVING MAX(v) > 4 AND MAX(v) <= 9)",
            "SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t WHERE v > 4 GROUP BY customer_id"
            " HAVING MAX(v) > 4 AND MAX(v) <= 9)",
        ),
        *(
            (
                "SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t WHERE k = 1 GROUP BY customer_id"
                f" HAVING {condition})",
                "SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t WHERE k = 1)",
            )
            for condition in (
                "COUNT(*) > 0",
                "COALESCE(COUNT(*), 0) >= 1",
                "COUNT(*) <> 0",
                "NOT (COALESCE(COUNT(*), 0) = 0)",
                "NOT (COUNT(*) < 1)",
                "NOT COUNT(*) <= 0",
            )
        ),
    ],
)
def test_groups_of_one_row_are_not_made(query: str, simpler: str) -> None:
    assert without_groups(query) == simpler


@pytest.mark.parametrize(
    "query",
    [
        "SELECT customer_id, MAX(v) AS value FROM aum WHERE dt > 1 GROUP BY customer_id",
        "SELECT customer_id, MAX(v) AS value FROM other WHERE dt = 1 GROUP BY customer_id",
        "SELECT customer_id, COUNT(*) AS value FROM aum WHERE dt = 1 GROUP BY customer_id",
        "SELECT customer_id, MAX(v) FILTER(WHERE v > 1) AS value FROM aum WHERE dt = 1 GROUP BY customer_id",
        "SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t GROUP BY customer_id HAVING MAX(v) < 4)",
        "SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t GROUP BY customer_id HAVING SUM(v) > 4)",
        "SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t GROUP BY customer_id HAVING NOT MAX(v) > 4)",
        *(
            f"SELECT 1 FROM p WHERE id IN (SELECT customer_id FROM t GROUP BY customer_id HAVING {condition})"
            for condition in (
                "COUNT(*) > 1",
                "COUNT(*) >= 0",
                "COUNT(*) <> 1",
                "COUNT(v) > 0",
                "NOT COUNT(*) = 1",
                "NOT COUNT(*) <= 1",
                "COUNT(*) = 0",
                "COUNT(*) > -1",
                "COUNT(DISTINCT v) >= 3",
                "COUNT(DISTINCT v) > 2",
                "COUNT(DISTINCT v) < 2",
                "NOT COUNT(DISTINCT v) = 2",
                "MAX(v) > 4 AND MIN(v) <= 9",
                "MAX(v) > 4 OR MAX(v) <= 1",
                "MIN(v) > 4 AND MIN(v) >= 5",
            )
        ),
        "SELECT customer_id, COUNT(*) AS value FROM t GROUP BY customer_id HAVING COUNT(*) > 0",
    ],
)
def test_groups_that_matter_stay(query: str) -> None:
    assert without_groups(query) == sql(parse_one(query, dialect="duckdb")).replace('"', "")


def file(dataset: str, first: str | None, last: str | None) -> LakeFile:
    return LakeFile(
        dataset=dataset,
        partition="x",
        path=f"{first}",
        rows=1,
        bytes=1,
        sha256="",
        source="",
        staged_id="",
        published_in=1,
        first_day=first,
        last_day=last,
    )


def test_a_key_of_each_file_is_one_of_all_only_when_no_two_files_share_a_day() -> None:
    apart = (file("aum", "2026-09-30", "2026-09-30"), file("aum", "2026-10-31", "2026-10-31"))
    assert "aum" in unique_keys(Manifest(files=apart))
    assert "aum" not in unique_keys(Manifest(files=(*apart, file("aum", "2026-10-01", "2026-10-31"))))
    assert "attributes" in unique_keys(Manifest(files=(file("attributes", None, None),)))
    assert "attributes" not in unique_keys(Manifest(files=(file("attributes", None, None),) * 2))


def test_one_value_of_the_lake_becomes_a_literal() -> None:
    query = parse_one(
        "SELECT customer_id FROM aum WHERE dt = (SELECT MAX(dt) FROM aum)"
        " AND customer_id IN (SELECT customer_id FROM profiles)",
        dialect="duckdb",
    )
    known = sql(resolved(query, lambda asked: ("2026-10-31", "DATE")))
    assert "CAST('2026-10-31' AS DATE)" in known and 'FROM "profiles"' in known and "MAX" not in known
