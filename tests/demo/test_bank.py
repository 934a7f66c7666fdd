"""The made-up bank: the same for the same seed, plausible, and nobody's."""

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from huiqun_demo.bank.files import generate
from huiqun_demo.bank.identifiers import card_number, identity_number
from huiqun_demo.bank.structure import BRANCHES, STAFF

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SIZE = 1_500


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("bank"), now=NOW, size=SIZE, progress=lambda line: None)


@pytest.fixture(scope="module")
def customers(bank: Path) -> list[dict[str, str]]:
    with (bank / "customers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_makes_the_same_bank(bank: Path, tmp_path: Path) -> None:
    again = generate(tmp_path, now=NOW, size=SIZE, progress=lambda line: None)
    for name in ("customers.csv", "consents.csv"):
        assert (again / name).read_bytes() == (bank / name).read_bytes()
    for name in ("holdings", "aum", "transactions", "app_events"):
        assert pq.read_table(again / f"{name}.parquet").equals(pq.read_table(bank / f"{name}.parquet"))


def test_identifiers_have_the_right_shape_and_belong_to_nobody(customers: list[dict[str, str]]) -> None:
    for row in customers:
        assert re.fullmatch(r"(3301|3302|5101|5107)99\d{11}[\dX]", row["证件号码"])
        assert row["证件号码"][6:14] == row["出生日期"].replace("-", "")
        assert re.fullmatch(r"1990\d{7}|", row["手机号码"])
        assert re.fullmatch(r"customer\d{7}@example\.com|", row["电子邮箱"])
    assert len({row["证件号码"] for row in customers}) == SIZE
    # The worked example of the standard, in a county that was never given out.
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    number = identity_number(city="杭州", birth_date=date(1990, 5, 17), male=True, ordinal=1)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    assert number[17] == "10X98765432"[total % 11]
    assert int(number[16]) % 2 == 1


def test_card_numbers_pass_the_check_for_typing_errors() -> None:
    digits = [int(digit) for digit in reversed(card_number(4711))]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[1::2]]
    assert (sum(digits[::2]) + sum(doubled)) % 10 == 0


def test_behaviour_follows_from_the_stage_of_life(bank: Path, customers: list[dict[str, str]]) -> None:
    stage = {row["客户号"]: row["生命周期"] for row in customers}
    spenders = set(pq.read_table(bank / "transactions.parquet", columns=["number"])["number"].to_pylist())
    assert not {number for number in spenders if stage[number] == "沉睡"}
    assert {stage[number] for number in spenders} == {"新客", "成长", "成熟", "流失预警"}
    aum = pq.read_table(bank / "aum.parquet").to_pylist()
    last = max(row["dt"] for row in aum)
    before = {row["number"]: row["aum_fen"] for row in aum if row["dt"] == date(2026, 7, 31)}
    now = {row["number"]: row["aum_fen"] for row in aum if row["dt"] == last}
    assert last == date(2026, 10, 31)
    leaving = [number for number in before if stage[number] == "流失预警"]
    assert leaving
    assert all(now[number] < before[number] for number in leaving)


def test_there_is_somebody_for_every_gate(customers: list[dict[str, str]]) -> None:
    minors = [row for row in customers if row["出生日期"] > "2008-11-20"]
    expired = [row for row in customers if row["风险测评日期"] and row["风险测评日期"] < "2025-11-20"]
    for group in (
        minors,
        expired,
        [row for row in customers if not row["手机号码"]],
        [row for row in customers if not row["电子邮箱"]],
        [row for row in customers if not row["风险等级"]],
        [row for row in customers if row["逾期标志"] == "是"],
    ):
        assert 0 < len(group) < SIZE / 1.2
    assert {row["风险等级"] for row in customers} == {"", "C1", "C2", "C3", "C4", "C5"}


def test_nobody_holds_what_is_above_their_level(bank: Path, customers: list[dict[str, str]]) -> None:
    level = {row["客户号"]: int(row["风险等级"][1:] or 0) for row in customers}
    risky = {"F318": 4, "F322": 3, "W205": 3, "G501": 3, "W101": 2, "S090": 2}
    for row in pq.read_table(bank / "holdings.parquet").to_pylist():
        assert level[row["number"]] >= risky.get(row["product_code"], 0)


def test_no_identifier_enters_what_the_lake_gets(bank: Path) -> None:
    for name in ("holdings", "aum", "transactions", "app_events"):
        columns = set(pq.read_schema(bank / f"{name}.parquet").names)
        assert not columns & {"name", "phone", "email", "id_number", "card_number"}


def test_there_is_staff_for_every_role_and_reviewers_are_different_people() -> None:
    from huiqun.foundation.roles import Role

    held = [role for member in STAFF for role in member.roles]
    assert {Role[role] for role in held} == set(Role)
    assert all(len(member.roles) == 1 for member in STAFF)
    codes = [branch.code for branch in BRANCHES]
    assert len(codes) == 7
    assert all(member.branch in codes for member in STAFF)
