"""Doors to whether an account can be used."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.roles import Role
from huiqun.workforce import actions, queries


@require_POST
@staff_door(Role.ADMINISTRATOR)
def staff_deactivate(request: StaffRequest, staff_id: int) -> HttpResponse:
    actions.deactivate_staff(staff_id=staff_id, by=request.staff, now=request.now)
    return _done(request, staff_id, _("The account is closed. Its open sessions end with their next click."))


@require_POST
@staff_door(Role.ADMINISTRATOR)
def staff_reactivate(request: StaffRequest, staff_id: int) -> HttpResponse:
    actions.reactivate_staff(staff_id=staff_id, by=request.staff, now=request.now)
    return _done(request, staff_id, _("The account is active again."))


@require_POST
@staff_door(Role.ADMINISTRATOR)
def staff_unlock(request: StaffRequest, staff_id: int) -> HttpResponse:
    actions.lift_lock(staff_id=staff_id, by=request.staff, now=request.now)
    return _done(request, staff_id, _("The lock is lifted."))


@require_POST
@staff_door(Role.ADMINISTRATOR)
def staff_second_step(request: StaffRequest, staff_id: int) -> HttpResponse:
    actions.remove_second_step(staff_id=staff_id, by=request.staff, now=request.now)
    return _done(request, staff_id, _("The second step is taken off."))


@require_POST
@staff_door(Role.ADMINISTRATOR)
def staff_link(request: StaffRequest, staff_id: int) -> HttpResponse:
    """The link is shown once, here; it is kept nowhere."""
    key = actions.issue_sign_in_link(staff_id=staff_id, by=request.staff, now=request.now)
    path = reverse("account_reset_password_from_key", args=key.split("-", 1))
    member = queries.member(staff_id=staff_id, staff=request.staff)
    context = {"member": member, "link": request.build_absolute_uri(path)}
    response = render(request, "workforce/staff_link.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _done(request: StaffRequest, staff_id: int, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("workforce:staff_page", staff_id)
