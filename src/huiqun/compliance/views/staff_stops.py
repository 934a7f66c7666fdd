"""Emergency stops of the whole bank, and all that were ever made."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.compliance import actions, queries
from huiqun.compliance.models import Stop
from huiqun.compliance.models.permits import EVERYTHING
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page


@staff_door(*actions.STOPPERS)
@require_GET
def stop_list(request: StaffRequest) -> HttpResponse:
    rows = Stop.objects.visible_to(request.staff).select_related("stopped_by", "lifted_by", "branch")
    if request.GET.get("standing"):
        rows = rows.in_force()
    page = keyset_page(rows, request.GET.dict())
    titles = queries.titles_of([row.subject for row in page.rows])
    context = {
        "page": page,
        "rows": [(row, titles.get(row.subject)) for row in page.rows],
        "everything": queries.is_stopped(EVERYTHING),
        "may_stop_all": request.staff.has_role(*actions.STOPPERS)
        and request.staff.branch is not None
        and request.staff.branch.level == 0,
    }
    return render(request, "compliance/stops.html", context)


@staff_door(*actions.STOPPERS, auditor=False)
@require_POST
def stop_everything(request: StaffRequest) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if request.POST.get("lift"):
        actions.lift_stop(subject=EVERYTHING, reason=reason, by=request.staff, now=request.now)
        messages.success(request, _("The stop of everything is lifted."))
    else:
        actions.stop_subject(subject=EVERYTHING, reason=reason, by=request.staff, now=request.now)
        messages.success(request, _("Everything is stopped. Nothing more is marked for sending."))
    return redirect("compliance:stop_list")
