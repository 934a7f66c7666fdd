"""What a bank adds by its catalogue is asked in rules like what is built in, and a broken file stops the start."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from huiqun.audiences import rules
from huiqun.audiences.fields.choices import APP_KINDS, TRANSACTION_KINDS, with_own
from huiqun.audiences.fields.configured import configured_fields
from huiqun.foundation import fields
from huiqun.foundation.lake import configured
from huiqun.foundation.lake.schema import BUILT_IN
from huiqun.foundation.lake.staging import WrongValue, fit
from huiqun.lib.data_files import BrokenFile

TODAY = date(2026, 11, 22)
CATALOGUE = """
columns:
  profiles:
    consent_sms: {label: 短信营销同意, type: flag}
    segment: {label: 客层, type: code, values: {mass: 大众, private: 私行}}
datasets:
  contracts:
    label: 合约
    kind: state
    columns:
      product_type: {label: 产品类型, type: code, required: true}
      status: {label: 状态, type: text}
      amount_fen: {label: 金额, type: money, required: true}
      matures_date: {label: 到期日, type: day}
  calls:
    label: 来电
    kind: events
    columns:
      minutes: {label: 分钟, type: number}
fields:
  contracts.maturing:
    label: 即将到期的合约金额
    dataset: contracts
    aggregate: sum
    column: amount_fen
    filters: [product_type]
    only: {status: 正常}
    next: matures_date
  calls.longest: {label: 最长来电, dataset: calls, aggregate: greatest, column: minutes, window: true}
