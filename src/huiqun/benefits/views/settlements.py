"""Settlements for the bank: marketers prepare and send, business reviewers decide and pay, auditors read."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.benefits.actions import settlement_steps as steps
from huiqun.benefits.actions.settling import draw_up
from huiqun.benefits.models.settlements import (
    DISPUTE_LABELS,
    SETTLEMENT_COLOURS,
    SETTLEMENT_LABELS,
    Settlement,
)
from huiqun.benefits.queries import settlements as queries
from huiqun.benefits.rules.refusals_settling import AmountWrong, NotAMonth
from huiqun.benefits.rules.settling import DisputeState, SettlementState, month_before, month_of
from huiqun.benefits.views.settlement_files import settlement_file
from huiqun.foundation import facts
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.days import local_date
from huiqun.lib.masking import mask_card
from huiqun.lib.money import fen
from huiqun.lib.numbers import whole
from huiqun.partners import queries as partners

PREPARERS = (Role.MARKETER,)
PAYERS = (Role.BUSINESS_REVIEWER,)
READERS = (*PREPARERS, *PAYERS, Role.RISK_OFFICER)


@require_GET
@staff_door(*READERS)
def settlement_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("partner", "month", "state")}
    try:
        month = month_of(asked["month"]) if asked["month"] else None
    except NotAMonth:
        month, asked["month"] = None, ""
    rows = queries.settlement_rows(
        staff=request.staff, partner_id=whole(asked["partner"]), month=month, state=asked["state"]
    )
    page = keyset_page(rows, request.GET, order=("-month", "-id"))
    writes = request.staff.has_role(*PREPARERS)
    context = {
        "page": page,
        "rows": [{"row": row, "colour": SETTLEMENT_COLOURS[SettlementState(row.state)]} for row in page.rows],
        "asked": asked,
        "states": SETTLEMENT_LABELS.items(),
        "may_draw": writes,
        "choices": partners.partner_rows(staff=request.staff).order_by("name")[:200],
        "last_month": f"{month_before(local_date(request.now)):%Y-%m}",
    }
    return render(request, "benefits/settlement_list.html", context)


@require_POST
@staff_door(*PREPARERS, auditor=False)
def settlement_draw(request: StaffRequest) -> HttpResponse:
    partner_id = whole(request.POST.get("partner", ""))
    if not partner_id:
        return redirect("benefits:settlement_list")
    partner = partners.editable_partner(partner_id, request.staff)
    settlement_id = draw_up(
        partner_id=partner.pk,
        month=month_of(request.POST.get("month", "")),
        by=request.staff,
        now=request.now,
    )
    return redirect("benefits:settlement_page", settlement_id)


@require_GET
@staff_door(*READERS)
def settlement_page(request: StaffRequest, settlement_id: int) -> HttpResponse:
    settlement = queries.visible_settlement(settlement_id, request.staff)
    disputed = bool(request.GET.get("disputed"))
    lines = queries.lines_of(settlement_id, disputed=disputed)
    page = keyset_page(lines, request.GET, order=("number",), size=50)
    context = {
        "settlement": settlement,
        "colour": SETTLEMENT_COLOURS[SettlementState(settlement.state)],
        "page": page,
        "disputed": disputed,
        "lines": [_line(line) for line in page.rows],
        "reconciled": queries.reconciled(settlement),
        "timeline": facts.about("settlement", settlement_id)[:50],
        **_may(request, settlement),
        **_payee(request, settlement),
    }
    return render(request, "benefits/settlement_page.html", context)


def _line(line: Any) -> dict[str, Any]:
    dispute = getattr(line, "dispute", None)
    state = DISPUTE_LABELS[DisputeState(dispute.state)] if dispute else ""
    return {"row": line, "code": queries.shown_code(line.claim.code), "dispute": dispute, "state": state}


def _may(request: StaffRequest, settlement: Settlement) -> dict[str, bool]:
    """What this person may do here now; the actions judge again."""
    staff, state = request.staff, SettlementState(settlement.state)
    prepares, pays = staff.has_role(*PREPARERS), staff.has_role(*PAYERS)
    took_part = staff.pk in (settlement.drawn_by_id, settlement.sent_by_id, settlement.agreed_by_id)
    return {
        "may_send": prepares and state is SettlementState.DRAFT,
        "may_tell": prepares and state is SettlementState.SENT,
        "may_dispute": prepares and state in (SettlementState.SENT, SettlementState.DISPUTED),
        "may_decide": pays and state is SettlementState.DISPUTED and not took_part,
        "may_settle": pays and state is SettlementState.AGREED and not took_part,
    }


def _payee(request: StaffRequest, settlement: Settlement) -> dict[str, Any]:
    payee = partners.payee(partner_id=settlement.partner_id, on=local_date(request.now))
    number = payee.account_number if payee else ""
    return {"payee": payee, "account": number if request.staff.has_role(*PAYERS) else mask_card(number)}


@require_GET
@staff_door(*READERS)
def settlement_export(request: StaffRequest, settlement_id: int) -> HttpResponse:
    settlement = queries.visible_settlement(settlement_id, request.staff)
    return settlement_file(settlement, request.GET.get("as", ""))


@require_POST
@staff_door(*PREPARERS, auditor=False)
def settlement_send(request: StaffRequest, settlement_id: int) -> HttpResponse:
    steps.send_settlement(
        settlement_id=settlement_id,
        seen_digest=request.POST.get("seen", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("The partner's managers see it at their counter now."))
    return redirect("benefits:settlement_page", settlement_id)


@require_POST
@staff_door(*PREPARERS, auditor=False)
def settlement_agree(request: StaffRequest, settlement_id: int) -> HttpResponse:
    """The partner has agreed in writing."""
    steps.agree(
        settlement_id=settlement_id,
        seen_digest=request.POST.get("seen", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("Noted. A business reviewer pays it now."))
    return redirect("benefits:settlement_page", settlement_id)


@require_POST
@staff_door(*PREPARERS, auditor=False)
def settlement_dispute(request: StaffRequest, settlement_id: int) -> HttpResponse:
    """The partner disputes a line by telephone or letter."""
    steps.dispute_line(
        settlement_id=settlement_id,
        line_number=whole(request.POST.get("line", "")) or 0,
        reason=request.POST.get("reason", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("The dispute is open. Another person decides it."))
    return redirect("benefits:settlement_page", settlement_id)


@require_POST
@staff_door(*PAYERS, auditor=False)
def dispute_decide(request: StaffRequest, dispute_id: int) -> HttpResponse:
    settlement_id = steps.decide_dispute(
        dispute_id=dispute_id,
        accepted=request.POST.get("decision") == "accepted",
        right_fen=_fen(request.POST.get("right", "")),
        answer=request.POST.get("answer", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("Decided. What changes is corrected in the next month's file."))
    return redirect("benefits:settlement_page", settlement_id)


def _fen(text: str) -> int | None:
    try:
        return fen(text) if text.strip() else None
    except ValueError:
        raise AmountWrong() from None


@require_POST
@staff_door(*PAYERS, auditor=False)
def settlement_settle(request: StaffRequest, settlement_id: int) -> HttpResponse:
    steps.settle(
        settlement_id=settlement_id,
        seen_digest=request.POST.get("seen", ""),
        reference=request.POST.get("reference", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("Noted as paid."))
    return redirect("benefits:settlement_page", settlement_id)
