"""The inbox, the dossier, and deciding on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.compliance import actions, queries
from huiqun.compliance.models import ReviewStep, Waiver
from huiqun.compliance.models.reviews import REVIEW_ROLES, DossierState
from huiqun.compliance.queries.dossier_page import dossier_page
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole

TABS = ("copy", "changes", "record")


@staff_door(*REVIEWERS, Role.RISK_OFFICER, Role.MARKETER)
@require_GET
def review_inbox(request: StaffRequest) -> HttpResponse:
    query = request.GET.dict()
    decides = request.staff.has_role(*REVIEW_ROLES)
    query.setdefault("box", "mine" if decides else "all")
    page = keyset_page(queries.inbox(request.staff, request.now, query), query)
    context = {
        "page": page,
        "query": query,
        "decides": decides,
        "boxes": _boxes(request) if decides else (),
        "states": DossierState.choices,
        "roles": [(role.value, role.label) for role in REVIEW_ROLES],
        "overdue": queries.overdue_count(request.staff, now=request.now),
        "today": local_date(request.now),
    }
    return render(request, "compliance/inbox.html", context)


def _boxes(request: StaffRequest) -> tuple[tuple[str, str, int | None], ...]:
    pending = queries.pending_count(request.staff, now=request.now)
    return (
        ("mine", _("To be decided by me"), pending),
        ("done", _("Decided by me"), None),
        ("all", _("All"), None),
    )


@staff_door(*REVIEWERS, Role.RISK_OFFICER, Role.MARKETER)
@require_GET
def dossier_detail(request: StaffRequest, dossier_id: int) -> HttpResponse:
    dossier = queries.visible_dossier(dossier_id, request.staff, now=request.now)
    tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "copy"
    page = dossier_page(dossier, request.staff, now=request.now)
    return render(request, "compliance/dossier.html", {"page": page, "dossier": dossier, "tab": tab})


def _back_to(step_id: int) -> HttpResponse:
    dossier_id = ReviewStep.objects.values_list("dossier_id", flat=True).get(pk=step_id)
    return redirect("compliance:dossier_detail", dossier_id=dossier_id)


def _decision(request: StaffRequest, step_id: int) -> dict[str, Any]:
    """What the page says it decides on; without a version the page is taken to be stale."""
    return {
        "step_id": step_id,
        "expected_digest": request.POST.get("expected_digest", ""),
        "expected_version": whole(request.POST.get("expected_version", "")),
        "comment": request.POST.get("comment", ""),
        "by": request.staff,
        "now": request.now,
    }


@staff_door(*REVIEWERS, Role.RISK_OFFICER, auditor=False)
@require_POST
def step_approve(request: StaffRequest, step_id: int) -> HttpResponse:
    read = whole(request.POST.get("findings_read", "")) or 0
    checked = request.POST.getlist("checked")
    actions.approve_step(**_decision(request, step_id), checked=checked, findings_read=read)
    messages.success(request, _("Approved. The next step has been opened, or nothing is left to decide."))
    return _back_to(step_id)


@staff_door(*REVIEWERS, Role.RISK_OFFICER, auditor=False)
@require_POST
def step_waive(request: StaffRequest, step_id: int) -> HttpResponse:
    """Let one finding stand, with a reason."""
    actions.waive_finding(
        step_id=step_id,
        expected_digest=request.POST.get("expected_digest", ""),
        finding_key=request.POST.get("finding", ""),
        reason=request.POST.get("reason", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("Waived. The finding stays in the record, with your reason."))
    return _back_to(step_id)


@staff_door(*REVIEWERS, Role.RISK_OFFICER, auditor=False)
@require_POST
def waiver_withdraw(request: StaffRequest, waiver_id: int) -> HttpResponse:
    actions.withdraw_waiver(waiver_id=waiver_id, by=request.staff, now=request.now)
    messages.success(request, _("The waiver is taken back; the finding stands open again."))
    dossier_id = Waiver.objects.values_list("dossier_id", flat=True).get(pk=waiver_id)
    return redirect("compliance:dossier_detail", dossier_id=dossier_id)


@staff_door(*REVIEWERS, Role.RISK_OFFICER, auditor=False)
@require_POST
def step_return(request: StaffRequest, step_id: int) -> HttpResponse:
    actions.return_step(**_decision(request, step_id))
    messages.success(request, _("Returned to its authors with your comment."))
    return _back_to(step_id)


@staff_door(Role.MARKETER, Role.OPERATOR, auditor=False)
@require_POST
def step_remind(request: StaffRequest, step_id: int) -> HttpResponse:
    actions.remind_step(step_id=step_id, by=request.staff, now=request.now)
    messages.success(request, _("The reviewers of this step have been reminded."))
    return _back_to(step_id)


@staff_door(Role.MARKETER, Role.OPERATOR, auditor=False)
@require_POST
def dossier_withdraw(request: StaffRequest, dossier_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.withdraw_dossier(dossier_id=dossier_id, reason=reason, by=request.staff, now=request.now)
    messages.success(request, _("Withdrawn. Nothing of this version may be sent."))
    return redirect("compliance:dossier_detail", dossier_id=dossier_id)


@staff_door(*actions.STOPPERS, auditor=False)
@require_POST
def dossier_stop(request: StaffRequest, dossier_id: int) -> HttpResponse:
    """Stop or lift, for the subject of this dossier."""
    dossier = queries.visible_dossier(dossier_id, request.staff, now=request.now)
    reason = request.POST.get("reason", "")
    if request.POST.get("lift"):
        actions.lift_stop(subject=dossier.subject, reason=reason, by=request.staff, now=request.now)
        messages.success(request, _("The stop is lifted; the approval is what it was before."))
    else:
        actions.stop_subject(subject=dossier.subject, reason=reason, by=request.staff, now=request.now)
        messages.success(request, _("Stopped. Nothing more is marked for sending."))
    return redirect("compliance:dossier_detail", dossier_id=dossier_id)


@staff_door(*REVIEWERS, Role.RISK_OFFICER, Role.MARKETER, Role.AUDITOR)
@require_POST
def dossier_signed_off(request: StaffRequest, dossier_id: int) -> HttpResponse:
    """The review as a document. Taking it is a fact, hence no address to be opened by accident."""
    document = actions.export_review(dossier_id=dossier_id, by=request.staff, now=request.now)
    named = f'attachment; filename="{document.file_name}"'
    return HttpResponse(
        document.content, content_type="application/pdf", headers={"Content-Disposition": named}
    )
