"""The product shelf."""

from dataclasses import fields
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiqun.foundation.models import Staff
from huiqun.foundation.personal_data import NO_PERSONAL_DATA
from huiqun.foundation.scope import ScopedQuerySet, covering, within
from huiqun.products.rules import ProductKind, ProductTerms, RateKind, effective_risk

KIND_LABELS = {
    ProductKind.DEPOSIT: _("Deposit"),
    ProductKind.STRUCTURED_DEPOSIT: _("Structured deposit"),
    ProductKind.WEALTH: _("Wealth management"),
    ProductKind.FUND: _("Fund"),
    ProductKind.INSURANCE: _("Insurance"),
    ProductKind.PRECIOUS_METAL: _("Precious metal"),
    ProductKind.LOAN: _("Loan"),
    ProductKind.CREDIT_CARD: _("Credit card"),
}
RATE_LABELS = {
    RateKind.NONE: _("No rate shown"),
    RateKind.FIXED: _("Fixed rate"),
    RateKind.RANGE: _("Rate range (may be the lowest)"),
    RateKind.BENCHMARK: _("Performance benchmark (no promise)"),
    RateKind.APR: _("Annualised cost (APR, simple interest)"),
}


class ProductQuerySet(ScopedQuerySet):
    def visible_to(self, staff: Staff) -> Self:
        """The shelf is inherited: what the branches above sell is sold here too."""
        if staff.branch is None:
            return self.none()
        return self.filter(within(staff.branch.path) | covering(staff.branch.path))

    def editable_by(self, staff: Staff) -> Self:
        """Own branch and below, as everywhere."""
        return super().visible_to(staff)

    def on_sale(self, on: date) -> Self:
        return self.filter(
            Q(sale_last_date__isnull=True) | Q(sale_last_date__gte=on),
            sale_start_date__lte=on,
            withdrawn_at__isnull=True,
        )


class Product(models.Model):
    """产品. What the bank sells, or sells for another (``distributed``, 代销)."""

    personal_data = NO_PERSONAL_DATA

    code = models.CharField(_("product code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=KIND_LABELS)
    issuer = models.CharField(_("issuer"), max_length=100)
    risk_level = models.PositiveSmallIntegerField(_("issuer's rating"), null=True, blank=True)
    bank_risk_level = models.PositiveSmallIntegerField(_("bank's rating"), null=True, blank=True)
    rate_kind = models.CharField(_("kind of rate"), max_length=10, blank=True, choices=RATE_LABELS)
    rate_low_bp = models.IntegerField(_("rate, or its lower end"), null=True, blank=True)
    rate_high_bp = models.IntegerField(_("upper end"), null=True, blank=True)
    rate_start_date = models.DateField(_("rate holds from"), null=True, blank=True)
    rate_last_date = models.DateField(_("rate holds until"), null=True, blank=True)
    sale_start_date = models.DateField(_("first day of sale"))
    sale_last_date = models.DateField(_("last day of sale"), null=True, blank=True)
    term_days = models.PositiveIntegerField(_("term in days"), null=True, blank=True)
    minimum_fen = models.BigIntegerField(_("smallest amount"), default=0)
    distributed = models.BooleanField(_("sold for another issuer"), default=False)
    branch = models.ForeignKey(
        "foundation.Branch", models.PROTECT, related_name="+", verbose_name=_("branch")
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[Any] = ProductQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(risk_level__isnull=True) | Q(risk_level__range=(1, 5)),
                name="product_risk_is_r1_to_r5",
            ),
            models.CheckConstraint(
                condition=Q(bank_risk_level__isnull=True) | Q(bank_risk_level__range=(1, 5)),
                name="product_bank_risk_is_r1_to_r5",
            ),
            models.CheckConstraint(condition=Q(minimum_fen__gte=0), name="product_minimum_is_positive"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def risk(self) -> int | None:
        """The level that counts for suitability."""
        return effective_risk(issuer_level=self.risk_level, bank_level=self.bank_risk_level)

    @property
    def rate_text(self) -> str:
        """``1.90%–2.40%``, or "" where no rate is shown."""
        ends = [bp for bp in (self.rate_low_bp, self.rate_high_bp) if bp is not None]
        return "–".join(f"{bp / 100:.2f}%" for bp in ends)

    @property
    def terms(self) -> ProductTerms:
        values = {field.name: getattr(self, field.name) for field in fields(ProductTerms)}
        return ProductTerms(
            **values | {"kind": ProductKind(self.kind), "rate_kind": RateKind(self.rate_kind)}
        )

    def take(self, terms: ProductTerms) -> None:
        for field in fields(ProductTerms):
            setattr(self, field.name, getattr(terms, field.name))

    def state(self, on: date) -> str:
        """``withdrawn``, ``coming``, ``on_sale`` or ``ended``."""
        if self.withdrawn_at:
            return "withdrawn"
        if on < self.sale_start_date:
            return "coming"
        return "ended" if self.sale_last_date and self.sale_last_date < on else "on_sale"
