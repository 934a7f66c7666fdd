"""Check a poster, a screenshot or a film script."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiqun.compliance import actions
from huiqun.compliance.actions.checked_files import KEPT
from huiqun.compliance.forms import FileForm
from huiqun.compliance.models.checked_files import FileState
from huiqun.compliance.queries import checked_files as queries
from huiqun.compliance.rulebook.kinds import CHANNELS, PRODUCT_KINDS
from huiqun.compliance.views.staff_copy import READERS
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date

COLOURS = {FileState.WAITING: "blue", FileState.READ: "green", FileState.FAILED: "red"}


@require_http_methods(["GET", "POST"])
@staff_door(*READERS)
def file_list(request: StaffRequest) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        file = values.pop("file")
        file_id = actions.give_file(
            content=file.read(), file_name=file.name, **values, by=request.staff, now=request.now
        )
        return redirect("compliance:file_detail", file_id)
    page = keyset_page(queries.checked_files(request.staff), request.GET)
    rows = [(row, COLOURS[FileState(row.state)]) for row in page.rows]
    context = {"form": form, "page": page, "rows": rows, "kinds": PRODUCT_KINDS, "channels": CHANNELS}
    return render(request, "compliance/files.html", context)


@require_GET
@staff_door(*READERS)
def file_detail(request: StaffRequest, file_id: int) -> HttpResponse:
    return _shown(request, file_id, "compliance/file.html")


@require_GET
@staff_door(*READERS)
def file_progress(request: StaffRequest, file_id: int) -> HttpResponse:
    """The page's inside, which asks for itself until the picture is read."""
    return _shown(request, file_id, "compliance/_file.html")


def _shown(request: StaffRequest, file_id: int, template: str) -> HttpResponse:
    file = queries.checked_file(file_id, request.staff)
    placed = queries.placed_findings(file, on=local_date(request.now))
    context = {
        "file": file,
        "colour": COLOURS[FileState(file.state)],
        "channel": _(CHANNELS[file.channel]),
        "product_kind": _(PRODUCT_KINDS[file.product_kind]),
        "placed": placed,
        "kept_days": KEPT.days,
        "findings": [one.finding for one in placed],
    }
    return render(request, template, context)


@require_GET
@staff_door(*READERS)
def file_picture(request: StaffRequest, file_id: int) -> HttpResponse:
    response = HttpResponse(queries.picture_of(file_id, request.staff), content_type="image/png")
    response["Cache-Control"] = "private, max-age=600"
    response["X-Content-Type-Options"] = "nosniff"
    return response
