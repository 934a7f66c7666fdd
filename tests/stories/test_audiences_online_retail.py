"""Recency, frequency, money and cohorts, on the orders of a shop: what came back and what belongs to nobody
is told apart.

Data: UCI "Online Retail II", CC BY 4.0. Every audience is worked out by plain SQL on the raw file as well.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from huiqun.foundation import clock
from tests.stories.audience_bank import Bank, Raw, configure, every, leaf

TODAY = date(2010, 12, 10)
YEAR = 3_660

MAPPING = """
name = "online_retail"
kind = "customers"

[branch]
code = "HO"

[fields]
number = "customer"
city = "country"
"""

CATALOGUE = """
sources:
  shop:
    label: 商城订单
    files: orders_*.csv
    dataset: transactions
    columns: {Customer ID: number, Invoice: event_id, InvoiceDate: at, Type: kind, Total: amount_fen}
    units: {amount_fen: yuan}
    values: {kind: {Order: spend, Cancellation: returned}}
    ignore: [Country, Lines]
fields:
  transactions.first_order:
    label: 首次下单日
    dataset: transactions
    aggregate: first
    only: {kind: spend}
  transactions.returned:
    label: 退货笔数
    dataset: transactions
    aggregate: count
    only: {kind: returned}
    window: true
"""

CUSTOMERS = """
SELECT "Customer ID"::INT AS customer, min(Country) AS country
  FROM file WHERE "Customer ID" IS NOT NULL GROUP BY 1
"""
ORDERS = """
SELECT Invoice, min(InvoiceDate) AS InvoiceDate, any_value("Customer ID")::INT AS "Customer ID",
       any_value(Country) AS Country, count(*) AS Lines, sum(Quantity * Price::DECIMAL(18, 4)) AS Total,
       CASE left(Invoice, 1) WHEN 'C' THEN 'Cancellation' ELSE 'Order' END AS Type
  FROM file GROUP BY Invoice
"""

PLAIN = """
SELECT "Customer ID"::INT AS customer, Invoice AS invoice, starts_with(Invoice, 'C') AS is_return,
       min(InvoiceDate::TIMESTAMP)::DATE AS dt,
       round(sum(Quantity::DECIMAL(18, 0) * Price::DECIMAL(18, 4)), 2) AS worth
  FROM file WHERE "Customer ID" IS NOT NULL GROUP BY ALL
"""
PEOPLE = """
SELECT customer, max(dt) FILTER (WHERE NOT is_return) AS last, min(dt) FILTER (WHERE NOT is_return) AS first,
       count(*) FILTER (WHERE NOT is_return AND dt > DATE '2009-12-10') AS orders,
       coalesce(sum(worth) FILTER (WHERE NOT is_return AND dt > DATE '2009-12-10'), 0) AS spent,
       count(*) FILTER (WHERE is_return) AS returns, min(country) AS country
  FROM orders JOIN countries USING (customer) GROUP BY customer
