"""Try any copy."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from huiqun.compliance.forms import CopyForm
from huiqun.compliance.queries import copy
from huiqun.compliance.queries.writing import CopyPart, CopyReview, review_copy
from huiqun.compliance.rules.readable import LONGEST_COPY
from huiqun.foundation.http import StaffRequest, staff_door, wants_json
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.lib.days import local_date

READERS = (Role.MARKETER, Role.OPERATOR, *REVIEWERS, Role.RISK_OFFICER)


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
