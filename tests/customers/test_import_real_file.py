"""The file of a real bank arrives complete by its shipped mapping."""

from datetime import datetime
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


def test_every_line_becomes_a_customer_numbered_by_its_line(
    head_office: Any, file: Path, now: datetime
) -> None:
    text = (MAPPINGS / "uci_bank.toml").read_text("utf-8")

    outcome = actions.import_customers(path=file, mapping_text=text, now=now)
    again = actions.import_customers(path=file, mapping_text=text, now=now)

    assert (outcome.state, outcome.created, outcome.refused) == (ImportRun.State.DONE, 41_188, 0)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 41_188)
    first = Customer.objects.get(number="1")
    assert first.attributes["job"] == "housemaid"
    assert first.attributes["y"] == "no"
    assert Customer.objects.filter(attributes__y="yes").count() == 4_640
    actions.export_profiles(now=now)
    with lake.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM attributes WHERE name = 'y' AND value = 'yes'"
        ).fetchone()
    assert row == (4_640,)
