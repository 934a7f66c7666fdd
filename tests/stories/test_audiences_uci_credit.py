"""No loan is offered to who is behind with a card, on the clients of a bank in Taiwan: six months of statements.

Data: UCI "Default of credit card clients" (research use). Every audience is worked out by plain SQL on the raw
file as well.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from huiqun.audiences import queries
from huiqun.customers.models import Customer
from huiqun.foundation import clock
from huiqun.lib.days import local_date
from tests.shared import shared_file
from tests.stories.audience_bank import Bank, Raw, configure, every, leaf, none_of, some

FILE = "uci_credit/UCI_Credit_Card.csv.gz"
MONTHS = ["2005-09-30", "2005-08-31", "2005-07-31", "2005-06-30", "2005-05-31", "2005-04-30"]
"""As the columns of the file: the newest first."""

# Round limits are written as a spreadsheet likes them: the mapping says what they mean.
MAPPING = """
name = "uci_credit"
kind = "customers"

[branch]
code = "HO"

[fields]
number = "ID"

[fields.sex]
column = "X2"
values = { "1" = "M", "2" = "F" }

[fields.overdue]
column = "X6"
values = { "-2" = "0", "-1" = "0", "0" = "0", "1" = "1", "2" = "1", "3" = "1", "4" = "1", "5" = "1", \
"6" = "1", "7" = "1", "8" = "1" }

[attributes]
limit_as_published = "X1"
age = "X5"
behind_09 = "X6"
behind_08 = "X7"
behind_07 = "X8"
behind_06 = "X9"
behind_05 = "X10"
behind_04 = "X11"

[attributes.credit_limit]
column = "X1"
otherwise = "keep"
values = { "1.00E+05" = "100000", "2.00E+05" = "200000", "3.00E+05" = "300000", "4.00E+05" = "400000", \
"5.00E+05" = "500000", "6.00E+05" = "600000", "7.00E+05" = "700000", "8.00E+05" = "800000", \
"1.00E+06" = "1000000" }

[attributes.education]
column = "X3"
values = { "1" = "研究生", "2" = "大学", "3" = "高中" }
otherwise = "null"
"""

CATALOGUE = """
datasets:
  statements:
    label: 信用卡账单
    kind: days
    columns:
      bill_fen: {label: 账单金额, type: money, required: true}
      behind: {label: 逾期月数, type: number, required: true}
sources:
  cards:
    label: 信用卡系统
    files: cards_*.csv
    dataset: statements
    columns: {ID: number, day: dt, bill: bill_fen, status: behind}
    units: {bill_fen: yuan}
    ranges: {behind: [-2, 9]}
    rhythm: monthly
fields:
  statements.bill: {label: 最近一期账单金额, dataset: statements, aggregate: sum, column: bill_fen}
  statements.worst:
    label: 最长逾期月数
    dataset: statements
    aggregate: greatest
    column: behind
    window: true
