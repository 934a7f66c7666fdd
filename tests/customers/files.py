"""Small delivered files for tests."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import huiqun.customers

MAPPINGS = Path(huiqun.customers.__file__).parent / "mappings"

SIMPLE = """
name = "simple"
[branch]
column = "branch"
[fields]
number = "no"
name = "name"
phone = "phone"
birth_date = "born"
[fields.risk_level]
column = "risk"
optional = true
[attributes]
hobby = { column = "hobby", optional = true }
"""

HEADER = ("no", "name", "phone", "born", "branch", "risk", "hobby")


def row(ordinal: int, **over: str) -> list[str]:
    values = {
        "no": f"C{ordinal}",
        "name": "王小明",
        "phone": f"1380000{ordinal:04d}",
        "born": "1990-05-17",
        "branch": "N",
        "risk": "C3",
        "hobby": "围棋",
    }
    return [(values | over)[column] for column in HEADER]


def write_csv(
    path: Path,
    rows: Iterable[Sequence[str]],
    *,
    header: Sequence[str] = HEADER,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(rows)
    return path
