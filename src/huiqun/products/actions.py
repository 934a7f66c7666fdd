"""Changing the shelf. Who may: administrators, for their own branch and below."""

from dataclasses import asdict
from datetime import datetime
from typing import cast

from django.db import transaction

from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.canonical import digest
from huiqun.lib.refusal import NotFound
from huiqun.products.events import ProductRegistered, ProductUpdated, ProductWithdrawn
from huiqun.products.models import Product
from huiqun.products.rules import (
    CodeTaken,
    ProductIsWithdrawn,
    ProductNotFound,
    ProductTerms,
    ReasonMissing,
    check_terms,
)


@transaction.atomic
def register_product(*, terms: ProductTerms, branch_id: int, by: Staff, now: datetime) -> int:
    """Put a product on a branch's shelf; its id. :raises CodeTaken, ProductRefusal, NotFound"""
    check_terms(terms)
    if not Branch.objects.visible_to(by).filter(pk=branch_id).exists():
        raise NotFound()
    if Product.objects.filter(code=terms.code).exists():
        raise CodeTaken(product_code=terms.code)
    product = Product(branch_id=branch_id, created_at=now, updated_at=now)
    product.take(terms)
    product.save()
    event = ProductRegistered(
        product_id=product.pk,
        code=product.code,
        product_kind=product.kind,
        risk_level=product.risk,
        terms_digest=digest(asdict(terms)),
    )
    facts.record(event, at=now, by=by, branch_id=branch_id)
    return product.pk


@transaction.atomic
def update_product(*, product_id: int, terms: ProductTerms, by: Staff, now: datetime) -> None:
    """Change what the shelf says; nothing happens when it says so already.

    What a dossier froze of the product stays as it was: campaigns compare at submission.
    :raises ProductNotFound, ProductIsWithdrawn, CodeTaken, ProductRefusal
    """
    product = _locked(product_id, by)
    check_terms(terms)
    if terms.code != product.code and Product.objects.filter(code=terms.code).exists():
        raise CodeTaken(product_code=terms.code)
    before, after = asdict(product.terms), asdict(terms)
    changed = tuple(sorted(name for name in after if after[name] != before[name]))
    if not changed:
        return
    product.take(terms)
    product.updated_at = now
    product.save()
    event = ProductUpdated(
        product_id=product.pk, changed=changed, risk_level=product.risk, terms_digest=digest(after)
    )
    facts.record(event, at=now, by=by, branch_id=product.branch_id)


@transaction.atomic
def withdraw_product(*, product_id: int, reason: str, by: Staff, now: datetime) -> None:
    """Take a product off the shelf for good. :raises ProductNotFound, ProductIsWithdrawn, ReasonMissing"""
    product = _locked(product_id, by)
    if not reason.strip():
        raise ReasonMissing()
    product.withdrawn_at, product.withdrawn_reason, product.updated_at = now, reason.strip(), now
    product.save()
    event = ProductWithdrawn(product_id=product.pk, reason=reason.strip())
    facts.record(event, at=now, by=by, branch_id=product.branch_id)


def _locked(product_id: int, by: Staff) -> Product:
    found = Product.objects.editable_by(by).filter(pk=product_id).select_for_update(of=("self",)).first()
    if found is None:
        raise ProductNotFound()
    product = cast(Product, found)
    if product.withdrawn_at:
        raise ProductIsWithdrawn(product_code=product.code)
    return product
