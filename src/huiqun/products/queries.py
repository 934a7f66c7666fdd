"""Reading the shelf."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from huiqun.foundation.models import Staff
from huiqun.lib.numbers import whole
from huiqun.products.models import KIND_LABELS, Product, ProductQuerySet
from huiqun.products.rules import ProductKind, ProductNotFound, RateKind


@dataclass(frozen=True, kw_only=True)
class ProductFacts:
    """A product as others may know it. ``risk`` is the level that counts: the higher of issuer's and bank's."""

    product_id: int
    code: str
    name: str
    kind: ProductKind
    risk: int | None
    risk_level: int | None
    bank_risk_level: int | None
    issuer: str
    rate_kind: RateKind
    rate_low_bp: int | None
    rate_high_bp: int | None
    rate_start_date: date | None
    rate_last_date: date | None
    sale_start_date: date
    sale_last_date: date | None
    term_days: int | None
    minimum_fen: int
    distributed: bool
    branch_id: int
    is_withdrawn: bool

    def on_sale(self, on: date) -> bool:
        ended = self.sale_last_date is not None and self.sale_last_date < on
        return not self.is_withdrawn and self.sale_start_date <= on and not ended

    def for_dossier(self) -> dict[str, Any]:
        """What a dossier freezes of a product."""
        return {
            "code": self.code,
            "name": self.name,
            "kind": self.kind,
            "risk": self.risk,
            "issuer": self.issuer,
        }


def product(code: str) -> ProductFacts:
    """:raises ProductNotFound"""
    found = Product.objects.filter(code=code).first()
    if found is None:
        raise ProductNotFound()
    return _facts(found)


def products_on_sale(on: date, *, staff: Staff | None = None) -> list[ProductFacts]:
    """In order of code; with ``staff``, what is sold where that person works."""
    shelf = Product.objects.all() if staff is None else Product.objects.visible_to(staff)
    return [_facts(row) for row in shelf.on_sale(on).order_by("code")]


def shelf(
    *, staff: Staff, words: str = "", kind: str = "", state: str = "", risk: str = "", today: date
) -> ProductQuerySet:
    """The rows of the shelf's page."""
    rows: ProductQuerySet = Product.objects.visible_to(staff)
    if words:
        rows = rows.filter(Q(code__icontains=words) | Q(name__icontains=words) | Q(issuer__icontains=words))
    if kind:
        rows = rows.filter(kind=kind)
    if level := whole(risk):
        rows = rows.filter(_risk_is(level))
    if state == "on_sale":
        rows = rows.on_sale(today)
    elif state == "withdrawn":
        rows = rows.filter(withdrawn_at__isnull=False)
    elif state == "off_sale":
        rows = rows.exclude(pk__in=Product.objects.on_sale(today).values("pk")).filter(
            withdrawn_at__isnull=True
        )
    return rows


def _risk_is(level: int) -> Q:
    """The higher of the two ratings is ``level``."""
    at_most = Q(risk_level__isnull=True) | Q(risk_level__lte=level)
    at_most &= Q(bank_risk_level__isnull=True) | Q(bank_risk_level__lte=level)
    return at_most & (Q(risk_level=level) | Q(bank_risk_level=level))


def visible_product(product_id: int, staff: Staff) -> Product:
    """:raises ProductNotFound outside the person's shelf"""
    found: Product | None = (
        Product.objects.visible_to(staff).select_related("branch").filter(pk=product_id).first()
    )
    if found is None:
        raise ProductNotFound()
    return found


def editable_product(product_id: int, staff: Staff) -> Product:
    """:raises ProductNotFound where the person may at most read it"""
    if not may_edit(product_id, staff):
        raise ProductNotFound()
    return visible_product(product_id, staff)


def may_edit(product_id: int, staff: Staff) -> bool:
    return bool(Product.objects.editable_by(staff).filter(pk=product_id).exists())


def _facts(row: Product) -> ProductFacts:
    return ProductFacts(
        product_id=row.pk,
        risk=row.risk,
        branch_id=row.branch_id,
        is_withdrawn=row.withdrawn_at is not None,
        **asdict(row.terms),
    )


def kind_choices() -> list[tuple[str, str]]:
    """Kinds with their labels in the person's language."""
    return [(str(kind), str(label)) for kind, label in KIND_LABELS.items()]
