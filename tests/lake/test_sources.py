"""The catalogue says how the bank's systems deliver; what it cannot mean stops the start, with the line."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from huiqun.foundation.lake import configured
from huiqun.foundation.lake.schema import BUILT_IN
from huiqun.foundation.lake.sources import Source
from huiqun.lib.data_files import BrokenFile
from huiqun.lib.days import BANK_ZONE

GOOD = """
retention:
  app_events: 400
sources:
  core:
    label: 核心系统
    files: "KX_*.csv"
    dataset: transactions
    columns: {客户编号: number, 金额: amount_fen}
    values: {kind: {消费: spend}}
    units: {amount_fen: wan}
    ranges: {amount_fen: [0, null]}
    ignore: [备注]
    new_columns: leave_out
    rhythm: daily
    due: "06:30"
"""


def read(tmp_path: Path, text: str) -> configured.Configured:
    path = tmp_path / "catalogue.yaml"
    path.write_text(text, "utf-8")
    return configured.read(path, BUILT_IN)


def test_reads_a_source_and_retention(tmp_path: Path):
    catalogue = read(tmp_path, GOOD)
    assert catalogue.retention == {"app_events": 400}
    (source,) = catalogue.sources
    assert source == Source(
        name="core",
        label="核心系统",
        files="KX_*.csv",
        dataset="transactions",
        columns={"客户编号": "number", "金额": "amount_fen"},
        values={"kind": {"消费": "spend"}},
        units={"amount_fen": 1_000_000},
        ranges={"amount_fen": (0, None)},
        ignore=frozenset({"备注"}),
        new_columns="leave_out",
        rhythm=1,
        due=time(6, 30),
    )
    assert source.delivers("kx_20261120.CSV") and not source.delivers("transactions.csv")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("app_events: 400", "nowhere: 400", 3, "no dataset called nowhere"),
        ("app_events: 400", "profiles: 400", 3, "no days"),
        ("app_events: 400", "app_events: soon", 3, "whole number"),
        ("  core:", "  Core System:", 5, "small letters"),
        ("label: 核心系统", "file: x", 6, "file is not known"),
        ("dataset: transactions", "dataset: profiles", 8, "no files are delivered"),
        ("金额: amount_fen", "金额: amount", 9, "amount is no column"),
        ("金额: amount_fen", "金额: number", 9, "two columns"),
        ("values: {kind", "values: {colour", 10, "colour is no column"),
        ("amount_fen: wan", "amount_fen: dollar", 11, "one of fen, yuan, wan"),
        ("[0, null]", "[0]", 12, "a range is"),
        ("ignore: [备注]", "ignore: 备注", 13, "a list"),
        ("leave_out", "guess", 14, "refuse, leave_out"),
        ("daily", "hourly", 15, "daily, weekly, monthly"),
        ('"06:30"', '"half past six"', 16, "a time such as"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_where(tmp_path: Path, old: str, new: str, line: int, reason: str):
    assert old in GOOD
    with pytest.raises(BrokenFile, match=f":{line}: .*{reason}"):
        read(tmp_path, GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    ("rhythm", "last", "moment", "late"),
    [
        (0, None, (20, 12), False),
        (1, None, (20, 12), True),
        (1, 19, (20, 8), False),
        (1, 19, (20, 9), True),
        (1, 20, (20, 23), False),
        (7, 13, (20, 8), False),
        (7, 13, (20, 9), True),
        (7, 14, (20, 9), False),
    ],
)  # fmt: skip
def test_a_source_is_late_after_its_hour(rhythm: int, last: int | None, moment: tuple[int, int], late: bool):
    source = Source(name="a", label="a", files="*", dataset="aum", rhythm=rhythm)
    now = datetime(2026, 11, *moment, tzinfo=BANK_ZONE)
    assert source.is_late(last=date(2026, 11, last) if last else None, now=now) == late
