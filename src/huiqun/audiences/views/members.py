"""Doors to who is in an audience: from day to day, who came and went, one customer, alerts and schedules."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.audiences import actions, queries
from huiqun.audiences.forms import LookupForm, ScheduleForm, WatchForm
from huiqun.audiences.refusals import ScheduleWrong
from huiqun.audiences.views.asking import branch_of
from huiqun.audiences.views.charts import trend_chart
from huiqun.audiences.views.roles import LOOKERS, READERS, SAMPLERS, WRITERS, may
from huiqun.audiences.views.shown import shown_changes, shown_schedules, visible_audience
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.models import Branch
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

DAYS = 90
RECENT = 3
"""Days on which an alert is still news."""


@require_GET
@staff_door(*READERS)
def audience_members(request: StaffRequest, audience_id: int) -> HttpResponse:
    return _members(request, audience_id)


@require_POST
@staff_door(*WRITERS)
def audience_refresh(request: StaffRequest, audience_id: int) -> HttpResponse:
    """Work out now who is in it, for who does not want to wait for the next round."""
    queries.audience(audience_id, request.staff)
    actions.refresh_membership(audience_id=audience_id, now=request.now)
    messages.success(request, _("Worked out with today's data."))
    return redirect("audiences:audience_members", audience_id)


@require_POST
@staff_door(*LOOKERS)
def audience_why(request: StaffRequest, audience_id: int) -> HttpResponse:
    """Whether one customer is in it, condition by condition."""
    queries.audience(audience_id, request.staff)
    form = LookupForm(request.POST)
    context: dict[str, Any] = {"problem": _("Type in a customer number.")}
    if form.is_valid():
        number = form.cleaned_data["customer_number"]
        try:
            why = actions.explain_member(
                audience_id=audience_id, customer_number=number, by=request.staff, now=request.now
            )
            context = {"why": why, "number": number}
        except NotFound:
            context = {"problem": _("There is no customer with this number in your branches.")}
    return render(request, "audiences/_why.html", context)


@require_GET
@staff_door(*SAMPLERS)
def change_cards(request: StaffRequest, audience_id: int) -> HttpResponse:
    """Some of those who entered or left at one time, masked; of the last change by default."""
    changes = queries.changes(audience_id=audience_id, staff=request.staff)
    digest = request.GET.get("ids", "") or next((each.file_digest for each in changes), "")
    cards = (
        queries.changed_cards(audience_id=audience_id, file_digest=digest, staff=request.staff)
        if digest
        else []
    )
    return render(request, "audiences/_change_cards.html", {"cards": cards})


@require_POST
@staff_door(*WRITERS)
def audience_watch(request: StaffRequest, audience_id: int) -> HttpResponse:
    queries.audience(audience_id, request.staff)
    form = WatchForm(request.POST)
    if not form.is_valid():
        return _members(request, audience_id, watch=form)
    percent = form.cleaned_data["percent"]
    actions.watch_size(audience_id=audience_id, percent=percent, by=request.staff, now=request.now)
    told = _("You will be told when the size moves that far.") if percent else _("Nobody is told any more.")
    messages.success(request, told)
    return redirect("audiences:audience_members", audience_id)


@require_POST
@staff_door(*WRITERS)
def schedule_add(request: StaffRequest, audience_id: int) -> HttpResponse:
    of = queries.audience(audience_id, request.staff)
    form = ScheduleForm(request.POST)
    branch_id = branch_of(request).pk if request.POST.get("branch_id") else of.branch_id
    if not form.is_valid():
        return _members(request, audience_id, schedule=form)
    try:
        actions.schedule_snapshots(
            audience_id=audience_id, branch_id=branch_id, by=request.staff, now=request.now, **form.values()
        )
    except ScheduleWrong as refusal:
        form.add_error(None, sentence_of(refusal))
        return _members(request, audience_id, schedule=form)
    messages.success(request, _("Snapshots will be frozen by themselves."))
    return redirect("audiences:audience_members", audience_id)


@require_POST
@staff_door(*WRITERS)
def schedule_end(request: StaffRequest, schedule_id: int) -> HttpResponse:
    audience_id = actions.end_schedule(schedule_id=schedule_id, by=request.staff, now=request.now)
    messages.success(request, _("The schedule has ended. Its snapshots stay."))
    return redirect("audiences:audience_members", audience_id)


def _members(
    request: StaffRequest,
    audience_id: int,
    *,
    watch: WatchForm | None = None,
    schedule: ScheduleForm | None = None,
) -> HttpResponse:
    staff, today = request.staff, local_date(request.now)
    audience = visible_audience(request, audience_id)
    points = queries.trend(audience_id=audience_id, staff=staff, days=DAYS)
    percent = queries.size_watch(audience_id=audience_id, staff=staff)
    context = {
        "audience": audience,
        "tab": "members",
        "membership": queries.membership(audience_id=audience_id, staff=staff, today=today),
        "points": points,
        "chart": trend_chart(points),
        "alerts": [each for each in points[-RECENT:] if each.alerted],
        "changes": shown_changes(queries.changes(audience_id=audience_id, staff=staff)),
        "percent": percent,
        "watch_form": watch or WatchForm(initial={"percent": percent}),
        "schedules": shown_schedules(queries.schedules(audience_id=audience_id, staff=staff)),
        "schedule_form": schedule or ScheduleForm(),
        "branches": Branch.objects.visible_to(staff),
        **may(request),
    }
    wrong = watch or schedule
    return render(request, "audiences/audience_members.html", context, status=422 if wrong else 200)
