"""Configuring the chain, and deputies."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.compliance import actions
from huiqun.compliance.models import ChainStep, Deputy
from huiqun.compliance.models.reviews import REVIEW_ROLES
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

ROLES = [(role.value, role.label) for role in REVIEW_ROLES]


class ChainStepForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the step"), max_length=60)
    role = forms.ChoiceField(label=gettext_lazy("Decided by"), choices=ROLES)
    position = forms.IntegerField(
        label=gettext_lazy("Position"),
        min_value=1,
        max_value=999,
        help_text=gettext_lazy("Steps are taken from the lowest position to the highest."),
    )
    working_days = forms.IntegerField(label=gettext_lazy("Working days allowed"), min_value=1, max_value=30)
    min_budget = forms.DecimalField(
        label=gettext_lazy("Only from this budget (yuan)"), required=False, min_value=0, decimal_places=2
    )
    branch = forms.ModelChoiceField(
        label=gettext_lazy("Only for this branch and below"),
        queryset=Branch.objects.none(),
        required=False,
        empty_label=gettext_lazy("All branches"),
    )
    checklist = forms.CharField(
        label=gettext_lazy("Checklist"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One point per line; reviewers tick each before they approve."),
    )
    enabled = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, staff: Staff, step: ChainStep | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch_field = self.fields["branch"]
        assert isinstance(branch_field, forms.ModelChoiceField)
        branch_field.queryset = Branch.objects.visible_to(staff)
        if step is not None and step.least:
            for name in ("role", "min_budget", "branch", "enabled"):
                del self.fields[name]

    def values(self, step: ChainStep | None) -> dict[str, Any]:
        """For the action; the least steps keep what their form does not offer."""
        given = self.cleaned_data
        budget, branch = given.get("min_budget"), given.get("branch")
        return {
            "name": given["name"],
            "role": given.get("role") or (step.role if step else ""),
            "position": given["position"],
            "working_days": given["working_days"],
            "min_budget_fen": int(budget * 100) if budget else None,
            "branch_id": branch.pk if branch else None,
            "checklist": given["checklist"].splitlines(),
            "enabled": given.get("enabled", True),
        }


@staff_door(Role.ADMINISTRATOR, *REVIEWERS, Role.RISK_OFFICER)
@require_GET
def chain(request: StaffRequest) -> HttpResponse:
    steps = ChainStep.objects.visible_to(request.staff).select_related("branch")
    may_edit = request.staff.has_role(Role.ADMINISTRATOR)
    return render(request, "compliance/chain.html", {"steps": steps, "may_edit": may_edit})


@staff_door(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def chain_step_new(request: StaffRequest) -> HttpResponse:
    return _chain_form(request, None)


@staff_door(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def chain_step_edit(request: StaffRequest, chain_step_id: int) -> HttpResponse:
    return _chain_form(request, _visible_step(request, chain_step_id))


def _visible_step(request: StaffRequest, chain_step_id: int) -> ChainStep:
    step: ChainStep | None = ChainStep.objects.visible_to(request.staff).filter(pk=chain_step_id).first()
    if step is None:
        raise NotFound()
    return step


def _chain_form(request: StaffRequest, step: ChainStep | None) -> HttpResponse:
    form = ChainStepForm(request.staff, step, request.POST or None, initial=_initial(step))
    if request.method == "POST" and form.is_valid():
        actions.save_chain_step(
            chain_step_id=step.pk if step else None, **form.values(step), by=request.staff, now=request.now
        )
        messages.success(request, _("Saved. Dossiers submitted from now on follow it."))
        return redirect("compliance:chain")
    return render(request, "compliance/chain_step.html", {"form": form, "step": step})


def _initial(step: ChainStep | None) -> dict[str, Any]:
    if step is None:
        return {"position": 25, "working_days": 1}
    return {
        "name": step.name,
        "role": step.role,
        "position": step.position,
        "working_days": step.working_days,
        "min_budget": Decimal(step.min_budget_fen) / 100 if step.min_budget_fen else None,
        "branch": step.branch_id,
        "checklist": "\n".join(step.checklist),
        "enabled": step.enabled,
    }


@staff_door(Role.ADMINISTRATOR, auditor=False)
@require_POST
def chain_step_remove(request: StaffRequest, chain_step_id: int) -> HttpResponse:
    actions.remove_chain_step(chain_step_id=chain_step_id, by=request.staff, now=request.now)
    messages.success(request, _("The step is removed. Dossiers under review keep theirs."))
    return redirect("compliance:chain")


class DeputyForm(forms.Form):
    principal = forms.ModelChoiceField(label=gettext_lazy("In whose place"), queryset=Staff.objects.none())
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES)
    deputy = forms.ModelChoiceField(label=gettext_lazy("Deputy"), queryset=Staff.objects.none())
    start_date = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    end_date = forms.DateField(
        label=gettext_lazy("Until before"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("At most 90 days."),
    )

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reviewers = (
            Staff.objects.visible_to(staff).filter(is_active=True, roles__role__in=REVIEW_ROLES).distinct()
        )
        own = reviewers if staff.has_role(Role.ADMINISTRATOR) else reviewers.filter(pk=staff.pk)
        for name, people in (("principal", own), ("deputy", reviewers)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = people


@staff_door(*REVIEWERS, Role.RISK_OFFICER, Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def deputy_list(request: StaffRequest) -> HttpResponse:
    own = {"principal": request.staff.pk, "start_date": local_date(request.now)}
    form = DeputyForm(request.staff, request.POST or None, initial=own)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.appoint_deputy(
            principal_id=given["principal"].pk,
            deputy_id=given["deputy"].pk,
            role=given["role"],
            start_date=given["start_date"],
            end_date=given["end_date"],
            by=request.staff,
            now=request.now,
        )
        messages.success(request, _("The deputy is appointed."))
        return redirect("compliance:deputy_list")
    rows = Deputy.objects.visible_to(request.staff).select_related("principal", "deputy")
    context = {
        "form": form,
        "page": keyset_page(rows, request.GET.dict()),
        "today": local_date(request.now),
        "administers": request.staff.has_role(Role.ADMINISTRATOR),
        "may_appoint": request.staff.has_role(*REVIEW_ROLES, Role.ADMINISTRATOR),
    }
    return render(request, "compliance/deputies.html", context)


@staff_door(*REVIEWERS, Role.RISK_OFFICER, Role.ADMINISTRATOR, auditor=False)
@require_POST
def deputy_dismiss(request: StaffRequest, deputy_id: int) -> HttpResponse:
    actions.dismiss_deputy(deputy_id=deputy_id, by=request.staff, now=request.now)
    messages.success(request, _("The deputyship has ended."))
    return redirect("compliance:deputy_list")
