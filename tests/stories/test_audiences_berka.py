"""Whom a bank would offer a card, on the clients of a Czech bank: joint owners are never addressed as owners.

Data: PKDD 1999 challenge ("Berka"). Every audience is worked out by plain SQL on the raw files as well.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from huiqun.audiences import queries
from huiqun.foundation import clock
from tests.conftest import make_branch
from tests.stories.audience_bank import Bank, Raw, configure, every, leaf, none_of, some

TODAY = date(1999, 1, 1)
REGIONS = {
    "Prague": "PRG",
    "central Bohemia": "CB",
    "south Bohemia": "SB",
    "west Bohemia": "WB",
    "north Bohemia": "NB",
    "east Bohemia": "EB",
    "south Moravia": "SM",
    "north Moravia": "NM",
}
CARDS = ["junior_card", "classic_card", "gold_card"]

MAPPING = """
name = "berka"
kind = "customers"

[branch]
column = "地区"
values = { REGIONS }

[fields]
number = "客户号"
birth_date = "出生日期"
city = "城市"
opened_date = "开户日期"

[fields.sex]
column = "性别"
values = { "男" = "M", "女" = "F" }

[attributes]
relation = "账户关系"
""".replace("REGIONS", ", ".join(f'"{region}" = "{code}"' for region, code in REGIONS.items()))

CATALOGUE = """
sources:
  accounts:
    label: 账户流水
    files: trans_*.csv
    dataset: transactions
    columns: {client_id: number, trans_id: event_id, date: at, operation: kind, amount: amount_fen}
    units: {amount_fen: yuan}
    values:
      kind:
        credit in cash: deposit_in
        collection from another bank: transfer_in
        interest credited: interest
        withdrawal in cash: spend
        credit card withdrawal: spend
        remittance to another bank: spend
    ignore: [type, balance, k_symbol, bank, account, account_id]
fields:
  transactions.transferred:
    label: 他行转入笔数
    dataset: transactions
    aggregate: count
    only: {kind: transfer_in}
    window: true
"""

CUSTOMERS = """
SELECT client_id AS 客户号, A3 AS 地区, A2 AS 城市, type AS 账户关系,
       CASE WHEN birth_number[3:4]::INT > 50 THEN '女' ELSE '男' END AS 性别,
       concat_ws('-', 1900 + birth_number[1:2]::INT, (birth_number[3:4]::INT - 1) % 50 + 1, birth_number[5:6])
           AS 出生日期,
       strptime('19' || date, '%Y%m%d')::DATE AS 开户日期
  FROM client JOIN disp USING (client_id) JOIN account USING (account_id)
  JOIN district ON A1 = client.district_id
"""
HOLDINGS = """
SELECT client_id AS 客户号, '1998-12-31' AS 日期, 'K' || card_id AS product_code,
       card.type || '_card' AS product_kind, 0 AS amount, NULL AS matures_date
  FROM card JOIN disp USING (disp_id)
UNION ALL
SELECT client_id, '1998-12-31', 'L' || loan_id, CASE status WHEN 'D' THEN 'loan_in_debt' ELSE 'loan' END, amount,
       strptime('19' || date, '%Y%m%d')::DATE + to_months(duration::INT)
  FROM loan JOIN disp USING (account_id) WHERE disp.type = 'OWNER' AND status IN ('C', 'D')
"""
AUM = """
SELECT client_id AS 客户号, '1998-12-31' AS 日期, avg_balance_label AS aum
  FROM balance JOIN disp USING (account_id) WHERE type = 'OWNER' AND avg_balance_label IS NOT NULL
UNION ALL
SELECT client_id, '1997-12-31', avg_balance_obs FROM balance JOIN disp USING (account_id) WHERE type = 'OWNER'
"""
TRANSACTIONS = """
SELECT client_id, trans.* REPLACE (strptime('19' || date, '%Y%m%d')::DATE || ' 12:00:00' AS date,
                                   coalesce(operation, trans.k_symbol) AS operation)
  FROM trans JOIN disp USING (account_id) WHERE disp.type = 'OWNER'
