"""What people of the bank decide about."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from huiqun.communities import actions
from huiqun.communities.models.moderation import DECISION_LABELS, MEASURE_LABELS
from huiqun.communities.queries import desk
from huiqun.communities.rules.kinds import Decision, Measure
from huiqun.communities.rules.refusals import ReasonNeeded
from huiqun.communities.views.roles import JUDGES
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page

STATES = ("open", "appeal", "decided")


@require_GET
@staff_door(*JUDGES)
def case_list(request: StaffRequest) -> HttpResponse:
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    rows = desk.case_rows(staff=request.staff, state=state)
    order = ("-grave", "id") if state == "open" else ("-id",)
    return render(
        request,
        "communities/case_list.html",
        {"page": keyset_page(rows, request.GET, order=order), "state": state},
    )


@require_GET
@staff_door(*JUDGES)
def case_page(request: StaffRequest, moderation_id: int) -> HttpResponse:
    page = desk.case_page(case_id=moderation_id, staff=request.staff)
    context = {
        "page": page,
        "case": page.case,
        "decisions": DECISION_LABELS.items(),
        "measures": MEASURE_LABELS.items(),
        "is_own": page.case.decided_by_id == request.staff.pk,
        "may_judge": request.staff.has_role(*JUDGES),
    }
    return render(request, "communities/case_page.html", context)


@require_POST
@staff_door(*JUDGES)
def case_decide(request: StaffRequest, moderation_id: int) -> HttpResponse:
    desk.case_page(case_id=moderation_id, staff=request.staff)
    decision, measure = request.POST.get("decision", ""), request.POST.get("measure", "")
    if decision not in set(Decision) or measure not in set(Measure):
        raise ReasonNeeded()
    actions.decide_case(
        case_id=moderation_id,
        decision=decision,
        measure=measure,
        why=request.POST.get("why", ""),
        by=request.staff,
        now=request.now,
    )
    return redirect("communities:case_list")


@require_POST
@staff_door(*JUDGES)
def case_appeal(request: StaffRequest, moderation_id: int) -> HttpResponse:
    desk.case_page(case_id=moderation_id, staff=request.staff)
    actions.decide_appeal(
        case_id=moderation_id,
        overturn=request.POST.get("overturn") == "yes",
        why=request.POST.get("why", ""),
        by=request.staff,
        now=request.now,
    )
    return redirect("communities:case_list")
