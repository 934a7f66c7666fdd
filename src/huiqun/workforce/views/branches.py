"""Doors of the branch tree."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.roles import Role
from huiqun.lib.refusal import NotFound, Refusal
from huiqun.workforce import actions, queries
from huiqun.workforce.views.forms import BranchForm, MoveForm, RenameForm


@require_GET
@staff_door(Role.ADMINISTRATOR)
def branch_list(request: StaffRequest) -> HttpResponse:
    rows = queries.branch_tree(staff=request.staff)
    return render(request, "workforce/branch_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR)
def branch_add(request: StaffRequest) -> HttpResponse:
    form = BranchForm(
        request.POST or None, staff=request.staff, initial={"parent": request.GET.get("parent")}
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            branch_id = actions.add_branch(
                code=values["code"],
                name=values["name"],
                parent_id=values["parent"],
                by=request.staff,
                now=request.now,
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("The branch %(name)s is added.") % {"name": values["name"]})
            return redirect("workforce:branch_page", branch_id)
    return render(request, "workforce/branch_add.html", {"form": form})


@require_GET
@staff_door(Role.ADMINISTRATOR)
def branch_page(request: StaffRequest, branch_id: int) -> HttpResponse:
    branch = queries.branch(branch_id=branch_id, staff=request.staff)
    context = {
        "branch": branch,
        "is_top": branch.parent_id is None or branch.pk == request.staff.branch_id,
        "rename_form": RenameForm(initial={"name": branch.name}),
        "move_form": MoveForm(staff=request.staff, without=branch.path, initial={"parent": branch.parent_id}),
        "history": queries.history(noun="branch", subject_id=branch_id),
        "below": [
            row for row in queries.branch_tree(staff=request.staff) if row.path.startswith(branch.path)
        ],
    }
    return render(request, "workforce/branch_page.html", context)


@require_POST
@staff_door(Role.ADMINISTRATOR)
def branch_rename(request: StaffRequest, branch_id: int) -> HttpResponse:
    form = RenameForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        actions.rename_branch(branch_id=branch_id, name=name, by=request.staff, now=request.now)
        messages.success(request, _("The branch is now called %(name)s.") % {"name": name})
    else:
        queries.branch(branch_id=branch_id, staff=request.staff)
    return redirect("workforce:branch_page", branch_id)


@require_POST
@staff_door(Role.ADMINISTRATOR)
def branch_move(request: StaffRequest, branch_id: int) -> HttpResponse:
    form = MoveForm(request.POST, staff=request.staff)
    if not form.is_valid():
        queries.branch(branch_id=branch_id, staff=request.staff)
        messages.error(request, _("Choose the branch that it is to belong to."))
        return redirect("workforce:branch_page", branch_id)
    parent_id = form.cleaned_data["parent"]
    actions.move_branch(branch_id=branch_id, parent_id=parent_id, by=request.staff, now=request.now)
    messages.success(request, _("The branch and all below it are moved."))
    return redirect("workforce:branch_page", branch_id)


@require_POST
@staff_door(Role.ADMINISTRATOR)
def branch_close(request: StaffRequest, branch_id: int) -> HttpResponse:
    actions.close_branch(branch_id=branch_id, by=request.staff, now=request.now)
    messages.success(request, _("The branch is closed."))
    return redirect("workforce:branch_page", branch_id)


@require_POST
@staff_door(Role.ADMINISTRATOR)
def branch_reopen(request: StaffRequest, branch_id: int) -> HttpResponse:
    actions.reopen_branch(branch_id=branch_id, by=request.staff, now=request.now)
    messages.success(request, _("The branch is open again."))
    return redirect("workforce:branch_page", branch_id)
