"""What is typed about partners, contracts and clerks."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.http import sentence_of
from huiqun.foundation.models import Branch, Staff
from huiqun.partners.models import KIND_LABELS, ROLE_LABELS, SERVED_LABELS, Contract
from huiqun.partners.rules import ContractTerms
from huiqun.partners.rules.refusals import PartnerRefusal


class RefusableForm(forms.Form):
    def refuse(self, refusal: PartnerRefusal) -> None:
        """Show a rule's refusal at the field it speaks of."""
        self.add_error(refusal.field if refusal.field in self.fields else None, sentence_of(refusal))


class PartnerForm(RefusableForm):
    name = forms.CharField(label=_("Name"), max_length=100)
    credit_code = forms.CharField(
        label=_("Unified social credit code"), max_length=18, help_text=_("18 characters, as on the licence.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[*KIND_LABELS.items()])
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none(), empty_label=None)

    def __init__(self, *args: Any, staff: Staff, editing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branches = self.fields["branch"]
        assert isinstance(branches, forms.ModelChoiceField)
        branches.queryset = Branch.objects.visible_to(staff).order_by("path")
        if editing:
            del self.fields["branch"]


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class ContractForm(RefusableForm):
    number = forms.CharField(label=_("Contract number"), max_length=60)
    start_date = _day(_("First day"))
    last_date = _day(_("Last day"))
    bank_share = forms.DecimalField(
        label=_("Bank's share of the cost (%)"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("The partner bears the rest."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of benefits"), choices=[*SERVED_LABELS.items()], widget=forms.CheckboxSelectMultiple
    )
    settlement_day = forms.IntegerField(
        label=_("Settled on day … of the next month"), min_value=1, max_value=28, initial=3
    )
    payment_days = forms.IntegerField(
        label=_("Paid within … days of agreement"), min_value=0, max_value=180, initial=15
    )
    account_name = forms.CharField(label=_("Account holder"), max_length=100)
    account_bank = forms.CharField(label=_("Bank of the account"), max_length=100)
    account_number = forms.CharField(label=_("Account number"), max_length=40)

    def terms(self) -> ContractTerms:
        """Of a valid form."""
        values = self.cleaned_data
        typed = {
            "bank_share": int(values["bank_share"] * 100),
            "kinds": tuple(sorted(values["kinds"])),
            "account_number": values["account_number"].replace(" ", ""),
        }
        return ContractTerms(**{**values, **typed})


def initial_of(contract: Contract) -> dict[str, Any]:
    values = {name: getattr(contract, name) for name in ContractForm.base_fields}
    return values | {"bank_share": Decimal(contract.bank_share) / 100}


class ClerkForm(RefusableForm):
    shop = forms.CharField(label=_("Shop"), max_length=100)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    login = forms.CharField(label=_("Login"), max_length=40)
    role = forms.ChoiceField(label=_("Role"), choices=[*ROLE_LABELS.items()])


class ContactForm(RefusableForm):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    duty = forms.CharField(label=_("Duty"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    email = forms.EmailField(label=_("Mail address"), required=False)
