"""The file of a real bank arrives complete by its shipped mapping."""

import gzip
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from huiqun.customers import actions
from huiqun.customers.models import Customer, ImportRun
from huiqun.foundation import lake
from tests.customers.files import MAPPINGS
from tests.shared import shared_file


@pytest.fixture
def file() -> Path:
    return shared_file("data/uci_bank/bank-additional-full.csv.gz")


@pytest.mark.parametrize(
    ("lines", "yes"),
    [
        pytest.param(2_000, 42, id="its beginning"),
        pytest.param(41_188, 4_640, id="whole", marks=pytest.mark.slow),
    ],
)
def test_every_line_becomes_a_customer_numbered_by_its_line(
    lines: int, yes: int, head_office: Any, file: Path, now: datetime, tmp_path: Path
) -> None:
    """The whole file is also taken in, once, by the story of the real bank."""
    text = (MAPPINGS / "uci_bank.toml").read_text("utf-8")
    if lines < 41_188:
        file = beginning(file, lines, tmp_path / "beginning.csv")

    outcome = actions.import_customers(path=file, mapping_text=text, now=now)
    again = actions.import_customers(path=file, mapping_text=text, now=now)

    assert (outcome.state, outcome.created, outcome.refused) == (ImportRun.State.DONE, lines, 0)
    assert (again.created, again.updated, again.unchanged) == (0, 0, lines)
    first = Customer.objects.get(number="1")
    assert first.attributes["job"] == "housemaid"
    assert first.attributes["y"] == "no"
    assert Customer.objects.filter(attributes__y="yes").count() == yes
    actions.export_profiles(now=now)
    with lake.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM attributes WHERE name = 'y' AND value = 'yes'"
        ).fetchone()
    assert row == (yes,)


def beginning(file: Path, lines: int, target: Path) -> Path:
    with gzip.open(file, "rt", encoding="utf-8") as whole:
        target.write_text("".join(islice(whole, lines + 1)), encoding="utf-8")
    return target
