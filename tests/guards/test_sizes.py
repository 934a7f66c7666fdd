"""A module over 400 lines has a second noun in it."""

from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
MOST_LINES = 400


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_is_easy_to_scan(path: Path):
    assert path.read_text("utf-8").count("\n") <= MOST_LINES
