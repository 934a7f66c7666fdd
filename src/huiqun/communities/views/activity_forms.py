"""What staff type about an activity."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.communities.actions.activities import ActivityTerms
from huiqun.communities.models.activities import ACTIVITY_LABELS, Activity
from huiqun.lib.days import local_time

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
FORMATS = ["%Y-%m-%dT%H:%M"]
DATA_USE = "报名信息仅用于本次活动的组织与签到，活动结束后按规定保存。"


class ActivityForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ACTIVITY_LABELS.items()])
    title = forms.CharField(label=_("Title"), max_length=100)
    words = forms.CharField(
        label=pgettext_lazy("activity", "Description"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    place = forms.CharField(label=pgettext_lazy("activity", "Place"), max_length=200, required=False)
    link = forms.URLField(
        label=_("Link for taking part online"), max_length=300, required=False, assume_scheme="https"
    )
    data_use = forms.CharField(label=_("What is done with data"), max_length=500, initial=DATA_USE)
    starts_at = forms.DateTimeField(
        label=pgettext_lazy("activity", "Begins"), widget=MOMENT, input_formats=FORMATS
    )
    ends_at = forms.DateTimeField(
        label=pgettext_lazy("activity", "Ends"), widget=MOMENT, input_formats=FORMATS
    )
    sign_up_until = forms.DateTimeField(label=_("Sign up until"), widget=MOMENT, input_formats=FORMATS)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000)

    def terms(self) -> ActivityTerms:
        return ActivityTerms(**self.cleaned_data)

    @classmethod
    def of(cls, activity: Activity) -> "ActivityForm":
        initial = {name: getattr(activity, name) for name in cls.base_fields}
        for name in ("starts_at", "ends_at", "sign_up_until"):
            initial[name] = local_time(initial[name])
        return cls(initial=initial)
