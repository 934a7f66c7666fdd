"""What may stand on the shelf."""

from datetime import date
from typing import Any

import pytest

from huiqun.products.rules import (
    ProductKind,
    RateIncomplete,
    RateKind,
    RateNotApplicable,
    RiskLevelMissing,
    RiskLevelNotApplicable,
    RiskLevelUnknown,
    SaleWindowEmpty,
    check_terms,
    effective_risk,
)
from tests.makers.products import product_terms

DEPOSIT = {
    "kind": ProductKind.DEPOSIT,
    "risk_level": None,
    "bank_risk_level": None,
    "rate_kind": RateKind.FIXED,
    "rate_low_bp": 95,
    "rate_high_bp": None,
}


@pytest.mark.parametrize(
    "over",
    [
        {},
        DEPOSIT,
        {"kind": ProductKind.STRUCTURED_DEPOSIT, "rate_kind": RateKind.RANGE, "rate_low_bp": 80},
        {"kind": ProductKind.INSURANCE, "rate_kind": RateKind.NONE, "rate_low_bp": None, "rate_high_bp": None}
        | {"risk_level": None, "bank_risk_level": None},
        {**DEPOSIT, "kind": ProductKind.LOAN, "rate_kind": RateKind.APR, "rate_low_bp": 340},
    ],
)
def test_accepts_what_is_complete(over: dict[str, Any]) -> None:
    check_terms(product_terms(**over))


@pytest.mark.parametrize(
    ("over", "refusal"),
    [
        ({"risk_level": None}, RiskLevelMissing),
        ({"bank_risk_level": None}, RiskLevelMissing),
        ({"risk_level": 6}, RiskLevelUnknown),
        ({**DEPOSIT, "risk_level": 1}, RiskLevelNotApplicable),
        ({"rate_kind": RateKind.FIXED}, RateNotApplicable),
        ({**DEPOSIT, "rate_kind": RateKind.NONE}, RateNotApplicable),
        ({**DEPOSIT, "rate_low_bp": None}, RateIncomplete),
        ({"rate_low_bp": 300, "rate_high_bp": 200}, RateIncomplete),
        (
            {"kind": ProductKind.STRUCTURED_DEPOSIT, "rate_kind": RateKind.RANGE, "rate_high_bp": None},
            RateIncomplete,
        ),
        ({"sale_last_date": date(2025, 12, 31)}, SaleWindowEmpty),
        ({"rate_start_date": date(2026, 2, 2), "rate_last_date": date(2026, 2, 1)}, SaleWindowEmpty),
    ],
)
def test_refuses_what_misleads(over: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_terms(product_terms(**over))


def test_the_higher_rating_counts() -> None:
    assert effective_risk(issuer_level=2, bank_level=3) == 3
    assert effective_risk(issuer_level=4, bank_level=3) == 4
    assert effective_risk(issuer_level=None, bank_level=2) == 2
    assert effective_risk(issuer_level=None, bank_level=None) is None
