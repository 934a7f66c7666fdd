"""What the catalogue's doors were sent, read and checked for form; what it means is the actions' matter."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiqun.benefits.models import CODES_LABELS, WAY_LABELS
from huiqun.benefits.rules import BenefitKind, BenefitTerms, Codes, Way
from huiqun.benefits.rules.kinds import Detail, details_of
from huiqun.lib.days import local_time

LIMITS = {
    "customer": _("At most per customer"),
    "document": _("At most per identity document"),
    "device": _("At most per device"),
    "household": _("At most per household"),
    "branch": _("At most per branch"),
    "day": _("At most per day"),
}
MOMENTS = ("claim_start_at", "claim_end_at")
HUNDREDTHS = ("fen", "bp")


class LocalMoment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TermsForm(forms.Form):
    """The terms of one benefit of a kind that was chosen before; money in yuan, shares in percent."""

    name = forms.CharField(label=_("Offer name"), max_length=60)
    item = forms.CharField(label=_("Item of the offer"), max_length=100)
    specification = forms.CharField(label=_("Specification"), max_length=200)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=10_000_000)
    top_up = forms.IntegerField(
        label=_("Pieces that may be added while it runs"), min_value=0, max_value=10_000_000, initial=0,
        help_text=_("Approved with the terms. More than this needs a new review."),
    )  # fmt: skip
    value = forms.DecimalField(
        label=_("Value of one piece (yuan)"), min_value=0, max_digits=9, decimal_places=2, initial=0
    )
    bank_share = forms.DecimalField(
        label=_("Share of the cost that the bank pays (%)"), min_value=0, max_value=100, decimal_places=2,
        initial=100, help_text=_("The partner pays the rest."),
    )  # fmt: skip
    claim_start_at = forms.DateTimeField(label=_("Claim from"), widget=LocalMoment)
    claim_end_at = forms.DateTimeField(label=_("Claim until"), widget=LocalMoment)
    use_last_date = forms.DateField(label=_("Use until"), widget=Day)
    use_days = forms.IntegerField(
        label=_("Days of use after claiming"), min_value=1, max_value=3_650, required=False,
        help_text=_("Empty: until the last day of use."),
    )  # fmt: skip
    way = forms.ChoiceField(label=_("How to come by it"), choices=WAY_LABELS)
    points_price = forms.IntegerField(
        label=_("Price in points"), min_value=0, max_value=100_000_000, initial=0
    )
    points_given = forms.IntegerField(
        label=_("Points given with it"), min_value=0, max_value=100_000_000, initial=0
    )
    codes = forms.ChoiceField(label=_("Codes"), choices=CODES_LABELS)
    real_name = forms.BooleanField(label=_("Identity document is checked before use"), required=False)
    transferable = forms.BooleanField(label=_("May be passed on, once"), required=False)
    how_to_use = forms.CharField(
        label=_("How to use"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    terms = forms.CharField(
        label=_("Terms of the offer"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 7})
    )

    def __init__(self, *args: Any, kind: BenefitKind, products: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for detail in details_of(kind):
            self.fields[f"detail_{detail.name}"] = _field_of(detail, products)
        for scope, label in LIMITS.items():
            self.fields[f"limit_{scope}"] = forms.IntegerField(
                label=label, min_value=1, max_value=1_000_000, required=False
            )

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        details = [f"detail_{each.name}" for each in details_of(self.kind)]
        sections = (
            (_("What it is"), ("name", "item", "specification", *details, "quantity", "top_up")),
            (_("What it costs"), ("value", "bank_share", "points_given")),
            (_("When and how"), ("way", "points_price", "claim_start_at", "claim_end_at", "use_last_date", "use_days", "codes", "real_name", "transferable")),
            (_("Limits"), tuple(f"limit_{scope}" for scope in LIMITS)),
            (_("Texts for the customer"), ("how_to_use", "terms")),
        )  # fmt: skip
        return [(str(heading), [self[name] for name in names]) for heading, names in sections]

    def as_terms(self, base: BenefitTerms | None = None) -> BenefitTerms:
        """``base`` keeps what this form does not ask: partner and conditions."""
        data = dict(self.cleaned_data)
        details = {each.name: _plain(each, data.pop(f"detail_{each.name}")) for each in details_of(self.kind)}
        limits = {scope: data.pop(f"limit_{scope}") for scope in LIMITS}
        values = data | {
            "kind": self.kind,
            "value_fen": int(data.pop("value") * 100),
            "bank_share": int(data.pop("bank_share") * 100),
            "way": Way(data["way"]),
            "codes": Codes(data["codes"]),
            "details": {name: value for name, value in details.items() if value not in (None, "")},
            "limits": {scope: number for scope, number in limits.items() if number},
        }
        values = {name: value for name, value in values.items() if name not in ("value",)}
        values["bank_share"] = int(self.cleaned_data["bank_share"] * 100)
        return replace(base, **values) if base else BenefitTerms(**values)

    @staticmethod
    def initial_of(terms: BenefitTerms) -> dict[str, Any]:
        initial = {name: getattr(terms, name) for name in TermsForm.base_fields if hasattr(terms, name)}
        for moment in MOMENTS:
            initial[moment] = local_time(initial[moment])
        for detail in details_of(terms.kind):
            value = terms.details.get(detail.name)
            shown = f"{value / 100:.2f}" if value and detail.type in HUNDREDTHS else value
            initial[f"detail_{detail.name}"] = shown
        initial |= {f"limit_{scope}": number for scope, number in terms.limits.items()}
        initial |= {"value": f"{terms.value_fen / 100:.2f}", "bank_share": f"{terms.bank_share / 100:g}"}
        return initial | {"way": terms.way.value, "codes": terms.codes.value}


def _field_of(detail: Detail, products: list[tuple[str, str]]) -> forms.Field:
    label, required = _(detail.label), detail.is_needed
    if detail.type == "product":
        choices = [("", _("Please choose")), *products]
        return forms.ChoiceField(label=label, choices=choices, required=required)
    if detail.type == "count":
        return forms.IntegerField(label=label, min_value=1, max_value=100_000, required=required)
    if detail.type in HUNDREDTHS:
        return forms.DecimalField(label=label, min_value=0, max_digits=9, decimal_places=2, required=required)
    return forms.CharField(label=label, max_length=100, required=required)


def _plain(detail: Detail, value: Any) -> Any:
    return int(value * 100) if value is not None and detail.type in HUNDREDTHS else value