"""

PEOPLE = """
WITH born AS (
    SELECT client_id, district_id, (birth_number::INT // 100) % 100 > 12 AS is_woman,
           strptime((19000000 + birth_number::INT - 5000 * is_woman::INT)::VARCHAR, '%Y%m%d')::DATE AS birth
      FROM client)
SELECT client_id, is_woman, date_part('year', age(DATE '1999-01-01', birth)) AS age, A3 AS region,
       disp.type = 'OWNER' AS is_owner, card.type AS card, disp.account_id,
       round(avg_balance_label::DECIMAL(20, 6), 2) AS assets, round(avg_balance_obs::DECIMAL(20, 6), 2) AS before
  FROM born JOIN disp USING (client_id) JOIN district ON A1 = district_id LEFT JOIN card USING (disp_id)
  LEFT JOIN balance ON disp.type = 'OWNER' AND balance.account_id = disp.account_id
"""
MONEY = """
SELECT account_id, strptime('19' || date, '%Y%m%d')::DATE AS dt, amount::DECIMAL(18, 2) AS amount,
       CASE WHEN type LIKE 'withdrawal%' THEN 'out' WHEN operation = 'credit in cash' THEN 'in'
            WHEN operation IS NOT NULL THEN 'transfer' END AS what
  FROM trans
"""

OWNER = leaf("attribute:relation", "eq", "OWNER")
YOUNG = leaf("profile.age", "between", [15, 22])
NO_CARD = leaf("holdings.products", "eq", 0, product_kind=CARDS)
JUNIOR = every(OWNER, YOUNG, NO_CARD)
IS_JUNIOR = "is_owner AND age BETWEEN 15 AND 22 AND card IS NULL"

PAID_IN: dict[str, Any] = {"days": 1_500, "did": "transactions.deposit_in", "not": "transactions.spend"}

AUDIENCES: dict[str, tuple[dict[str, Any], str]] = {
    "junior card": (JUNIOR, IS_JUNIOR),
    "gold card": (
        every(
            OWNER,
            leaf("holdings.products", "gte", 1, product_kind=["classic_card"]),
            leaf("aum.now", "gte", 60_000),
            none_of(leaf("holdings.products", "gt", 0, product_kind=["loan_in_debt"])),
        ),
        "card = 'classic' AND assets >= 60000"
        " AND account_id NOT IN (SELECT account_id FROM loan WHERE status = 'D')",
    ),
    "women with a loan, or with much": (
        every(
            leaf("profile.sex", "eq", "F"),
            some(
                leaf("holdings.amount", "gt", 300_000, product_kind=["loan", "loan_in_debt"]),
                leaf("aum.now", "gt", 70_000),
            ),
        ),
        "is_woman AND (assets > 70000 OR is_owner AND account_id IN"
        " (SELECT account_id FROM loan WHERE status IN ('C', 'D') AND amount::INT > 300000))",
    ),
    "half of it gone": (leaf("aum.change", "lte", -50, days=365), "before > 0 AND assets * 2 <= before"),
    "nothing known of their money": (leaf("aum.now", "is_missing"), "assets IS NULL"),
    "loan that ends this year": (
        leaf("holdings.maturing", "gt", 0, days=364, product_kind=["loan", "loan_in_debt"]),
        "is_owner AND account_id IN (SELECT account_id FROM loan WHERE status IN ('C', 'D') AND date_part('year',"
        " strptime('19' || date, '%Y%m%d') + to_months(duration::INT)) = 1999)",
    ),
    "spent much in a year": (
        leaf("transactions.sum", "gte", 100_000, days=365, kind=["spend"]),
        "is_owner AND account_id IN (SELECT account_id FROM money WHERE what = 'out' AND dt > DATE '1998-01-01'"
        " GROUP BY ALL HAVING sum(amount) >= 100000)",
    ),
    "paid in and has spent nothing since": (
        leaf("sequence.not_since", "eq", True, **PAID_IN),
        "is_owner AND account_id IN (SELECT account_id FROM money WHERE dt > DATE '1999-01-01' - 1500 GROUP BY ALL"
        " HAVING max(dt) FILTER (WHERE what = 'in') >="
        " coalesce(max(dt) FILTER (WHERE what = 'out'), DATE '1900-01-01'))",
    ),
    "transfers from other banks": (
        leaf("transactions.transferred", "gte", 3, days=365),
        "is_owner AND account_id IN (SELECT account_id FROM money WHERE what = 'transfer' AND"
        " dt > DATE '1998-01-01' GROUP BY ALL HAVING count(*) >= 3)",
    ),
}


@pytest.fixture
def now() -> Iterator[datetime]:
    """New Year's Day of 1999 at the bank."""
    moment = datetime(1999, 1, 1, 2, 0, tzinfo=UTC)
    with clock.at(moment):
        yield moment


@pytest.fixture
def raw() -> Raw:
    made = Raw(
        account="berka/account.asc.gz",
        balance="berka/account_balance_1997_1998_thirdparty.csv.gz",
        card="berka/card.asc.gz",
        client="berka/client.asc.gz",
        disp="berka/disp.asc.gz",
        district="berka/district.asc.gz",
        loan="berka/loan.asc.gz",
        trans="berka/trans_354_loan_accounts.csv.gz",
    )
    made.keep("people", PEOPLE)
    made.keep("money", MONEY)
    return made


@pytest.fixture
def regions(head_office: Any) -> dict[str, int]:
    return {region: make_branch(code, region, head_office).pk for region, code in REGIONS.items()}


@pytest.fixture
def bank(
    raw: Raw,
    regions: dict[str, int],
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
    for name, query in (
        ("holdings-1998-12-31.csv", HOLDINGS),
        ("aum.parquet", AUM),
        ("trans_1998.csv", TRANSACTIONS),
    ):
        assert bank.deliver(raw.extract(tmp_path / name, query)).refused == 0
    return bank


def test_whom_the_bank_offers_a_card(bank: Bank, raw: Raw, regions: dict[str, int]) -> None:
    assert len(bank.numbers) == 5_369
    for name, (rule, condition) in AUDIENCES.items():
        plain = raw.set(f"SELECT client_id FROM people WHERE {condition}")
        assert bank.chosen(rule) == plain, name
        assert 0 < len(plain) < 5_369, name

    joint = bank.chosen(every(YOUNG, NO_CARD)) - bank.chosen(JUNIOR)
    assert joint == raw.set("SELECT client_id FROM people WHERE NOT is_owner AND age BETWEEN 15 AND 22")
    assert joint, "a joint owner who would have been addressed as an owner"
    assert bank.frozen(JUNIOR) == raw.set(f"SELECT client_id FROM people WHERE {IS_JUNIOR}")

    counted = queries.count(rule=leaf("aum.now", "gte", 60_000), branch_ids=None, today=TODAY)
    (missing,) = counted.missing
    assert counted.n == raw.one("SELECT count(*) FROM people WHERE assets >= 60000")
    assert missing.n == raw.one("SELECT count(*) FROM people WHERE assets IS NULL")

    for region, branch in regions.items():
        plain_count = raw.one(f"SELECT count(*) FROM people WHERE {IS_JUNIOR} AND region = '{region}'")
        assert bank.count(JUNIOR, branch_ids=[branch]) == plain_count, region
