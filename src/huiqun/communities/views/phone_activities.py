"""Activities on customers' phones: find, sign up, show a code at the door, take a date along."""

import io

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from huiqun.communities import activity_actions as actions
from huiqun.communities.queries import activities as queries
from huiqun.communities.rules.activities import ActivityState, SeatState, calendar
from huiqun.communities.rules.activity_refusals import ConsentNeeded, RegistrationNotFound
from huiqun.customers import queries as customers
from huiqun.foundation.http import CustomerRequest, customer_door, sentence_of


@never_cache
@require_safe
@customer_door()
def activities(request: CustomerRequest) -> HttpResponse:
    context = {
        "open": queries.open_activities(customer_id=request.customer_id, now=request.now),
        "mine": queries.registrations_of(request.customer_id),
    }
    return render(request, "communities/my_activities.html", context)


@never_cache
@require_safe
@customer_door()
def activity(request: CustomerRequest, activity_id: int) -> HttpResponse:
    return _page(request, activity_id)


def _page(request: CustomerRequest, activity_id: int, *, problem: str = "") -> HttpResponse:
    found, row = queries.own_activity(activity_id=activity_id, customer_id=request.customer_id)
    is_open = found.state == ActivityState.OPEN and request.now < found.sign_up_until
    signed = row is not None and row.state != SeatState.CANCELLED
    context = {
        "activity": found,
        "row": row if signed else None,
        "code": queries.code_of(row) if row and row.state == SeatState.TAKEN else "",
        "place": queries.place_in_line(row) if row and row.state == SeatState.WAITING else 0,
        "may_sign_up": is_open and not signed,
        "problem": problem,
    }
    return render(request, "communities/my_activity.html", context, status=422 if problem else 200)


@require_POST
@customer_door()
def sign_up(request: CustomerRequest, activity_id: int) -> HttpResponse:
    try:
        done = actions.sign_up(
            activity_id=activity_id,
            customer_id=request.customer_id,
            branch_path=customers.branch_path(customer_id=request.customer_id),
            agreed=request.POST.get("agreed") == "yes",
            portrait=request.POST.get("portrait") == "yes",
            now=request.now,
        )
    except ConsentNeeded as refusal:
        return _page(request, activity_id, problem=sentence_of(refusal))
    if done.state == SeatState.WAITING:
        messages.info(request, _("All seats are taken: you are in line, and get the first that comes free."))
    else:
        messages.success(request, _("You have a seat. We look forward to you."))
    return redirect("my_activities:activity", activity_id)


@require_POST
@customer_door()
def cancel(request: CustomerRequest, activity_id: int) -> HttpResponse:
    actions.cancel_sign_up(activity_id=activity_id, customer_id=request.customer_id, now=request.now)
    messages.success(request, _("Cancelled. Somebody else is glad of the seat."))
    return redirect("my_activities:activity", activity_id)


@require_POST
@customer_door()
def portrait(request: CustomerRequest, activity_id: int) -> HttpResponse:
    given = request.POST.get("portrait") == "yes"
    actions.change_portrait_consent(
        activity_id=activity_id, customer_id=request.customer_id, given=given, now=request.now
    )
    messages.success(request, _("Saved."))
    return redirect("my_activities:activity", activity_id)


@never_cache
@require_safe
@customer_door()
def code(request: CustomerRequest, activity_id: int) -> HttpResponse:
    """The QR code for the door, of whoever has a seat."""
    row = queries.registration_of(activity_id=activity_id, customer_id=request.customer_id)
    if row is None or row.state not in (SeatState.TAKEN, SeatState.ATTENDED):
        raise RegistrationNotFound
    picture = io.BytesIO()
    segno.make(queries.code_of(row), error="m").save(picture, kind="svg", scale=6, border=2)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@never_cache
@require_safe
@customer_door()
def calendar_file(request: CustomerRequest, activity_id: int) -> HttpResponse:
    found, _row = queries.own_activity(activity_id=activity_id, customer_id=request.customer_id)
    text = calendar(
        number=found.pk,
        title=found.title,
        place=found.place,
        link=found.link,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        now=request.now,
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="activity-{found.pk}.ics"'
    return response
