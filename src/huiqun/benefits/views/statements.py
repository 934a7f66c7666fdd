"""A partner's own months, for its managers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.benefits.actions import settlement_steps as steps
from huiqun.benefits.models.settlements import SETTLEMENT_COLOURS
from huiqun.benefits.queries import settlements as queries
from huiqun.benefits.rules.settling import SettlementState
from huiqun.benefits.views.settlement_files import settlement_file
from huiqun.foundation.http import ClerkRequest, clerk_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.numbers import whole


@require_GET
@clerk_door(manager=True)
def statement_list(request: ClerkRequest) -> HttpResponse:
    page = keyset_page(queries.statements_of(request.clerk.partner_id), request.GET, order=("-month", "-id"))
    rows = [{"row": row, "colour": SETTLEMENT_COLOURS[SettlementState(row.state)]} for row in page.rows]
    context = {"clerk": request.clerk, "page": page, "rows": rows}
    return render(request, "benefits/statement_list.html", context)


@require_GET
@clerk_door(manager=True)
def statement_page(request: ClerkRequest, settlement_id: int) -> HttpResponse:
    settlement = queries.statement(settlement_id, request.clerk.partner_id)
    page = keyset_page(queries.lines_of(settlement_id), request.GET, order=("number",), size=50)
    state = SettlementState(settlement.state)
    context = {
        "clerk": request.clerk,
        "settlement": settlement,
        "colour": SETTLEMENT_COLOURS[state],
        "page": page,
        "lines": [{"row": line, "code": queries.shown_code(line.claim.code)} for line in page.rows],
        "may_agree": state is SettlementState.SENT,
        "may_dispute": state in (SettlementState.SENT, SettlementState.DISPUTED),
    }
    return render(request, "benefits/statement_page.html", context)


@require_GET
@clerk_door(manager=True)
def statement_file(request: ClerkRequest, settlement_id: int) -> HttpResponse:
    settlement = queries.statement(settlement_id, request.clerk.partner_id)
    return settlement_file(settlement, request.GET.get("as", ""))


@require_POST
@clerk_door(manager=True)
def statement_agree(request: ClerkRequest, settlement_id: int) -> HttpResponse:
    steps.agree(
        settlement_id=settlement_id,
        seen_digest=request.POST.get("seen", ""),
        clerk_id=request.clerk.clerk_id,
        partner_id=request.clerk.partner_id,
        now=request.now,
    )
    messages.success(request, _("You have agreed. The bank pays by the day shown."))
    return redirect("statement_page", settlement_id)


@require_POST
@clerk_door(manager=True)
def statement_dispute(request: ClerkRequest, settlement_id: int) -> HttpResponse:
    steps.dispute_line(
        settlement_id=settlement_id,
        line_number=whole(request.POST.get("line", "")) or 0,
        reason=request.POST.get("reason", ""),
        clerk_id=request.clerk.clerk_id,
        partner_id=request.clerk.partner_id,
        now=request.now,
    )
    messages.success(request, _("The bank looks at this line and answers here."))
    return redirect("statement_page", settlement_id)
