"""Staff doors: pieces and their lives: searched, used at the counter, returned, taken back, appealed against."""

from itertools import chain

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.benefits import actions
from huiqun.benefits.models import STATE_LABELS
from huiqun.benefits.queries import appeals, searching
from huiqun.benefits.rules import ClaimState
from huiqun.benefits.views.roles import CLAIM_KEEPERS, CLAIM_READERS, COUNTER
from huiqun.customers import queries as customers
from huiqun.foundation.downloads import csv_response
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page

HEADER = ("客户号", "权益", "状态", "领取时间", "有效期至", "结束时间")


@require_GET
@staff_door(*CLAIM_READERS)
def claim_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in searching.ASKED}
    page = keyset_page(searching.claims_asked(staff=request.staff, asked=asked), request.GET)
    context = {
        "page": page,
        "claims": searching.shown_claims(list(page.rows), staff=request.staff),
        "asked": asked,
        "states": STATE_LABELS.items(),
        "may_export": request.staff.has_role(*CLAIM_KEEPERS),
        "appeals": appeals.open_appeals(request.staff),
    }
    return render(request, "benefits/claim_list.html", context)


@require_POST
@staff_door(*CLAIM_KEEPERS, auditor=False)
def claim_export(request: StaffRequest) -> HttpResponse:
    asked = {name: request.POST.get(name, "").strip() for name in searching.ASKED}
    rows = searching.claims_asked(staff=request.staff, asked=asked)
    purpose = request.POST.get("purpose", "")
    actions.note_export(count=rows.count(), purpose=purpose, by=request.staff, now=request.now)
    return csv_response(chain([HEADER], searching.export_lines(rows, staff=request.staff)), name="claims.csv")


@require_GET
@staff_door(*CLAIM_READERS)
def claim_page(request: StaffRequest, claim_id: int) -> HttpResponse:
    claim = searching.visible_claim(claim_id, request.staff)
    cards = customers.customer_cards(ids=[claim.customer_id], staff=request.staff)
    context = {
        "claim": claim,
        "card": cards[0] if cards else None,
        "appeal": appeals.appeal_of(claim_id),
        "may_use": request.staff.has_role(*COUNTER) and claim.state == ClaimState.CLAIMED,
        "may_end": request.staff.has_role(*CLAIM_KEEPERS),
    }
    return render(request, "benefits/claim_page.html", context)


@require_POST
@staff_door(*COUNTER, auditor=False)
def claim_use(request: StaffRequest, claim_id: int) -> HttpResponse:
    """At the branch's own counter, with the customer present."""
    used = actions.use_claim(
        claim_id=claim_id,
        document=request.POST.get("document", ""),
        place=f"branch:{request.staff.branch_id}",
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("Used.") if used.is_new else _("It had been used before; nothing changed."))
    return redirect("benefits:claim_page", claim_id)


@require_POST
@staff_door(*CLAIM_KEEPERS, auditor=False)
def claim_return(request: StaffRequest, claim_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.return_claim(claim_id=claim_id, reason=reason, by=request.staff, now=request.now)
    messages.success(request, _("Returned. What it took has gone back where it came from."))
    return redirect("benefits:claim_page", claim_id)


@require_POST
@staff_door(*CLAIM_KEEPERS, auditor=False)
def claim_revoke(request: StaffRequest, claim_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.revoke_claim(claim_id=claim_id, reason=reason, by=request.staff, now=request.now)
    messages.success(request, _("Taken back. The customer sees why, and may appeal."))
    return redirect("benefits:claim_page", claim_id)


@require_POST
@staff_door(*CLAIM_KEEPERS, auditor=False)
def appeal_decide(request: StaffRequest, appeal_id: int) -> HttpResponse:
    uphold = request.POST.get("decision") == "uphold"
    claim_id = actions.decide_appeal(
        appeal_id=appeal_id,
        uphold=uphold,
        answer=request.POST.get("answer", ""),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("The customer has it again.") if uphold else _("It stays taken back."))
    return redirect("benefits:claim_page", claim_id)
