"""Activities for staff: list, plan, review, list of people, the door."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.communities import activity_actions as actions
from huiqun.communities.models.activities import (
    ACTIVITY_LABELS,
    ACTIVITY_STATE_LABELS,
    Activity,
    Registration,
)
from huiqun.communities.queries import activities as queries
from huiqun.communities.rules.activities import ActivityState, SeatState
from huiqun.communities.rules.activity_refusals import ActivityIncomplete, ActivityUnlawful, SeatsTaken
from huiqun.communities.views.activity_forms import ActivityForm
from huiqun.customers import queries as customers
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.numbers import whole
from huiqun.lib.refusal import Refusal

PLANNERS = (Role.OPERATOR, Role.MARKETER)
READERS = (*PLANNERS, Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK, Role.COMPLIANCE_REVIEWER)
DOORKEEPERS = (Role.OPERATOR, Role.MARKETER, Role.RELATIONSHIP_MANAGER, Role.SERVICE_DESK)
MOST_SCANS = 500


@require_GET
@staff_door(*READERS)
def activity_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "kind", "state")}
    context = {
        "page": keyset_page(
            queries.activity_rows(staff=request.staff, asked=asked, now=request.now), request.GET
        ),
        "asked": asked,
        "kinds": ACTIVITY_LABELS.items(),
        "states": ACTIVITY_STATE_LABELS.items(),
        "may_write": request.staff.has_role(*PLANNERS),
    }
    return render(request, "communities/activity_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS)
def activity_new(request: StaffRequest) -> HttpResponse:
    return _written(request, ActivityForm(request.POST if request.method == "POST" else None), None)


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS)
def activity_edit(request: StaffRequest, activity_id: int) -> HttpResponse:
    activity = queries.visible_activity(activity_id, request.staff)
    form = ActivityForm(request.POST) if request.method == "POST" else ActivityForm.of(activity)
    return _written(request, form, activity)


def _written(request: StaffRequest, form: ActivityForm, activity: Activity | None) -> HttpResponse:
    problem = ""
    if form.is_bound and form.is_valid():
        try:
            activity_id = actions.save_activity(
                activity_id=activity.pk if activity else None,
                terms=form.terms(),
                by=request.staff,
                now=request.now,
            )
            return redirect("activities:activity_page", activity_id)
        except (ActivityIncomplete, SeatsTaken) as refusal:
            problem = sentence_of(refusal)
    context = {"form": form, "activity": activity, "problem": problem}
    return render(request, "communities/activity_form.html", context)


@never_cache
@require_GET
@staff_door(*READERS)
def activity_page(request: StaffRequest, activity_id: int) -> HttpResponse:
    return _page(request, activity_id)


def _page(request: StaffRequest, activity_id: int, *, refusal: Refusal | None = None) -> HttpResponse:
    activity = queries.visible_activity(activity_id, request.staff)
    page = keyset_page(Registration.objects.filter(activity=activity), request.GET, order=("in_line", "id"))
    cards = customers.customer_cards(ids=[row.customer_id for row in page.rows], staff=request.staff)
    known = {card.id: card for card in cards}
    in_review = activity.state == ActivityState.IN_REVIEW
    may_write = request.staff.has_role(*PLANNERS) and activity.state != ActivityState.CANCELLED
    context = {
        "activity": activity,
        "page": page,
        "people": [(row, known.get(row.customer_id)) for row in page.rows],
        "waiting": activity.registrations.filter(state=SeatState.WAITING).count(),
        "came": activity.registrations.filter(state=SeatState.ATTENDED).count(),
        "may_write": may_write and not in_review,
        "may_submit": may_write and activity.state == ActivityState.DRAFT,
        "may_decide": in_review
        and request.staff.has_role(Role.COMPLIANCE_REVIEWER)
        and request.staff.pk not in activity.authors,
        "may_check_in": request.staff.has_role(*DOORKEEPERS) and activity.state == ActivityState.OPEN,
        "problem": sentence_of(refusal) if refusal else "",
        "laws": refusal.citations if refusal else (),
    }
    status = refusal.status if refusal else 200
    return render(request, "communities/activity_page.html", context, status=status)


@require_POST
@staff_door(*PLANNERS)
def activity_submit(request: StaffRequest, activity_id: int) -> HttpResponse:
    try:
        actions.submit_activity(activity_id=activity_id, by=request.staff, now=request.now)
    except ActivityUnlawful as refusal:
        return _page(request, activity_id, refusal=refusal)
    messages.success(request, _("Sent to compliance review."))
    return redirect("activities:activity_page", activity_id)


@require_POST
@staff_door(Role.COMPLIANCE_REVIEWER)
def activity_decide(request: StaffRequest, activity_id: int) -> HttpResponse:
    approve = request.POST.get("decision") == "approve"
    actions.decide_activity(
        activity_id=activity_id,
        approve=approve,
        seen=request.POST.get("digest", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(
        request, _("Approved. Customers can sign up.") if approve else _("Returned to its author.")
    )
    return redirect("activities:activity_page", activity_id)


@require_POST
@staff_door(*PLANNERS)
def activity_cancel(request: StaffRequest, activity_id: int) -> HttpResponse:
    actions.cancel_activity(
        activity_id=activity_id, reason=request.POST.get("reason", ""), by=request.staff, now=request.now
    )
    messages.success(request, _("Cancelled. Whoever signed up sees it on their own page."))
    return redirect("activities:activity_page", activity_id)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_door(*DOORKEEPERS)
def door(request: StaffRequest, activity_id: int) -> HttpResponse:
    """Codes typed or scanned, one a line; a script sends them when there is a network again."""
    activity = queries.visible_activity(activity_id, request.staff)
    answers: list[tuple[str, str]] = []
    if request.method == "POST":
        scans = [
            actions.Scan(code=code, at=request.now)
            for code in request.POST.get("codes", "").split()[:MOST_SCANS]
        ]
        found = actions.check_in_many(activity_id=activity_id, scans=scans, by=request.staff, now=request.now)
        answers = [(each.code, _said(each)) for each in found]
    came = activity.registrations.filter(state=SeatState.ATTENDED).count()
    known = [_hashed(row) for row in activity.registrations.filter(state=SeatState.TAKEN)[:5000]]
    context = {"activity": activity, "answers": answers, "came": came, "known": known}
    return render(request, "communities/door.html", context)


def _hashed(row: Registration) -> str:
    """By which a telephone without a network knows a code, and cannot make one."""
    return sha256(queries.code_of(row).encode()).hexdigest()[:16]


def _said(answer: actions.ScanAnswer) -> str:
    if answer.refusal is not None:
        return sentence_of(answer.refusal)
    return _("Welcome.") if answer.is_new else _("Is in already.")


@require_POST
@staff_door(*DOORKEEPERS)
def door_scans(request: StaffRequest, activity_id: int) -> HttpResponse:
    """What a telephone has kept: ``[{"code": …, "at": milliseconds}]``. Sending it again changes nothing."""
    scans = _scans(request)
    answers = actions.check_in_many(activity_id=activity_id, scans=scans, by=request.staff, now=request.now)
    told = [{"code": each.code, "ok": each.refusal is None, "said": _said(each)} for each in answers]
    return JsonResponse({"answers": told})


def _scans(request: StaffRequest) -> list[actions.Scan]:
    try:
        given: Any = json.loads(request.POST.get("scans", "[]"))
    except ValueError:
        return []
    if not isinstance(given, list):
        return []
    named = [each for each in given[:MOST_SCANS] if isinstance(each, dict)]
    return [actions.Scan(code=str(each.get("code", ""))[:80], at=_moment(each, request)) for each in named]


def _moment(each: dict[str, Any], request: StaffRequest) -> datetime:
    seconds = whole(str(each.get("at", ""))) // 1000
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 4_000_000_000 else request.now