"""


def _read(tmp_path: Path, text: str) -> configured.Configured:
    path = tmp_path / "catalogue.yaml"
    path.write_text(text, "utf-8")
    return configured.read(path, BUILT_IN)


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> configured.Configured:
    monkeypatch.setattr(fields, "_fields", dict(fields._fields))
    made = _read(tmp_path, CATALOGUE)
    fields.register(*configured_fields(made))
    return made


def _bank(catalogue: configured.Configured) -> duckdb.DuckDBPyConnection:
    """Three customers: 1 has a deposit maturing soon, 2 one that has ended, 3 none."""
    rows: dict[str, list[dict[str, Any]]] = {
        "profiles": [
            {"customer_id": 1, "branch_id": 1, "consent_sms": True, "segment": "private"},
            {"customer_id": 2, "branch_id": 1, "consent_sms": False, "segment": "mass"},
            {"customer_id": 3, "branch_id": 1, "consent_sms": None, "segment": None},
        ],
        "contracts": [
            _contract(1, "deposit", "正常", 5_000_000, 10),
            _contract(1, "fund", "正常", 9_900_000, 10),
            _contract(2, "deposit", "终止", 8_000_000, 10),
            _contract(3, "deposit", "正常", 8_000_000, 31),
        ],
    }
    connection = duckdb.connect()
    for name, values in rows.items():
        schema = catalogue.datasets[name].schema
        connection.register(name, fit_table(catalogue, name, pa.Table.from_pylist(values, schema=schema)))
    return connection


def fit_table(catalogue: configured.Configured, name: str, table: pa.Table) -> pa.Table:
    """As staging checks it."""
    return pa.Table.from_batches([fit(catalogue.datasets[name], each) for each in table.to_batches()])


def _contract(customer: int, kind: str, status: str, fen: int, days: int) -> dict[str, Any]:
    return {
        "customer_id": customer,
        "product_type": kind,
        "status": status,
        "amount_fen": fen,
        "matures_date": TODAY + timedelta(days=days),
    }


def _chosen(connection: duckdb.DuckDBPyConnection, rule: Any) -> set[int]:
    query = rules.compile_rule(rules.parse(rule), today=TODAY, branch_ids=None)
    return {row[0] for row in connection.execute(rules.sql_text(query)).fetchall()}


@pytest.mark.parametrize(
    ("rule", "chosen"),
    [
        ({"field": "profile.consent_sms", "op": "eq", "value": True}, {1}),
        ({"field": "profile.consent_sms", "op": "is_missing"}, {3}),
        ({"field": "profile.segment", "op": "in", "value": ["mass", "private"]}, {1, 2}),
        (
            {
                "field": "contracts.maturing",
                "op": "gte",
                "value": 50_000,
                "with": {"days": 30, "product_type": ["deposit"]},
            },
            {1},
        ),
        ({"field": "contracts.maturing", "op": "gt", "value": 50_000, "with": {"days": 31}}, {1, 3}),
        ({"field": "contracts.maturing", "op": "eq", "value": 0, "with": {"days": 30}}, {2, 3}),
    ],
)
def test_what_the_bank_declares_is_asked_like_what_is_built_in(
    catalogue: configured.Configured, rule: dict[str, Any], chosen: set[int]
) -> None:
    assert _chosen(_bank(catalogue), rule) == chosen


def test_values_that_the_catalogue_does_not_list_are_refused(catalogue: configured.Configured) -> None:
    table = pa.table({"customer_id": [1], "branch_id": [1], "segment": ["retail"]})
    with pytest.raises(WrongValue):
        fit(catalogue.datasets["profiles"], table.to_batches()[0])
    with pytest.raises(rules.RuleInvalid):
        rules.parse({"field": "profile.segment", "op": "eq", "value": "retail"})


def test_events_of_the_bank_are_windows_that_grow(catalogue: configured.Configured) -> None:
    field = fields.find("calls.longest")
    assert field is not None and field.relation is not None
    measure = field.relation({"days": 30}, TODAY)
    assert catalogue.datasets["calls"].is_events
    assert getattr(measure, "growth", None) == fields.Growth.MAX


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("columns:\n  profile: {}\n", 2, "no dataset called profile"),
        ("columns:\n  profiles:\n    sex: {label: 性别, type: code}\n", 3, "already"),
        ("columns:\n  profiles:\n    VIP: {label: 贵宾, type: flag}\n", 3, "small letters"),
        ("columns:\n  profiles:\n    vip: {type: flag}\n", 3, "label is missing"),
        ("columns:\n  profiles:\n    vip: {label: 贵宾, type: boolean}\n", 3, "type must be"),
        ("columns:\n  profiles:\n    fee: {label: 费, type: money}\n", 3, "_fen"),
        ("datasets:\n  loans:\n    label: 贷款\n    kind: table\n", 4, "kind must be"),
        ("tables: {}\n", 1, "not known here"),
        ("columns: [1, 2]\n", 1, "names with what belongs"),
        ("columns:\n  profiles: {\n", 2, "expected"),
    ],
)
def test_a_broken_catalogue_says_where_and_why(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(BrokenFile) as refusal:
        _read(tmp_path, text)
    assert f"catalogue.yaml:{line}" in str(refusal.value) or refusal.value.line == line + 1
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{label: 数, dataset: calls, aggregate: median}", "aggregate must be"),
        ("{label: 数, dataset: call, aggregate: count}", "no dataset called call"),
        ("{label: 数, dataset: calls, aggregate: sum}", "needs a column"),
        ("{label: 数, dataset: calls, aggregate: sum, column: hours}", "no column hours"),
        ("{label: 数, dataset: contracts, aggregate: count, window: true}", "no days"),
        ("{dataset: calls, aggregate: count}", "label is missing"),
        ("{label: 数, dataset: calls, aggregate: count, sql: DROP}", "nothing else"),
    ],
)
def test_a_broken_field_says_where_and_why(tmp_path: Path, body: str, reason: str) -> None:
    text = CATALOGUE + f"  calls.wrong: {body}\n"
    with pytest.raises(BrokenFile) as refusal:
        list(configured_fields(_read(tmp_path, text)))
    assert reason in str(refusal.value)
    assert refusal.value.line is not None and refusal.value.line >= len(CATALOGUE.splitlines())


def test_the_program_does_not_start_with_a_broken_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text("columns:\n  nowhere: {}\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env={
            **os.environ,
            "HUIQUN_CATALOGUE": str(path),
            "HUIQUN_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "huiqun.config.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"{path}:2: there is no dataset called nowhere" in done.stderr


def test_the_banks_own_kinds_of_events_are_offered_beside_the_known_ones(tmp_path: Path) -> None:
    own = "kinds_of_events:\n  transactions: {wealth_renewal: 理财续期, spend: 刷卡消费}\n"
    found = _read(tmp_path, own)
    offered = with_own("transactions", TRANSACTION_KINDS, found.event_kinds)
    labels = {choice.value: choice.label for choice in offered}
    assert labels["wealth_renewal"] == "理财续期" and labels["spend"] == "刷卡消费"
    assert len(offered) == len(TRANSACTION_KINDS) + 1
    assert with_own("app_events", APP_KINDS, found.event_kinds) == APP_KINDS


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("kinds_of_events:\n  holdings: {x: 某}\n", 2, "no dataset of events called holdings"),
        ("kinds_of_events:\n  transactions:\n    Wealth: 某\n", 3, "small letters"),
        ("kinds_of_events:\n  transactions:\n    wealth: ''\n", 3, "a label is missing"),
    ],
)
def test_a_broken_kind_of_event_says_where_and_why(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(BrokenFile) as refusal:
        _read(tmp_path, text)
    assert reason in str(refusal.value) and refusal.value.line == line


def test_a_program_with_kinds_of_its_own_takes_them_in_rules(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text("kinds_of_events:\n  transactions: {wealth_renewal: 理财续期}\n", "utf-8")
    code = (
        "import django; django.setup()\n"
        "from huiqun.audiences import rules\n"
        "asked = {'days': 30, 'kind': ['wealth_renewal']}\n"
        "rule = {'field': 'transactions.count', 'with': asked, 'op': 'gt', 'value': 0}\n"
        "print(rules.sentence(rules.parse(rule), str))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "HUIQUN_CATALOGUE": str(path),
            "HUIQUN_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "huiqun.config.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "理财续期" in done.stdout