"""

STATEMENTS = " UNION ALL ".join(
    f"SELECT ID, '{day}' AS day, X{12 + back} AS bill, X{6 + back} AS status FROM text"
    for back, day in enumerate(MONTHS)
)
PAYMENTS = " UNION ALL ".join(
    f"SELECT ID AS number, ID || '-{day}' AS event_id, '{day} 18:00:00' AS at, 'deposit_in' AS kind,"
    f" X{18 + back} AS amount FROM file WHERE X{18 + back} > 0"
    for back, day in enumerate(MONTHS)
)

BEHIND = leaf("attribute_number:behind_09", "gt", 0)
LATE_ONCE = some(*(leaf(f"attribute_number:behind_0{month}", "gt", 0) for month in range(4, 10)))
LOAN_OFFER = every(leaf("attribute_number:credit_limit", "gte", 200_000), none_of(BEHIND))
IS_OFFERED = "X1 >= 200000 AND X6 <= 0"

AUDIENCES: dict[str, tuple[dict[str, Any], str]] = {
    "behind now": (BEHIND, "X6 IN (1, 2, 3, 4, 5, 6, 7, 8)"),
    "loan offer": (LOAN_OFFER, IS_OFFERED),
    "careful loan offer": (
        every(leaf("attribute_number:age", "between", [25, 55]), none_of(LATE_ONCE)),
        "X5 >= 25 AND X5 <= 55 AND greatest(X6, X7, X8, X9, X10, X11) <= 0",
    ),
    "the same by statements": (
        every(
            leaf("attribute_number:age", "between", [25, 55]), leaf("statements.worst", "lte", 0, days=183)
        ),
        "X5 >= 25 AND X5 <= 55 AND greatest(X6, X7, X8, X9, X10, X11) <= 0",
    ),
    "three months behind in the last quarter": (
        leaf("statements.worst", "gte", 3, days=92),
        "X6 >= 3 OR X7 >= 3 OR X8 >= 3",
    ),
    "owes much": (leaf("statements.bill", "gte", 150_000), "X12 >= 150000"),
    "is owed": (leaf("statements.bill", "lt", 0), "X12 < 0"),
    "fell behind lately": (
        every(BEHIND, *(leaf(f"attribute_number:behind_0{month}", "lte", 0) for month in range(4, 9))),
        "X6 > 0 AND greatest(X7, X8, X9, X10, X11) < 1",
    ),
    "paid back much in three months": (
        every(leaf("transactions.sum", "gte", 50_000, days=92, kind=["deposit_in"]), none_of(BEHIND)),
        "X18 + X19 + X20 >= 50000 AND X6 <= 0",
    ),
    "paid in every one of six months": (
        leaf("transactions.count", "eq", 6, days=183, kind=["deposit_in"]),
        "least(X18, X19, X20, X21, X22, X23) > 0",
    ),
    "paid nothing in September, but before": (
        every(
            leaf("transactions.count", "eq", 0, days=30, kind=["deposit_in"]),
            leaf("transactions.last", "older_than_days", 30, days=183, kind=["deposit_in"]),
        ),
        "X18 = 0 AND X19 + X20 + X21 + X22 + X23 > 0",
    ),
    "women of a university": (
        every(leaf("profile.sex", "eq", "F"), leaf("attribute:education", "in", ["大学", "研究生"])),
        "X2 = 2 AND X3 IN (1, 2)",
    ),
    "education unknown": (leaf("attribute:education", "is_missing"), "X3 NOT BETWEEN 1 AND 3"),
}


@pytest.fixture
def now() -> Iterator[datetime]:
    """The day after the last statement."""
    moment = datetime(2005, 10, 1, 2, 0, tzinfo=UTC)
    with clock.at(moment):
        yield moment


@pytest.fixture
def raw() -> Raw:
    made = Raw(text=FILE)
    made.keep("file", "SELECT COLUMNS(*)::DOUBLE::INT FROM text")
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
    """The customers' file is imported as it was published."""
    configure(CATALOGUE, folder=tmp_path, monkeypatch=monkeypatch)
    bank = Bank.open(
        file=shared_file(f"data/{FILE}"), mapping=MAPPING, office=head_office, marketer=head_marketer, now=now
    )
    delivery = bank.deliver(raw.extract(tmp_path / "transactions-2005.parquet", PAYMENTS))
    assert (delivery.rows, delivery.refused) == (raw.one(f"SELECT count(*) FROM ({PAYMENTS})"), 0)
    statements = bank.deliver(raw.extract(tmp_path / "cards_2005.csv", STATEMENTS))
    assert (statements.rows, statements.refused) == (180_000, 0)
    return bank


def test_no_loan_is_offered_to_who_is_behind(bank: Bank, raw: Raw) -> None:
    assert len(bank.numbers) == 30_000
    for name, (rule, condition) in AUDIENCES.items():
        plain = raw.set(f"SELECT ID FROM file WHERE {condition}")
        assert bank.chosen(rule) == plain, name
        assert 0 < len(plain) < 30_000, name

    as_published = leaf("attribute_number:limit_as_published", "gte", 0)
    (unread,) = queries.count(rule=as_published, branch_ids=None, today=local_date(bank.now)).missing
    assert unread.n == raw.one("SELECT count(*) FROM text WHERE X1 LIKE '%E+%'"), "what is no number is told"

    offered = bank.frozen(LOAN_OFFER)
    assert offered == raw.set(f"SELECT ID FROM file WHERE {IS_OFFERED}")
    overdue = set(Customer.objects.filter(overdue=True).values_list("number", flat=True))
    assert overdue == raw.set("SELECT ID FROM file WHERE X6 > 0")
    assert not overdue & offered, "nobody whom the gate would have to stop"
