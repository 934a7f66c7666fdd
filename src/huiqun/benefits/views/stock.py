"""Staff doors: partners' codes brought in by file, more pieces within what was approved, how fast stock goes."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.benefits import actions, queries
from huiqun.benefits.models import STATE_LABELS
from huiqun.benefits.queries import stock
from huiqun.benefits.queries.burning import burning
from huiqun.benefits.queries.drawing import curve
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.rules.code_files import MOST_BYTES
from huiqun.benefits.rules.refusals_stock import CodesUnreadable
from huiqun.benefits.views.roles import PLANNERS, READERS
from huiqun.foundation.downloads import csv_response
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.numbers import whole
from huiqun.lib.words import gettext_noop


@require_GET
@staff_door(*READERS)
def stock_list(request: StaffRequest) -> HttpResponse:
    """What can still be claimed, and which benefits run low; codes beside pieces."""
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "kind")}
    rows = queries.benefit_rows(staff=request.staff, state="live", now=request.now, **asked)
    page = keyset_page(rows, request.GET)
    counts = stock.code_counts([row.pk for row in page.rows])
    lines = [queries.stock_line(row, counts.get(row.pk)) for row in page.rows]
    context = {"page": page, "lines": lines, "asked": asked}
    return render(request, "benefits/stock_list.html", context)


@require_GET
@staff_door(*READERS)
def stock_page(request: StaffRequest, benefit_id: int) -> HttpResponse:
    """One benefit's burn-down with its forecast, its codes and imports."""
    benefit = queries.visible_benefit(benefit_id, request.staff)
    found = burning(benefit, now=request.now)
    context = {
        "benefit": benefit,
        "burning": found,
        "curve": curve(found, quantity=benefit.quantity, now=request.now),
        "codes": stock.code_counts([benefit_id]).get(benefit_id),
        "states": [
            (STATE_LABELS[ClaimState(state)], (state, n)) for state, n in sorted(found.by_state.items())
        ],
        "imports": stock.imports_of(benefit_id).order_by("-id")[:20],
        "may_plan": request.staff.has_role(*PLANNERS),
        "may_add": benefit.top_up - benefit.added if benefit.is_frozen else 0,
    }
    return render(request, "benefits/stock_page.html", context)


@require_GET
@staff_door(*READERS)
def stock_burning(request: StaffRequest, benefit_id: int) -> HttpResponse:
    """The part of the page that is drawn anew while it is looked at."""
    benefit = queries.visible_benefit(benefit_id, request.staff)
    found = burning(benefit, now=request.now)
    drawn = curve(found, quantity=benefit.quantity, now=request.now)
    context = {"benefit": benefit, "burning": found, "curve": drawn}
    return render(request, "benefits/_burning.html", context)


@require_POST
@staff_door(*PLANNERS, auditor=False)
def codes_bring(request: StaffRequest, benefit_id: int) -> HttpResponse:
    queries.visible_benefit(benefit_id, request.staff)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise CodesUnreadable(problem=gettext_noop("no file came with the form"))
    import_id = actions.bring_codes(
        benefit_id=benefit_id,
        content=file.read(MOST_BYTES + 1),
        file_name=file.name or "",
        length=whole(request.POST.get("length", "")),
        by=request.staff,
        now=request.now,
    )
    return redirect("benefits:import_page", import_id)


@require_GET
@staff_door(*READERS)
def import_page(request: StaffRequest, code_import_id: int) -> HttpResponse:
    """What was taken in, and each line that was not, with why."""
    found = stock.visible_import(code_import_id, request.staff)
    page = keyset_page(stock.refused_lines(code_import_id), request.GET, order=("line", "id"), size=50)
    lines = [(row, stock.problem_words(row)) for row in page.rows]
    context = {"brought": found, "page": page, "lines": lines}
    return render(request, "benefits/import_page.html", context)


@require_GET
@staff_door(*READERS)
def import_refused(request: StaffRequest, code_import_id: int) -> HttpResponse:
    """The lines that were not taken in, as a file for the partner."""
    found = stock.visible_import(code_import_id, request.staff)
    rows = stock.refused_lines(found.pk).order_by("line", "id")
    lines = ((row.line, row.shown, stock.problem_words(row)) for row in rows)
    return csv_response(lines, name="refused-codes.csv")


@require_POST
@staff_door(*PLANNERS, auditor=False)
def stock_top_up(request: StaffRequest, benefit_id: int) -> HttpResponse:
    pieces = whole(request.POST.get("pieces", ""))
    quantity = actions.top_up(benefit_id=benefit_id, pieces=pieces, by=request.staff, now=request.now)
    messages.success(request, _("There are %(quantity)s pieces in all now.") % {"quantity": f"{quantity:,}"})
    return redirect("benefits:stock_page", benefit_id)


@require_POST
@staff_door(*PLANNERS, auditor=False)
def stock_level(request: StaffRequest, benefit_id: int) -> HttpResponse:
    """Below how many pieces the planners are told."""
    level = whole(request.POST.get("level", ""))
    actions.set_level(benefit_id=benefit_id, level=level, by=request.staff, now=request.now)
    messages.success(request, _("You are told when fewer than %(level)s are left.") % {"level": level})
    return redirect("benefits:stock_page", benefit_id)
