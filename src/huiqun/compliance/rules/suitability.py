"""Whether a product may be offered to a customer: one rule in two spellings, Python and SQL.

Levels are 1 to 5: the customer's C1–C5, the product's R1–R5. A product without a level (a deposit,
a card) is offered to anybody. Python and SQL must answer alike; a test compares them.
"""

import calendar
from datetime import date
from typing import Literal

from huiqun.compliance.rulebook.numbers import lawful_number

Unsuitable = Literal["unsuitable", "assessment_expired"]


def check_suitability(
    customer_level: int | None,
    product_level: int | None,
    assessed_on: date | None,
    today: date,
) -> Unsuitable | None:
    """None when the customer may be offered the product, else the reason why not."""
    if product_level is None:
        return None
    if customer_level is not None and customer_level < product_level:
        return "unsuitable"
    if customer_level is None or assessed_on is None or assessment_ends(assessed_on) <= today:
        return "assessment_expired"
    return None


def assessment_ends(assessed_on: date) -> date:
    """The first day on which the assessment no longer counts."""
    months = assessed_on.month - 1 + lawful_number("assessment_months").value
    year, month = assessed_on.year + months // 12, months % 12 + 1
    return date(year, month, min(assessed_on.day, calendar.monthrange(year, month)[1]))


def suitability_sql(*, customer_level: str, product_level: str, assessed_on: str, today: str) -> str:
    """The same rule as a SQL expression (PostgreSQL and DuckDB) over four column or parameter texts.

    Gives 'unsuitable', 'assessment_expired' or NULL. The arguments are SQL, written by code, never
    by people.
    """
    months = lawful_number("assessment_months").value
    product, level = f"CAST({product_level} AS integer)", f"CAST({customer_level} AS integer)"
    day = f"CAST({assessed_on} AS date)"
    return (
        f"CASE WHEN {product} IS NULL THEN NULL"
        f" WHEN {level} < {product} THEN 'unsuitable'"
        f" WHEN {level} IS NULL OR {day} IS NULL"
        f" OR CAST({day} + INTERVAL '{months} months' AS date) <= CAST({today} AS date)"
        f" THEN 'assessment_expired' END"
    )
