"""Products for tests."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from huiqun.foundation.models import Branch
from huiqun.products.models import Product
from huiqun.products.rules import ProductKind, ProductTerms, RateKind

THEN = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
_ordinals = count(1)


def product_terms(**over: Any) -> ProductTerms:
    """An R2 wealth product of another issuer, on sale since January."""
    values: dict[str, Any] = {
        "code": f"W{next(_ordinals):05d}",
        "name": "江川稳健90天理财",
        "kind": ProductKind.WEALTH,
        "issuer": "江川理财有限责任公司",
        "risk_level": 2,
        "bank_risk_level": 2,
        "rate_kind": RateKind.BENCHMARK,
        "rate_low_bp": 210,
        "rate_high_bp": 270,
        "sale_start_date": date(2026, 1, 1),
        "minimum_fen": 10_000,
        "distributed": True,
    }
    return ProductTerms(**(values | over))


def make_product(*, branch: Branch, **over: Any) -> Product:
    product = Product(branch=branch, created_at=THEN, updated_at=THEN)
    product.take(product_terms(**over))
    product.save()
    return product


ROUTE_OBJECTS = {"product_id": lambda branch: make_product(branch=branch).pk}
