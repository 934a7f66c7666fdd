"""Doors of the list of staff and of one member's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound, Refusal
from huiqun.workforce import actions, queries
from huiqun.workforce.views import spreadsheets
from huiqun.workforce.views.forms import ProfileForm, RolesForm, StaffForm


@require_GET
@staff_door(Role.ADMINISTRATOR)
def staff_list(request: StaffRequest) -> HttpResponse:
    found = queries.staff_list(staff=request.staff, filters=request.GET)
    page = keyset_page(found, request.GET, order=("username",), size=20)
    names = [member.username for member in page.rows]
    context = {
        "page": page,
        "locked": queries.locked_usernames(usernames=names, now=request.now),
        "branches": queries.branch_tree(staff=request.staff),
        "roles": Role.choices,
        "asked": request.GET,
        "is_asked": any(request.GET.get(name) for name in ("q", "branch", "role", "state")),
    }
    return render(request, "workforce/staff_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR)
def staff_add(request: StaffRequest) -> HttpResponse:
    form = StaffForm(request.POST or None, staff=request.staff, initial={"branch": request.GET.get("branch")})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            staff_id = actions.add_staff(
                branch_id=values.pop("branch"), **values, by=request.staff, now=request.now
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("The account is made. Give its owner a sign-in link."))
            return redirect("workforce:staff_page", staff_id)
    return render(request, "workforce/staff_add.html", {"form": form})


@require_GET
@staff_door(Role.ADMINISTRATOR)
def staff_page(request: StaffRequest, staff_id: int) -> HttpResponse:
    member = queries.member(staff_id=staff_id, staff=request.staff)
    profile = {name: getattr(member, name) for name in ("full_name", "email", "phone")}
    context = {
        "member": member,
        "is_self": member.pk == request.staff.pk,
        "is_locked": bool(queries.locked_usernames(usernames=[member.username], now=request.now)),
        "profile_form": ProfileForm(
            staff=request.staff, keep=member.branch_id, initial={**profile, "branch": member.branch_id}
        ),
        "roles_form": RolesForm(initial={"roles": sorted(member.role_set)}, headed=True),
        "history": queries.history(noun="staff", subject_id=staff_id),
    }
    return render(request, "workforce/staff_page.html", context)


@require_POST
@staff_door(Role.ADMINISTRATOR)
def staff_edit(request: StaffRequest, staff_id: int) -> HttpResponse:
    form = ProfileForm(request.POST, staff=request.staff)
    if form.is_valid():
        values = dict(form.cleaned_data)
        branch_id = values.pop("branch")
        actions.edit_staff(
            staff_id=staff_id, branch_id=branch_id, **values, by=request.staff, now=request.now
        )
        messages.success(request, _("Saved."))
    else:
        queries.member(staff_id=staff_id, staff=request.staff)
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("workforce:staff_page", staff_id)


@require_POST
@staff_door(Role.ADMINISTRATOR)
def staff_roles(request: StaffRequest, staff_id: int) -> HttpResponse:
    form = RolesForm(request.POST)
    if not form.is_valid():
        queries.member(staff_id=staff_id, staff=request.staff)
        messages.error(request, _("One of these roles is not known here. Load the page again."))
        return redirect("workforce:staff_page", staff_id)
    actions.change_roles(
        staff_id=staff_id, roles=form.cleaned_data["roles"], by=request.staff, now=request.now
    )
    messages.success(request, _("The roles are changed; they count from the next click on."))
    return redirect("workforce:staff_page", staff_id)


@require_GET
@staff_door(Role.ADMINISTRATOR)
def staff_export(request: StaffRequest) -> HttpResponse:
    found = queries.staff_list(staff=request.staff, filters=request.GET).order_by("username")
    response = HttpResponse(spreadsheets.staff_sheet(found), content_type=spreadsheets.CONTENT_TYPE)
    name = f"staff-{local_date(request.now):%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def staff_import(request: StaffRequest) -> HttpResponse:
    context = {}
    if file := request.FILES.get("file"):
        outcome = spreadsheets.import_staff(file=file, by=request.staff, now=request.now)
        if outcome.added:
            text = ngettext("%(n)s account is made.", "%(n)s accounts are made.", outcome.added)
            messages.success(request, text % {"n": outcome.added})
        if not outcome.refused:
            return redirect("workforce:staff_list")
        context = {"outcome": outcome}
    return render(request, "workforce/staff_import.html", context)
