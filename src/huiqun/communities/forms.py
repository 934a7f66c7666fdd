"""What the doors were sent, read and checked for form."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.communities.models.groups import (
    DUTY_LABELS,
    GOAL_LABELS,
    JOINING_LABELS,
    KIND_LABELS,
    MODERATION_LABELS,
)
from huiqun.communities.models.posts import POST_LABELS
from huiqun.communities.rules import GroupTerms
from huiqun.communities.rules.kinds import PostKind

WEEKDAYS = [
    (1, _("Mon")),
    (2, _("Tue")),
    (3, _("Wed")),
    (4, _("Thu")),
    (5, _("Fri")),
    (6, _("Sat")),
    (7, _("Sun")),
]


def _choices(labels: Any) -> list[tuple[str, Any]]:
    return [(str(code), label) for code, label in labels.items()]


def _parts(text: str) -> tuple[str, ...]:
    """Names parted by commas, enumeration commas or blanks; each once, at most ten."""
    for sign in "，、,;；\n\t":
        text = text.replace(sign, " ")
    return tuple(dict.fromkeys(part[:20] for part in text.split()))[:10]


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Group name"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind of group"), choices=_choices(KIND_LABELS))
    purpose = forms.CharField(
        label=_("What it is for"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    goals = forms.MultipleChoiceField(
        label=_("Goals"), choices=_choices(GOAL_LABELS), required=False, widget=forms.CheckboxSelectMultiple
    )
    rules = forms.CharField(label=_("Group rules"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    data_use = forms.CharField(
        label=_("What is done with members' data"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    welcome = forms.CharField(
        label=_("Welcome to new members"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    topics = forms.CharField(
        label=pgettext_lazy("community", "Topics"),
        max_length=200,
        required=False,
        help_text=_("Up to ten, parted by commas."),
    )
    tags = forms.CharField(
        label=_("Tags"), max_length=200, required=False, help_text=_("Up to ten, parted by commas.")
    )
    joining = forms.ChoiceField(label=_("Who may join"), choices=_choices(JOINING_LABELS))
    moderation = forms.ChoiceField(
        label=_("Members' words are reviewed"), choices=_choices(MODERATION_LABELS)
    )
    size_limit = forms.IntegerField(label=_("Most members"), min_value=2, max_value=1_000_000, initial=500)

    def terms(self) -> GroupTerms:
        values = dict(self.cleaned_data)
        for name in ("topics", "tags"):
            values[name] = _parts(values[name])
        values["goals"] = tuple(values["goals"])
        return GroupTerms(**values)


class TeamForm(forms.Form):
    staff = forms.TypedChoiceField(label=_("Member of staff"), coerce=int)
    duties = forms.MultipleChoiceField(
        label=_("Duties"), choices=_choices(DUTY_LABELS), required=False, widget=forms.CheckboxSelectMultiple
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of duty"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts = forms.TimeField(
        label=_("Shift begins"), initial=time(8, 30), widget=forms.TimeInput(attrs={"type": "time"})
    )
    ends = forms.TimeField(
        label=_("Shift ends"), initial=time(17, 30), widget=forms.TimeInput(attrs={"type": "time"})
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["staff"].choices = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("starts") and values.get("ends") and values["ends"] <= values["starts"]:
            self.add_error("ends", _("A shift ends after it begins."))
        return values


class SpeakForm(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("post", "Kind of post"),
        choices=[(code.value, POST_LABELS[code]) for code in PostKind if code != PostKind.QUESTION],
    )
    groups = forms.TypedMultipleChoiceField(
        label=_("Into these groups"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    title = forms.CharField(label=_("Title"), max_length=60, required=False)
    body = forms.CharField(label=_("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}))
    topic = forms.CharField(label=_("Topic"), max_length=20, required=False)
    options = forms.CharField(
        label=_("Options of a poll"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line, two to six."),
    )
    answer = forms.CharField(label=_("Answer of a riddle"), required=False, max_length=40)
    address = forms.CharField(label=_("Address of a short video"), required=False, max_length=300)
    seconds = forms.IntegerField(
        label=_("Length of the video in seconds"), required=False, min_value=1, max_value=3600
    )
    subtitles = forms.CharField(
        label=_("Subtitles of the video"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, groups: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["groups"].choices = groups  # type: ignore[attr-defined]


class MaterialForm(forms.Form):
    material = forms.ChoiceField(label=_("Approved material"))
    groups = forms.TypedMultipleChoiceField(
        label=_("Into these groups"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    topic = forms.CharField(label=_("Topic"), max_length=20, required=False)

    def __init__(
        self, *args: Any, groups: Sequence[tuple[int, str]], materials: Sequence[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["groups"].choices = groups  # type: ignore[attr-defined]
        self.fields["material"].choices = materials  # type: ignore[attr-defined]
