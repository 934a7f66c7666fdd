"""Clean sentences full of tempting words: denied, doubted, warned of, or something else altogether."""

from datetime import date

import pytest

from huiqun.compliance.checks import check_copy
from tests.rulebook.data import risk_of, rows

TODAY = date(2026, 11, 20)
CLEAN = [
    pytest.param(kind, risk_of(risk), text, id=f"{number}-{text[:16]!r}")
    for number, (kind, risk, text) in enumerate(rows("near_misses.tsv"))
]


@pytest.mark.parametrize(("kind", "risk", "text"), CLEAN)
def test_finds_no_promise_in_what_only_looks_like_one(kind: str, risk: int | None, text: str):
    found = check_copy(text, channel="h5", product_kind=kind, product_risk=risk, on=TODAY)
    assert [(finding.rule, finding.quote) for finding in found if finding.start is not None] == []


def test_there_are_enough_of_them():
    assert len(CLEAN) >= 250
