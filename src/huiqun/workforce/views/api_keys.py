"""Doors of the keys for programs."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from huiqun.foundation.api import scopes_open_to
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.models import ApiKey, Branch, Staff
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.days import BANK_ZONE
from huiqun.workforce import actions
from huiqun.workforce.actions.api_keys import MOST_CALLS


class ApiKeyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("What uses it"), max_length=80)
    branch = forms.ModelChoiceField(label=gettext_lazy("Branch"), queryset=Branch.objects.none())
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it opens"), widget=forms.CheckboxSelectMultiple
    )
    per_minute = forms.IntegerField(
        label=gettext_lazy("Calls a minute"), min_value=1, max_value=MOST_CALLS, initial=600
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last valid day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = Branch.objects.visible_to(staff)  # type: ignore[attr-defined]
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (scope, f"{scope} · {_(words)}") for scope, words in scopes_open_to(staff).items()
        ]


@require_http_methods(["GET", "POST"])
@staff_door()
def api_key_list(request: StaffRequest) -> HttpResponse:
    """One's own keys; administrators and auditors see those of their branches."""
    form = ApiKeyForm(request.staff, request.POST or None, initial=_usual(request))
    whole = ""
    if request.method == "POST" and form.is_valid():
        whole = _made(request, form.cleaned_data)
        form = ApiKeyForm(request.staff, initial=_usual(request))
    keys = ApiKey.objects.visible_to(request.staff).select_related("branch", "made_by", "allowed_by")
    if not request.staff.has_role(Role.ADMINISTRATOR, Role.AUDITOR):
        keys = keys.filter(made_by=request.staff)
    page = keyset_page(keys, request.GET)
    context = {
        "form": form,
        "may_allow": request.staff.has_role(Role.ADMINISTRATOR),
        "whole": whole,
        "page": page,
        "rows": [(key, *_state(key, request.now)) for key in page.rows],
    }
    response = render(request, "workforce/api_keys.html", context)
    if whole:
        response["Cache-Control"] = "no-store"
    return response


def _usual(request: StaffRequest) -> dict[str, Any]:
    return {"branch": request.staff.branch_id, "last_day": (request.now + timedelta(days=365)).date()}


def _made(request: StaffRequest, values: dict[str, Any]) -> str:
    ends = datetime.combine(values["last_day"] + timedelta(days=1), time(), tzinfo=BANK_ZONE)
    _id, whole = actions.make_api_key(
        name=values["name"],
        scopes=values["scopes"],
        branch_id=values["branch"].pk,
        per_minute=values["per_minute"],
        expires_at=ends,
        by=request.staff,
        now=request.now,
    )
    return whole


def _state(key: ApiKey, now: datetime) -> tuple[str, str]:
    if key.revoked_at:
        return _("Revoked"), "grey"
    if not key.made_by.is_active:
        return _("Shut out: its maker has left"), "grey"
    if key.expires_at <= now:
        return _("Expired"), "red"
    return (_("Valid"), "green") if key.allowed_at else (_("To be allowed"), "gold")


@require_POST
@staff_door(Role.ADMINISTRATOR)
def api_key_allow(request: StaffRequest, api_key_id: int) -> HttpResponse:
    actions.allow_api_key(api_key_id=api_key_id, by=request.staff, now=request.now)
    messages.success(request, _("The key is allowed and opens what it was made for."))
    return redirect("workforce:api_key_list")


@require_POST
@staff_door()
def api_key_revoke(request: StaffRequest, api_key_id: int) -> HttpResponse:
    actions.revoke_api_key(api_key_id=api_key_id, by=request.staff, now=request.now)
    messages.success(request, _("The key is revoked and opens nothing any more."))
    return redirect("workforce:api_key_list")
