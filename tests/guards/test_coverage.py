"""``docs/coverage.csv`` tells the truth about which capabilities are shown by which tests."""

import ast
import csv
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = list(csv.DictReader((ROOT / "docs" / "coverage.csv").read_text("utf-8").splitlines()))


def test_names_each_capability_once():
    ids = [row["id"] for row in ROWS]
    assert len(ids) == len(set(ids)) == 250
    assert list(ROWS[0]) == ["id", "status", "where", "test"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_says_what_is_so(row: dict[str, str]):
    assert row["status"] in ("works", "partly", "missing")
    if row["status"] == "missing":
        assert not row["test"]
        return
    assert row["where"], "say where it is"
    assert row["test"] or row["status"] == "partly", "what works has a test"
    for place in row["where"].split():
        assert (ROOT / place).exists() or (ROOT / "src" / "huiqun" / place).exists(), (
            f"{place} does not exist"
        )
    for named in row["test"].split():
        path, _, test = named.partition("::")
        assert (ROOT / path).is_file(), f"{path} does not exist"
        assert not test or test in functions_of(path), f"{named} does not exist"


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))
