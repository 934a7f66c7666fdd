"""Try any copy."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiqun.compliance.queries import copy
from huiqun.compliance.queries.writing import CopyPart, CopyReview, review_copy
from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS, RISK_LEVELS
from huiqun.compliance.rules.readable import LONGEST_COPY, check_readable
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door, wants_json
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal

READERS = (Role.MARKETER, Role.OPERATOR, *REVIEWERS, Role.RISK_OFFICER)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
DAY_RANGE = gettext_lazy("Choose a day between the years 2000 and 2099.")


class TextArea(forms.Textarea):
    """Cuts nothing off what is pasted: a text that is too long is refused in words."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class CopyForm(forms.Form):
    """A copy and what it is to be judged as."""

    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    product_kind = forms.ChoiceField(label=gettext_lazy("Product kind"))
    product_risk = forms.TypedChoiceField(
        label=gettext_lazy("Product risk level"), coerce=int, empty_value=None, required=False
    )
    on = forms.DateField(
        label=gettext_lazy("Judged by the law of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
        validators=[MinValueValidator(FIRST_DAY, DAY_RANGE), MaxValueValidator(LAST_DAY, DAY_RANGE)],
    )
    text = forms.CharField(
        label=gettext_lazy("Text to check"),
        help_text=gettext_lazy("Paste any draft. Nothing is stored."),
        strip=False,
        widget=TextArea(attrs={"rows": 10, "data-copy-part": True, "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("There is no text to check.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(str(level), f"R{level}") for level in RISK_LEVELS]
        choices = {
            "channel": [(code, _(label)) for code, label in CHANNELS.items()],
            "product_kind": [(code, _(label)) for code, label in PRODUCT_KINDS.items()],
            "product_risk": [("", _("None")), *levels],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
        try:
            check_readable(text)
        except Refusal as refusal:
            raise forms.ValidationError(sentence_of(refusal)) from None
        return str(text)


@staff_door(*READERS)
def copy_check(request: HttpRequest) -> HttpResponse:
    """A page to try any copy on; an editor that asks while somebody types gets JSON."""
    today = local_date(cast(StaffRequest, request).now)
    form = CopyForm(request.POST or None, initial={"on": today})
    review = _review(form.cleaned_data, today) if form.is_valid() else None
    if wants_json(request):
        return JsonResponse(review.as_answer()) if review else _not_checked(form)
    if review and (fixed := review.mended(request.POST.get("fix", ""))):
        form = CopyForm({**form.data.dict(), **fixed})  # type: ignore[attr-defined]
        review = _review(form.cleaned_data, today) if form.is_valid() else None
    context = {
        "form": form,
        "review": review,
        "text": review.parts[0].text if review else "",
        "most": LONGEST_COPY,
        "listed": review.as_html(form="copy") if review else "",
    }
    return render(request, "compliance/check.html", context)


def _review(values: Mapping[str, Any], today: date) -> CopyReview:
    asked = {**values, "on": values["on"] or today}
    findings = copy.check_copy(**asked)
    parts = [CopyPart(name="text", text=values["text"])]
    return review_copy(parts=parts, findings=findings, channel=values["channel"])


def _not_checked(form: CopyForm) -> JsonResponse:
    sentences = [str(error) for errors in form.errors.values() for error in errors]
    sentence = sentences[0] if sentences else _("There is no text to check.")
    return JsonResponse({"code": "not_checked", "sentence": sentence}, status=422)
