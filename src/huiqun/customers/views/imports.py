"""Doors to imports: deliver a file, look at what would happen, let it in, fetch what was refused."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.customers import actions
from huiqun.customers.queries import imports as queries
from huiqun.customers.rules import FileMissing, MappingInvalid
from huiqun.customers.views.roles import IMPORTERS
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page

SHOWN_REFUSALS = 10
MAPPING_LIMIT = 200_000


@require_GET
@staff_door(*IMPORTERS)
def import_list(request: StaffRequest) -> HttpResponse:
    page = keyset_page(queries.import_runs(request.staff), request.GET)
    branch = request.staff.branch
    context = {
        "page": page,
        "runs": [(run, queries.COLOURS[run.State(run.state)]) for run in page.rows],
        "mappings": queries.mapping_choices(),
        "may_import": request.staff.has_role(*IMPORTERS) and branch is not None and branch.level == 0,
    }
    return render(request, "customers/import_list.html", context)


@require_POST
@staff_door(*IMPORTERS)
def import_new(request: StaffRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise FileMissing
    import_id = actions.upload_import(
        chunks=file.chunks(),
        file_name=file.name or "",
        mapping_text=_mapping_text(request),
        now=request.now,
        by=request.staff,
    )
    return redirect("customers:import_page", import_id)


def _mapping_text(request: StaffRequest) -> str:
    """One's own mapping file wins over the chosen one."""
    own = request.FILES.get("mapping_file")
    if not isinstance(own, UploadedFile):
        return queries.mapping_text(request.POST.get("mapping", ""))
    try:
        return bytes(own.read(MAPPING_LIMIT)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MappingInvalid(where="TOML", what="UTF-8") from None


@require_GET
@staff_door(*IMPORTERS)
def import_page(request: StaffRequest, import_id: int) -> HttpResponse:
    return _shown(request, import_id, "customers/import_page.html")


@require_GET
@staff_door(*IMPORTERS)
def import_progress(request: StaffRequest, import_id: int) -> HttpResponse:
    """The changing part of the page, which asks for itself until the work has ended."""
    return _shown(request, import_id, "customers/_import.html")


def _shown(request: StaffRequest, import_id: int, template: str) -> HttpResponse:
    run = queries.visible_import(import_id, request.staff)
    context = {
        "run": run,
        "colour": queries.COLOURS[run.State(run.state)],
        "busy": run.state in (run.State.CHECKING, run.State.IMPORTING),
        "columns": queries.preview_header(run),
        "refusals": list(queries.refused_lines(run, limit=SHOWN_REFUSALS)),
        "failure": queries.failure_sentence(run),
        "may_import": request.staff.has_role(*IMPORTERS),
    }
    return render(request, template, context)


@require_POST
@staff_door(*IMPORTERS)
def import_start(request: StaffRequest, import_id: int) -> HttpResponse:
    queries.visible_import(import_id, request.staff)
    actions.start_import(import_id=import_id, now=request.now, by=request.staff)
    return redirect("customers:import_page", import_id)


@require_POST
@staff_door(*IMPORTERS)
def import_continue(request: StaffRequest, import_id: int) -> HttpResponse:
    queries.visible_import(import_id, request.staff)
    actions.continue_import(import_id=import_id, now=request.now, by=request.staff)
    messages.success(request, _("The import goes on from where it stopped."))
    return redirect("customers:import_page", import_id)


@require_POST
@staff_door(*IMPORTERS)
def import_discard(request: StaffRequest, import_id: int) -> HttpResponse:
    queries.visible_import(import_id, request.staff)
    actions.discard_import(import_id=import_id, now=request.now, by=request.staff)
    messages.success(request, _("The file was deleted; nothing of it was stored."))
    return redirect("customers:import_list")


@require_GET
@staff_door(*IMPORTERS)
def import_refusals(request: StaffRequest, import_id: int) -> HttpResponse:
    run = queries.visible_import(import_id, request.staff)
    response = StreamingHttpResponse(queries.refused_csv(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{run.pk}.csv"'
    return response  # type: ignore[return-value]
