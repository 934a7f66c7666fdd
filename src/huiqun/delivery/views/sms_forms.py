"""What an administrator types about an SMS account's registration."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiqun.delivery.models import SmsTerms
from huiqun.delivery.models.sms import DEMANDS, SIGNATURE_AS, TEMPLATE_AS, RegistrationState, Right


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TermsForm(forms.Form):
    demands = forms.ChoiceField(
        label=_("The account demands"),
        choices=DEMANDS,
        required=False,
        help_text=_("Copy that does not fit cannot be submitted, started or sent."),
    )
    signature_as = forms.ChoiceField(label=_("The gateway wants the signature"), choices=SIGNATURE_AS)
    template_as = forms.ChoiceField(
        label=_("The gateway wants the template"),
        choices=TEMPLATE_AS,
        required=False,
    )
    price = forms.DecimalField(
        label=_("Price of one segment (yuan)"), min_value=0, max_value=10, decimal_places=5, max_digits=8
    )

    @staticmethod
    def initial_of(terms: SmsTerms) -> dict[str, Any]:
        price = Decimal(terms.price) / 100_000
        values = {name: getattr(terms, name) for name in ("demands", "signature_as", "template_as")}
        return {**values, "price": f"{price:.5f}".rstrip("0").rstrip(".")}

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        if values.get("template_as") == "values" and values.get("demands") != "template":
            self.add_error(
                "template_as", _("Only an account that demands a template can do without the text.")
            )
        if values.get("price") is not None:
            values["price"] = int(values["price"] * 100_000)
        return values


class SignatureForm(forms.Form):
    text = forms.CharField(
        label=_("Signature"),
        max_length=22,
        help_text=_("With its brackets, as customers will read it."),
    )
    right = forms.ChoiceField(label=_("The bank's right to it"), choices=Right.choices)
    proof = forms.CharField(
        label=_("Proof"),
        max_length=200,
        help_text=_("Number of the business licence, trademark certificate, filing or authorisation."),
    )
    file = forms.FileField(
        label=_("Scan of the proof"),
        required=False,
        help_text=_("PDF, PNG or JPEG, at most 5 MB. Empty: the one that is kept stays."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )


class TemplateForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    text = forms.CharField(
        label=_("Text"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_(
            "Without the signature. A place to fill in is written ${name}, or ${name:10} when it takes at"
            " most ten characters."
        ),
    )


class DecisionForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Decision"),
        choices=[choice for choice in RegistrationState.choices if choice[0] != RegistrationState.APPLIED],
    )
    number = forms.CharField(label=_("Template number"), max_length=40, required=False)
    valid_until_date = forms.DateField(
        label=_("Last valid day"), required=False, widget=Day, help_text=_("Empty: without end.")
    )
    note = forms.CharField(label=_("What the operator said"), max_length=200, required=False)

    def __init__(self, *args: Any, of_template: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not of_template:
            del self.fields["number"]
