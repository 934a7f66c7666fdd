"""Clean sentences full of tempting words: denied, doubted, warned of, or something else altogether."""

from datetime import date

from huiqun.compliance.checks import check_copy
from tests.rulebook.data import risk_of, rows

TODAY = date(2026, 11, 20)
CLEAN = list(rows("near_misses.tsv"))


def test_finds_no_promise_in_what_only_looks_like_one():
    flagged = [
        (number, text, finding.rule, finding.quote)
        for number, (kind, risk, text) in enumerate(CLEAN)
        for finding in check_copy(text, channel="h5", product_kind=kind, product_risk=risk_of(risk), on=TODAY)
        if finding.start is not None
    ]
    assert flagged == []


def test_there_are_enough_of_them():
    assert len(CLEAN) >= 250