"""


def ordered(op: str, value: int) -> dict[str, Any]:
    return leaf("transactions.count", op, value, days=365, kind=["spend"])


def spent(op: str, value: int) -> dict[str, Any]:
    return leaf("transactions.sum", op, value, days=365, kind=["spend"])


def last(op: str, days: int) -> dict[str, Any]:
    return leaf("transactions.last", op, days, days=YEAR, kind=["spend"])


AUDIENCES: dict[str, tuple[dict[str, Any], str]] = {
    "champions": (
        every(last("last_days", 30), ordered("gte", 8), spent("gte", 3_000)),
        "last > DATE '2010-11-10' AND orders >= 8 AND spent >= 3000",
    ),
    "faithful": (
        every(ordered("gte", 5), leaf("transactions.returned", "eq", 0, days=YEAR)),
        "orders >= 5 AND returns = 0",
    ),
    "promising": (
        every(leaf("transactions.first_order", "last_days", 60), ordered("lte", 1)),
        "first > DATE '2010-12-10' - 60 AND orders <= 1",
    ),
    "about to sleep": (
        every(last("older_than_days", 90), last("last_days", 181), ordered("gte", 2)),
        "last < DATE '2010-12-10' - 90 AND last > DATE '2010-12-10' - 181 AND orders >= 2",
    ),
    "great and lost": (
        every(last("older_than_days", 180), spent("gte", 1_000)),
        "last < DATE '2010-12-10' - 180 AND spent >= 1000",
    ),
    "never ordered": (leaf("transactions.first_order", "is_missing"), "first IS NULL"),
    "much comes back": (leaf("transactions.returned", "gte", 10, days=YEAR), "returns >= 10"),
    "Germans and French": (
        every(leaf("profile.city", "in", ["Germany", "France"]), spent("gt", 500)),
        "country IN ('Germany', 'France') AND spent > 500",
    ),
}


@pytest.fixture
def now() -> Iterator[datetime]:
    """The day after the last order."""
    moment = datetime(2010, 12, 10, 2, 0, tzinfo=UTC)
    with clock.at(moment):
        yield moment


@pytest.fixture
def raw() -> Raw:
    made = Raw(file="online_retail_II/online_retail_II_2009_2010.parquet")
    made.keep("orders", PLAIN)
    made.keep("countries", CUSTOMERS)
    made.keep("people", PEOPLE)
    return made


@pytest.fixture
def bank(
    raw: Raw,
    head_office: Any,
    head_marketer: Any,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Bank:
    configure(CATALOGUE, folder=tmp_path, monkeypatch=monkeypatch)
    bank = Bank.open(
        file=raw.extract(tmp_path / "customers.csv", CUSTOMERS),
        mapping=MAPPING,
        office=head_office,
        marketer=head_marketer,
        now=now,
    )
    delivery = bank.deliver(raw.extract(tmp_path / "orders_2010.csv", ORDERS))
    nobodys = raw.one('SELECT count(DISTINCT Invoice) FROM file WHERE "Customer ID" IS NULL')
    assert (delivery.rows, delivery.refused) == (raw.one("SELECT count(*) FROM orders"), nobodys)
    return bank


def test_recency_frequency_money_and_cohorts(bank: Bank, raw: Raw) -> None:
    assert len(bank.numbers) == 4_383
    for name, (rule, condition) in AUDIENCES.items():
        plain = raw.set(f"SELECT customer FROM people WHERE {condition}")
        assert bank.chosen(rule) == plain, name
        assert 0 < len(plain) < 4_383, name
    rule, condition = AUDIENCES["champions"]
    assert bank.frozen(rule) == raw.set(f"SELECT customer FROM people WHERE {condition}")
    so_many_of_a_month_come_back_in_each_later_month(bank, raw)


def so_many_of_a_month_come_back_in_each_later_month(bank: Bank, raw: Raw) -> None:
    """The triangle of cohorts, each number an audience as of the last day of a month."""
    starts = [date(2009, 12, 1), *(date(2010, month, 1) for month in range(1, 12))]
    plain = {
        (cohort, month): n
        for cohort, month, n in raw.rows(
            "SELECT date_trunc('month', first)::DATE AS c, date_trunc('month', dt)::DATE AS m,"
            " count(DISTINCT customer) FROM orders JOIN people USING (customer)"
            " WHERE NOT is_return AND dt < DATE '2010-12-01' GROUP BY ALL"
        )
    }
    ours = {
        (cohort, month): n
        for cohort in starts
        for month in starts
        if month >= cohort and (n := bank.count(_back(cohort, month), today=_end(month)))
    }
    assert ours == plain
    assert len(ours) == 78 and ours[starts[0], starts[0]] > 900


def _back(cohort: date, month: date) -> dict[str, Any]:
    """First ordered in the one month, and ordered in the other."""
    first = [cohort.isoformat(), _end(cohort).isoformat()]
    return every(
        leaf("transactions.first_order", "between", first),
        leaf("transactions.count", "gte", 1, days=_end(month).day, kind=["spend"]),
    )


def _end(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
