"""Customer level against product level, in Python and in SQL."""

from datetime import date

import duckdb
import pytest

from huiqun.compliance.rules import check_suitability, suitability_sql

TODAY = date(2026, 11, 20)
DAYS = [
    None,
    date(2024, 2, 29),
    date(2025, 11, 19),
    date(2025, 11, 20),
    date(2025, 11, 21),
    date(2026, 11, 20),
]


@pytest.mark.parametrize(
    ("customer", "product", "assessed", "answer"),
    [
        (3, 3, date(2026, 5, 1), None),
        (2, 3, date(2026, 5, 1), "unsuitable"),
        (5, 3, date(2025, 11, 21), None),
        (5, 3, date(2025, 11, 20), "assessment_expired"),
        (None, 1, None, "assessment_expired"),
        (4, 1, None, "assessment_expired"),
        (None, None, None, None),
        (1, None, None, None),
        (1, 5, date(2020, 1, 1), "unsuitable"),
    ],
)
def test_answers(customer: int | None, product: int | None, assessed: date | None, answer: str | None):
    assert check_suitability(customer, product, assessed, TODAY) == answer


@pytest.mark.parametrize("today", [TODAY, date(2025, 2, 27), date(2025, 2, 28), date(2025, 3, 1)])
def test_sql_answers_alike(today: date):
    sql = suitability_sql(customer_level="$1", product_level="$2", assessed_on="$3", today="$4")
    connection = duckdb.connect()
    for customer in (None, 1, 3, 5):
        for product in (None, 1, 3, 5):
            for assessed in DAYS:
                row = connection.execute(f"SELECT {sql}", [customer, product, assessed, today]).fetchone()
                assert row == (check_suitability(customer, product, assessed, today),)
