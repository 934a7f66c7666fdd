"""What may stand on the shelf."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class ProductKind(StrEnum):
    """The rule catalogue's own codes: what a kind is called decides which rules judge its copy."""

    DEPOSIT = "deposit"
    STRUCTURED_DEPOSIT = "structured_deposit"
    WEALTH = "wealth"
    FUND = "fund"
    INSURANCE = "insurance"
    PRECIOUS_METAL = "precious_metal"
    LOAN = "loan"
    CREDIT_CARD = "credit_card"


class RateKind(StrEnum):
    """What a figure means. A benchmark is no promise, and a loan's is what borrowing costs in a year."""

    NONE = ""
    FIXED = "fixed"
    RANGE = "range"
    BENCHMARK = "benchmark"
    APR = "apr"


NEEDS_RISK_LEVEL = frozenset(
    {ProductKind.STRUCTURED_DEPOSIT, ProductKind.WEALTH, ProductKind.FUND, ProductKind.PRECIOUS_METAL}
)
HAS_NO_RISK_LEVEL = frozenset({ProductKind.DEPOSIT, ProductKind.LOAN, ProductKind.CREDIT_CARD})
RATE_KINDS: Mapping[ProductKind, frozenset[RateKind]] = {
    ProductKind.DEPOSIT: frozenset({RateKind.NONE, RateKind.FIXED}),
    ProductKind.STRUCTURED_DEPOSIT: frozenset({RateKind.RANGE}),
    ProductKind.WEALTH: frozenset({RateKind.NONE, RateKind.BENCHMARK}),
    ProductKind.FUND: frozenset({RateKind.NONE}),
    ProductKind.INSURANCE: frozenset({RateKind.NONE}),
    ProductKind.PRECIOUS_METAL: frozenset({RateKind.NONE}),
    ProductKind.LOAN: frozenset({RateKind.APR}),
    ProductKind.CREDIT_CARD: frozenset({RateKind.NONE, RateKind.APR}),
}


@dataclass(frozen=True, kw_only=True)
class ProductTerms:
    """What the shelf says of a product. Rates are basis points of a year (310 is 3.10 %).

    ``risk_level`` is the issuer's rating R1–R5, ``bank_risk_level`` the bank's own. Last days are inclusive,
    None is open-ended.
    """

    code: str
    name: str
    kind: ProductKind
    issuer: str
    risk_level: int | None = None
    bank_risk_level: int | None = None
    rate_kind: RateKind = RateKind.NONE
    rate_low_bp: int | None = None
    rate_high_bp: int | None = None
    rate_start_date: date | None = None
    rate_last_date: date | None = None
    sale_start_date: date
    sale_last_date: date | None = None
    term_days: int | None = None
    minimum_fen: int = 0
    distributed: bool = False


class ProductRefusal(Refusal):
    """``field`` names what to mend."""

    field = ""


class CodeTaken(ProductRefusal):
    code = "products.code_taken"
    field = "code"
    sentence = _(
        "Product %(product_code)s is already on the shelf. Choose another code, or edit that product."
    )


class RiskLevelMissing(ProductRefusal):
    code = "products.risk_level_missing"
    field = "risk_level"
    sentence = _("A product of this kind needs the risk rating of its issuer and of the bank (R1 to R5).")


class RiskLevelNotApplicable(ProductRefusal):
    code = "products.risk_level_not_applicable"
    field = "risk_level"
    sentence = _("Products of this kind have no risk rating. Leave both ratings empty.")


class RiskLevelUnknown(ProductRefusal):
    code = "products.risk_level_unknown"
    field = "risk_level"
    sentence = _("Risk ratings go from R1 to R5. Choose one of them.")


class RateNotApplicable(ProductRefusal):
    code = "products.rate_not_applicable"
    field = "rate_kind"
    sentence = _("This kind of rate does not belong to this kind of product. Choose another, or none.")


class RateIncomplete(ProductRefusal):
    code = "products.rate_incomplete"
    field = "rate_low_bp"
    sentence = _("Give the rate, and for a range both ends, the lower one first.")


class SaleWindowEmpty(ProductRefusal):
    code = "products.sale_window_empty"
    field = "sale_last_date"
    sentence = _("The last day comes before the first. Mend the dates.")


class ProductIsWithdrawn(ProductRefusal):
    code = "products.withdrawn"
    sentence = _("Product %(product_code)s has been withdrawn. Register a new one instead.")


class ReasonMissing(ProductRefusal):
    code = "products.reason_missing"
    field = "reason"
    sentence = _("Say why the product is withdrawn.")


class ProductNotFound(NotFound):
    code = "products.not_found"
    sentence = _("There is no such product on the shelf. Look it up under Products.")


def effective_risk(*, issuer_level: int | None, bank_level: int | None) -> int | None:
    """Where issuer and bank rate a product differently, the higher level counts."""
    return max((level for level in (issuer_level, bank_level) if level is not None), default=None)


def check_terms(terms: ProductTerms) -> None:
    """:raises ProductRefusal"""
    _check_risk(terms)
    _check_rate(terms)
    for first, last in (
        (terms.sale_start_date, terms.sale_last_date),
        (terms.rate_start_date, terms.rate_last_date),
    ):
        if first and last and last < first:
            raise SaleWindowEmpty()


def _check_risk(terms: ProductTerms) -> None:
    levels = (terms.risk_level, terms.bank_risk_level)
    if any(level is not None and level not in range(1, 6) for level in levels):
        raise RiskLevelUnknown()
    if terms.kind in NEEDS_RISK_LEVEL and None in levels:
        raise RiskLevelMissing()
    if terms.kind in HAS_NO_RISK_LEVEL and levels != (None, None):
        raise RiskLevelNotApplicable()


def _check_rate(terms: ProductTerms) -> None:
    low, high = terms.rate_low_bp, terms.rate_high_bp
    if terms.rate_kind not in RATE_KINDS[terms.kind]:
        raise RateNotApplicable()
    if terms.rate_kind is RateKind.NONE:
        if low is not None or high is not None:
            raise RateNotApplicable()
        return
    if low is None or low < 0 or (high is not None and high < low):
        raise RateIncomplete()
    if terms.rate_kind is RateKind.RANGE and high is None:
        raise RateIncomplete()
