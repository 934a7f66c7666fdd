"""Households by what they spend, on 1.47 million lines of baskets: off the lake and off the features alike.

Data: The Complete Journey (84.51°). Every audience is worked out by plain SQL on the raw files as well.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from huiqun.audiences import features
from huiqun.foundation import clock, lake
from tests.stories.audience_bank import Bank, Raw, configure, every, leaf, none_of

TODAY = date(2018, 1, 1)

MAPPING = """
name = "complete_journey"
kind = "customers"

[branch]
code = "HO"

[file]
nulls = ["NA"]

[fields]
number = "household_id"
income_band = "income"

[attributes]
age = "age"
size = "household_size"
home = "home_ownership"
"""

CATALOGUE = """
sources:
  tills:
    label: 收银明细
    files: baskets_*.parquet
    dataset: transactions
    columns:
      household_id: number
      line: event_id
      transaction_timestamp: at
      sales_value: amount_fen
      department: product_kind
    units: {amount_fen: yuan}
    values: {product_kind: DEPARTMENTS}
    ignore: [store_id, basket_id, product_id, quantity, retail_disc, coupon_disc, coupon_match_disc, week]
"""

CUSTOMERS = """
SELECT household_id, income, age, household_size, home_ownership
  FROM (SELECT DISTINCT household_id FROM lines) LEFT JOIN demographics USING (household_id)
"""
LINES = """
SELECT lines.*, basket_id || '-' || product_id AS line, 'spend' AS kind, department
  FROM lines LEFT JOIN products USING (product_id) WHERE transaction_timestamp
"""

PEOPLE = """
WITH priced AS (
    SELECT household_id, transaction_timestamp::DATE AS dt, round(sales_value * 100)::BIGINT AS cents, department
      FROM lines LEFT JOIN products USING (product_id))
SELECT household_id, any_value(income) AS income, any_value(age) AS age, sum(cents) AS spent, max(dt) AS last,
       coalesce(sum(cents) FILTER (WHERE department = 'GROCERY' AND dt > DATE '2018-01-01' - 90), 0) AS grocery,
       coalesce(sum(cents) FILTER (WHERE dt > DATE '2018-01-01' - 90), 0) AS quarter,
       coalesce(sum(cents) FILTER (WHERE dt > DATE '2018-01-01' - 30), 0) AS month,
       count(*) FILTER (WHERE department IN ('MEAT', 'MEAT-PCKGD', 'SEAFOOD', 'SEAFOOD-PCKGD')) AS meat,
       count(*) FILTER (WHERE department = 'FUEL') AS fuel
  FROM priced LEFT JOIN demographics USING (household_id) GROUP BY household_id
"""


def spent(op: str, value: Any, days: int = 366, *kinds: str) -> dict[str, Any]:
    about = {"product_kind": list(kinds)} if kinds else {}
    return leaf("transactions.sum", op, value, days=days, kind=["spend"], **about)


def bought(op: str, value: int, *kinds: str) -> dict[str, Any]:
    return leaf("transactions.count", op, value, days=366, product_kind=list(kinds))


AUDIENCES: dict[str, tuple[dict[str, Any], str]] = {
    "spend over 5,000 a year": (spent("gt", 5_000), "spent > 500000"),
    "a middle band": (spent("between", ["1000.50", 2_000]), "spent BETWEEN 100050 AND 200000"),
    "much on groceries lately": (spent("gte", 600, 90, "grocery"), "grocery >= 60000"),
    "no meat, no fish": (
        every(
            bought("eq", 0, "meat", "meat_pckgd", "seafood", "seafood_pckgd"),
            spent("gt", 100),
        ),
        "meat = 0 AND spent > 10000",
    ),
    "drives and has gone quiet": (
        every(
            bought("gte", 10, "fuel"),
            leaf("transactions.last", "older_than_days", 30, days=366),
        ),
        "fuel >= 10 AND last < DATE '2018-01-01' - 30",
    ),
    "little in the last month for a good quarter": (
        every(spent("gte", 1_000, 90), spent("lt", 100, 30)),
        "quarter >= 100000 AND month < 10000",
    ),
    "earns well, spends little here": (
        every(
            leaf("profile.income_band", "in", ["100-124K", "125-149K", "150-174K", "175-199K", "250K+"]),
            none_of(spent("gte", 3_000)),
        ),
        "income IN ('100-124K', '125-149K', '150-174K', '175-199K', '250K+') AND spent < 300000",
    ),
    "spends much, nothing known of them": (
        every(leaf("attribute:age", "is_missing"), spent("gte", 2_000)),
        "age IS NULL AND spent >= 200000",
    ),
}


@pytest.fixture
def now() -> Iterator[datetime]:
    """New Year's Day of 2018 at the bank, when the last lines come."""
    moment = datetime(2018, 1, 1, 2, 0, tzinfo=UTC)
    with clock.at(moment):
        yield moment


@pytest.fixture
def raw() -> Raw:
    made = Raw(
        lines="complete_journey/transactions.parquet",
        products="complete_journey/products.parquet",
        demographics="complete_journey/demographics.parquet",
    )
    made.keep("people", PEOPLE)
    made.keep("early", "SELECT 1 FROM lines WHERE transaction_timestamp < '2017-12-31'")
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
    departments = raw.set("SELECT DISTINCT department FROM products")
    codes = {each: re.sub("[^a-z]+", "_", each.lower()) for each in departments}
    configure(CATALOGUE.replace("DEPARTMENTS", json.dumps(codes)), folder=tmp_path, monkeypatch=monkeypatch)
    bank = Bank.open(
        file=raw.extract(tmp_path / "customers.csv", CUSTOMERS),
        mapping=MAPPING,
        office=head_office,
        marketer=head_marketer,
        now=now,
    )
    early = bank.deliver(raw.extract(tmp_path / "baskets_2017.parquet", f"{LINES} < '2017-12-31'"))
    assert (early.rows, early.refused) == (raw.one("SELECT count(*) FROM early"), 0)
    return bank


def test_households_by_what_they_spend(bank: Bank, raw: Raw, tmp_path: Path) -> None:
    """Features are worked out, then the last two days come, together with a day that has come before."""
    for name, (rule, _condition) in AUDIENCES.items():
        bank.save(rule, name=name)
    built = features.refresh(now=bank.now, today=TODAY)
    bank.deliver(raw.extract(tmp_path / "baskets_late.parquet", f"{LINES} >= '2017-12-30'"))
    followed = features.tick(now=bank.now, today=TODAY)
    assert built and followed and followed.overlay and followed.base == built.base
    assert lake.connect().execute("SELECT count(*) FROM transactions").fetchall() == [(1_469_307,)]

    assert len(bank.numbers) == 2_469
    for name, (rule, condition) in AUDIENCES.items():
        plain = raw.set(f"SELECT household_id FROM people WHERE {condition}")
        assert bank.off_the_features(rule) == plain, name
        assert bank.off_the_lake(rule) == plain, name
        assert bank.chosen(rule) == plain, name
        assert 0 < len(plain) < 2_469, name
    rule, condition = AUDIENCES["spend over 5,000 a year"]
    assert bank.frozen(rule) == raw.set(f"SELECT household_id FROM people WHERE {condition}")
