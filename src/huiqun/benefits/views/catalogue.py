"""Staff doors: the catalogue. Benefits are planned, copied, examined, reviewed by themselves or with a campaign."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.benefits import actions, queries
from huiqun.benefits.forms import TermsForm
from huiqun.benefits.models import KIND_LABELS
from huiqun.benefits.queries.beside import beside
from huiqun.benefits.queries.linting import examine_terms
from huiqun.benefits.rules import BenefitKind, BenefitTerms
from huiqun.benefits.views.roles import PLANNERS, READERS
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole
from huiqun.lib.refusal import NotFound
from huiqun.products import queries as products

MOST_BYTES = 10 * 1024 * 1024


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS, auditor=False)
def benefit_new(request: StaffRequest) -> HttpResponse:
    """First the kind is chosen, then what this kind needs is asked; ``beside`` is another benefit of the campaign."""
    kind, other_id = _kind(request.GET.get("kind", "")), whole(request.GET.get("beside", ""))
    other = queries.visible_benefit(other_id, request.staff) if other_id else None
    if kind is None:
        context = {"kinds": KIND_LABELS.items(), "beside": other}
        return render(request, "benefits/kind.html", context)
    form = _form(request, kind, None)
    if request.method == "POST" and form.is_valid():
        common: dict[str, Any] = {"terms": form.as_terms(), "by": request.staff, "now": request.now}
        if other is not None:
            benefit_id = actions.add_benefit(subject=other.subject, **common)
        elif request.staff.branch_id is not None:
            benefit_id = actions.create_benefit(branch_id=request.staff.branch_id, **common)
        else:
            raise NotFound
        return redirect("benefits:benefit_page", benefit_id)
    return _page(request, form, _("New benefit"), beside=other)


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS, auditor=False)
def benefit_edit(request: StaffRequest, benefit_id: int) -> HttpResponse:
    benefit = queries.visible_benefit(benefit_id, request.staff)
    terms = benefit.as_terms
    form = _form(request, terms.kind, terms)
    if request.method == "POST" and form.is_valid():
        actions.update_benefit(
            benefit_id=benefit_id, terms=form.as_terms(terms), by=request.staff, now=request.now
        )
        return redirect("benefits:benefit_page", benefit_id)
    return _page(request, form, benefit.name, benefit=benefit)


@require_POST
@staff_door(*PLANNERS, auditor=False)
def benefit_lint(request: StaffRequest) -> HttpResponse:
    """What the terms on the form do not tell yet, and what the rulebook finds in them."""
    kind = _kind(request.GET.get("kind", ""))
    form = _form(request, kind, None) if kind else None
    examined = None
    if form is not None and form.is_valid():
        examined = examine_terms(form.as_terms(), on=local_date(request.now))
    return render(request, "benefits/_lint.html", {"examined": examined})


@require_POST
@staff_door(*PLANNERS, auditor=False)
def benefit_copy(request: StaffRequest, benefit_id: int) -> HttpResponse:
    benefit = queries.visible_benefit(benefit_id, request.staff)
    name = _("%(name)s (copy)") % {"name": benefit.name[:80]}
    copied = actions.copy_benefit(benefit_id=benefit_id, name=name, by=request.staff, now=request.now)
    messages.success(request, _("Copied as a draft. Look at its dates before you submit it."))
    return redirect("benefits:benefit_edit", copied)


@require_POST
@staff_door(*PLANNERS, auditor=False)
def benefit_remove(request: StaffRequest, benefit_id: int) -> HttpResponse:
    queries.visible_benefit(benefit_id, request.staff)
    actions.remove_benefit(benefit_id=benefit_id, by=request.staff, now=request.now)
    messages.success(request, _("The benefit is gone."))
    return redirect("benefits:benefit_list")


@require_POST
@staff_door(*PLANNERS, auditor=False)
def benefit_submit(request: StaffRequest, benefit_id: int) -> HttpResponse:
    actions.submit_benefit(benefit_id=benefit_id, by=request.staff, now=request.now)
    messages.success(request, _("Submitted. The terms are frozen and can be claimed when all have approved."))
    return redirect("benefits:benefit_page", benefit_id)


@require_POST
@staff_door(*PLANNERS, auditor=False)
def benefit_reopen(request: StaffRequest, benefit_id: int) -> HttpResponse:
    actions.reopen_benefit(benefit_id=benefit_id, by=request.staff, now=request.now)
    messages.success(
        request, _("The terms can be changed again. Nobody can claim until they are approved anew.")
    )
    return redirect("benefits:benefit_page", benefit_id)


@require_POST
@staff_door(*PLANNERS, auditor=False)
def benefit_picture(request: StaffRequest, benefit_id: int) -> HttpResponse:
    queries.visible_benefit(benefit_id, request.staff)
    file = request.FILES.get("file")
    content = file.read(MOST_BYTES + 1) if isinstance(file, UploadedFile) else b""
    actions.set_picture(benefit_id=benefit_id, content=content, by=request.staff, now=request.now)
    return redirect("benefits:benefit_page", benefit_id)


@require_POST
@staff_door(*PLANNERS, auditor=False)
def benefit_account(request: StaffRequest, benefit_id: int) -> HttpResponse:
    account = request.POST.get("account", "").strip()[:200]
    actions.set_settlement_account(benefit_id=benefit_id, account=account, by=request.staff, now=request.now)
    messages.success(request, _("The settlement account is kept encrypted."))
    return redirect("benefits:benefit_page", benefit_id)


@require_GET
@staff_door(*READERS)
def benefits_beside(request: StaffRequest, benefit_id: int) -> HttpResponse:
    """All benefits of the campaign that this one belongs to."""
    benefit = queries.visible_benefit(benefit_id, request.staff)
    context = {
        "benefit": benefit,
        "benefits": beside(benefit),
        "may_plan": request.staff.has_role(*PLANNERS),
    }
    return render(request, "benefits/beside.html", context)


def _kind(text: str) -> BenefitKind | None:
    return BenefitKind(text) if text in set(BenefitKind) else None


def _form(request: StaffRequest, kind: BenefitKind, terms: BenefitTerms | None) -> TermsForm:
    initial = TermsForm.initial_of(terms) if terms else None
    shelf = products.products_on_sale(local_date(request.now), staff=request.staff)
    choices = [(each.code, f"{each.code} {each.name}") for each in shelf]
    return TermsForm(request.POST or None, kind=kind, products=choices, initial=initial)


def _page(request: StaffRequest, form: TermsForm, title: str, **more: object) -> HttpResponse:
    context = {"form": form, "title": title, "kind": form.kind, "kind_label": KIND_LABELS[form.kind], **more}
    return render(request, "benefits/form.html", context, status=422 if form.errors else 200)
