"""Blocking one customer by hand."""

from typing import Any

from django import forms

from huiqun.delivery.models.people import SUPPRESSION_REASONS
from huiqun.delivery.rules.states import SENDING
from huiqun.foundation import clock
from huiqun.lib.days import local_date

BY_HAND = ("asked", "complained", "dispute", "deceased", "manual")
"""Reasons that staff may give; that messages bounce is what receipts tell."""


class BlockForm(forms.Form):
    channel = forms.ChoiceField(choices=[("", ""), *((key, key) for key in SENDING)], required=False)
    reason = forms.ChoiceField(choices=[each for each in SUPPRESSION_REASONS if each[0] in BY_HAND])
    until_date = forms.DateField(required=False)

    def clean_until_date(self) -> Any:
        day = self.cleaned_data["until_date"]
        if day and day < local_date(clock.now()):
            raise forms.ValidationError("past")
        return day
