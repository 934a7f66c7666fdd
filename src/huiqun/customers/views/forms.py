"""What staff type about consents."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from huiqun.customers.models.consents import CHANNEL_LABELS, PURPOSE_LABELS

VERSION = RegexValidator(r"^[A-Za-z0-9._-]+$", _("Letters without accents, digits, dot, - and _ only."))


class ConsentTextForm(forms.Form):
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[(code.value, label) for code, label in CHANNEL_LABELS.items()]
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=[(code.value, label) for code, label in PURPOSE_LABELS.items()]
    )
    version = forms.CharField(
        label=_("Version"),
        max_length=40,
        validators=[VERSION],
        help_text=_("Like 2026-1. Files of consents name it; it is never used again."),
    )
    title = forms.CharField(label=_("Title"), max_length=100)
    body = forms.CharField(
        label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}), strip=True
    )
    outdates = forms.BooleanField(
        label=_("Outdates all earlier versions of this channel and purpose"),
        required=False,
        help_text=_(
            "Consents to them end at once: those customers are not contacted until they agree again."
        ),
    )


class ConsentForm(forms.Form):
    text = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    agreed = forms.BooleanField()
