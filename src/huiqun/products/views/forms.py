"""What a person types about a product, read into terms."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiqun.foundation.models import Branch, Staff
from huiqun.lib import money
from huiqun.products.models import KIND_LABELS, RATE_LABELS, Product
from huiqun.products.rules import ProductKind, ProductTerms, RateKind

LEVELS = (("", _("None")), *((str(level), f"R{level}") for level in range(1, 6)))


def _date_field(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class ProductForm(forms.Form):
    code = forms.CharField(label=_("Product code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=[*KIND_LABELS.items()])
    issuer = forms.CharField(label=_("Issuer"), max_length=100)
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none(), empty_label=None)
    distributed = forms.BooleanField(label=_("Sold for another issuer"), required=False)
    risk_level = forms.ChoiceField(label=_("Issuer's rating"), choices=LEVELS, required=False)
    bank_risk_level = forms.ChoiceField(
        label=_("Bank's rating"),
        choices=LEVELS,
        required=False,
        help_text=_("The higher of the two decides who may be offered the product."),
    )
    rate_kind = forms.ChoiceField(label=_("Kind of rate"), choices=[*RATE_LABELS.items()], required=False)
    rate_low = forms.DecimalField(
        label=_("Rate, or its lower end (%)"), required=False, min_value=0, max_value=100, decimal_places=2
    )
    rate_high = forms.DecimalField(
        label=_("Upper end (%)"), required=False, min_value=0, max_value=100, decimal_places=2
    )
    rate_start_date = _date_field(_("Rate holds from"))
    rate_last_date = _date_field(_("Rate holds until"))
    sale_start_date = _date_field(_("First day of sale"), required=True)
    sale_last_date = _date_field(_("Last day of sale"))
    term_days = forms.IntegerField(label=_("Term in days"), required=False, min_value=1)
    minimum = forms.DecimalField(
        label=_("Smallest amount (yuan)"), required=False, min_value=0, decimal_places=2, max_digits=14
    )

    sale_last_date.help_text = _("Leave empty when it is sold until further notice.")

    def __init__(self, *args: Any, staff: Staff, editing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branches = self.fields["branch"]
        assert isinstance(branches, forms.ModelChoiceField)
        branches.queryset = Branch.objects.visible_to(staff).order_by("path")
        if editing:
            del self.fields["branch"]

    def terms(self) -> ProductTerms:
        """Of a valid form."""
        values = self.cleaned_data
        return ProductTerms(
            code=values["code"].strip(),
            name=values["name"].strip(),
            kind=ProductKind(values["kind"]),
            issuer=values["issuer"].strip(),
            risk_level=int(values["risk_level"]) if values["risk_level"] else None,
            bank_risk_level=int(values["bank_risk_level"]) if values["bank_risk_level"] else None,
            rate_kind=RateKind(values["rate_kind"]),
            rate_low_bp=_basis_points(values["rate_low"]),
            rate_high_bp=_basis_points(values["rate_high"]),
            rate_start_date=values["rate_start_date"],
            rate_last_date=values["rate_last_date"],
            sale_start_date=values["sale_start_date"],
            sale_last_date=values["sale_last_date"],
            term_days=values["term_days"],
            minimum_fen=money.fen(str(values["minimum"] or 0)),
            distributed=values["distributed"],
        )

    def refuse(self, field: str, sentence: str) -> None:
        """Show a rule's refusal at the field it speaks of."""
        field = {"rate_low_bp": "rate_low", "rate_high_bp": "rate_high"}.get(field, field)
        self.add_error(field if field in self.fields else None, sentence)


def initial_of(product: Product) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(product, name)
        for name in ProductForm.base_fields
        if hasattr(product, name) and name != "branch"
    }
    return values | {
        "rate_low": _percent(product.rate_low_bp),
        "rate_high": _percent(product.rate_high_bp),
        "minimum": Decimal(product.minimum_fen) / 100,
    }


def _basis_points(percent: Decimal | None) -> int | None:
    return None if percent is None else int(percent * 100)


def _percent(basis_points: int | None) -> Decimal | None:
    return None if basis_points is None else Decimal(basis_points) / 100
