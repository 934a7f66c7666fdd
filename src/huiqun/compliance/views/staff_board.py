"""What lapses soon, and what was approved under former law."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.compliance.queries.law_board import (
    BEGINS,
    ENDED,
    ENDS,
    LAW_DAYS,
    SILENT,
    law_board,
)
from huiqun.compliance.rules.licences import WARN_DAYS
from huiqun.compliance.views.staff_copy import READERS
from huiqun.foundation import jobs
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.roles import REVIEWERS, Role
from huiqun.lib.days import local_date

MAY_CHECK = (*REVIEWERS, Role.RISK_OFFICER)
CHANGES = {
    BEGINS: (gettext_lazy("Begins"), "blue"),
    ENDS: (gettext_lazy("Ends"), "gold"),
    ENDED: (gettext_lazy("No longer in force"), "red"),
    SILENT: (gettext_lazy("Silent: no article applies"), "red"),
}


@staff_door(*READERS)
@require_GET
def board(request: StaffRequest) -> HttpResponse:
    today = local_date(request.now)
    found = law_board(request.staff, on=today)
    language = get_language() or "zh"
    context = {
        "board": found,
        "rules": [(each, each.rule.name.for_reader(language), *CHANGES[each.change]) for each in found.rules],
        "laws": [(each, *CHANGES[each.change]) for each in found.laws],
        "today": today,
        "law_days": LAW_DAYS,
        "licence_days": WARN_DAYS,
        "may_check": request.staff.has_role(*MAY_CHECK),
    }
    return render(request, "compliance/board.html", context)


@staff_door(*MAY_CHECK, auditor=False)
@require_POST
def board_recheck(request: StaffRequest) -> HttpResponse:
    jobs.enqueue("compliance.recheck_dossiers_now", unique="compliance.recheck_dossiers_now")
    messages.info(
        request, _("Everything that still goes out is being checked again; open this page shortly.")
    )
    return redirect("compliance:board")
