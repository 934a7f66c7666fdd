"""What people type about pledges and payments."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.benefits.models import Benefit, Pledge
from huiqun.benefits.models.pledges import PER_LABELS
from huiqun.benefits.rules.pledges import LARGEST_FILE, PledgePer, PledgeTerms
from huiqun.benefits.views.points_forms import branch_field, day_field
from huiqun.foundation.models import Branch, Staff
from huiqun.lib import money

FIELDS = {"amount_fen": "amount", "cap_fen": "cap", "benefit_id": "benefit"}
"""From what a rule speaks of to the field that brings it."""


def yuan_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=Decimal("0.01"), max_digits=12, decimal_places=2)


class PledgeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    per = forms.ChoiceField(label=_("What is counted"), choices=[*PER_LABELS.items()])
    benefit = forms.ModelChoiceField(
        label=_("Benefit"),
        queryset=Benefit.objects.none(),
        required=False,
        help_text=_("Only when claims are counted."),
    )
    amount = yuan_field(_("Amount for each (yuan)"))
    cap = yuan_field(_("Given at most (yuan)"))
    recipient = forms.CharField(label=_("Recipient"), max_length=100)
    recipient_code = forms.CharField(label=_("Registration number of the recipient"), max_length=30)
    words = forms.CharField(
        label=_("What the money is for"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    first_date = day_field(pgettext_lazy("period", "First day"))
    last_date = day_field(pgettext_lazy("period", "Last day"))
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none(), empty_label=None)

    words.help_text = _("Anybody may read it on the page with the tally.")

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch_field(self, staff)
        benefits = self.fields["benefit"]
        assert isinstance(benefits, forms.ModelChoiceField)
        benefits.queryset = Benefit.objects.visible_to(staff).order_by("-id")

    def terms(self) -> PledgeTerms:
        """Of a valid form."""
        values = self.cleaned_data
        plain = ("name", "recipient", "recipient_code", "words", "first_date", "last_date")
        return PledgeTerms(
            **{name: values[name] for name in plain},
            per=PledgePer(values["per"]),
            benefit_id=values["benefit"].pk if values["benefit"] else None,
            amount_fen=money.fen(str(values["amount"])),
            cap_fen=money.fen(str(values["cap"])),
        )

    def refuse(self, field: str, sentence: str) -> None:
        """Show a rule's refusal at the field it speaks of."""
        self.add_error(FIELDS.get(field, field), sentence)


class TransferForm(forms.Form):
    amount = yuan_field(_("Amount (yuan)"))
    paid_on = day_field(_("Paid on"))
    reference = forms.CharField(label=_("Reference of the payment"), max_length=60)
    file = forms.FileField(
        label=_("Receipt"),
        help_text=_("PDF, PNG or JPEG, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )

    def payment(self) -> dict[str, Any]:
        """Of a valid form: what ``actions.record_transfer`` takes."""
        values = self.cleaned_data
        return {
            "amount_fen": money.fen(str(values["amount"])),
            "paid_on": values["paid_on"],
            "reference": values["reference"],
            "file_name": values["file"].name,
            "content": values["file"].read(LARGEST_FILE + 1),
        }


def initial_of(pledge: Pledge) -> dict[str, Any]:
    plain = (
        "name", "per", "benefit", "recipient", "recipient_code", "words", "first_date", "last_date", "branch",
    )  # fmt: skip
    return {name: getattr(pledge, name) for name in plain} | {
        "amount": Decimal(pledge.amount_fen) / 100,
        "cap": Decimal(pledge.cap_fen) / 100,
    }
