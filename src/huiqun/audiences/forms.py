"""What a door was sent, read and checked for form; what it means is the actions' matter."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.audiences.exports import PURPOSES
from huiqun.audiences.models import Rhythm
from huiqun.foundation.models import Branch, Staff

LARGEST_FILE = 1_000_000
WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)


class Clock(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class LookupForm(forms.Form):
    """Whether one customer is in an audience."""

    customer_number = forms.CharField(label=_("Customer number"), max_length=40)


class WatchForm(forms.Form):
    """By how many percent a size may move; nothing: nobody is told."""

    percent = forms.IntegerField(
        label=_("Tell when the size moves by more than (%)"), min_value=1, max_value=1_000, required=False
    )


class ScheduleForm(forms.Form):
    """When a snapshot freezes by itself."""

    rhythm = forms.ChoiceField(label=pgettext_lazy("schedule", "Rhythm"), choices=Rhythm.choices)
    weekday = forms.TypedChoiceField(
        label=_("Weekday (every week)"), coerce=int, empty_value=None, required=False
    )
    day = forms.IntegerField(label=_("Day (every month)"), min_value=1, max_value=31, required=False)
    at = forms.TimeField(label=_("At"), widget=Clock, initial=time(6))
    control = forms.DecimalField(
        label=_("Control group (%)"), min_value=0, max_value=100, decimal_places=2, initial=10
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekday"].choices = [("", "—"), *WEEKDAYS]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Only what the rhythm asks for, so that a field left from another choice is no mistake."""
        given = self.cleaned_data
        return {
            "rhythm": given["rhythm"],
            "at": given["at"],
            "weekday": given["weekday"] if given["rhythm"] == Rhythm.WEEKLY else None,
            "day": given["day"] if given["rhythm"] == Rhythm.MONTHLY else None,
            "control_share": int(given["control"] * 100),
        }


class ExportForm(forms.Form):
    """What members leave the system for."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=[])
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept with the fact for ever: name no customer."),
    )
    branch_id = forms.TypedChoiceField(label=_("Branch"), coerce=int)

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = [("", _("Choose")), *PURPOSES.items()]
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]
        self.fields["branch_id"].choices = [  # type: ignore[attr-defined]
            (each.pk, each.name) for each in Branch.objects.visible_to(staff)
        ]
        self.fields["branch_id"].widget.attrs["data-tree-select"] = True


class ImportForm(forms.Form):
    """An audience as a file that this or another installation wrote."""

    file = forms.FileField(label=_("Audience file (JSON)"))

    def text(self) -> str:
        """What is no UTF-8 becomes no JSON either, and is refused as that."""
        return self.cleaned_data["file"].read(LARGEST_FILE).decode("utf-8", "replace")  # type: ignore[no-any-return]
