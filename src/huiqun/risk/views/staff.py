"""The desk: cases, and the judgements behind them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.customers import queries as customers
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.risk import actions
from huiqun.risk.models import (
    CASE_COLOURS,
    CASE_LABELS,
    CASE_STATES,
    OUTCOME_COLOURS,
    OUTCOME_LABELS,
    Case,
)
from huiqun.risk.queries import cases as queries
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.states import CaseState
from huiqun.risk.views.words import titles

OFFICERS = (Role.RISK_OFFICER,)


@require_GET
@staff_door(*OFFICERS)
def case_list(request: StaffRequest) -> HttpResponse:
    asked = {"kind": request.GET.get("kind", ""), "state": request.GET.get("state", "open")}
    waiting = asked["state"] in ("open", "overdue")
    rows = queries.case_rows(staff=request.staff, now=request.now, **asked)
    page = keyset_page(rows, request.GET, order=("due_at", "id") if waiting else ("-id",))
    context = {
        "page": page,
        "cases": _shown(request, page.rows),
        "asked": asked,
        "kinds": CASE_LABELS.items(),
        "states": CASE_STATES.items(),
        "keeping": queries.keeping(staff=request.staff, now=request.now),
    }
    return render(request, "risk/case_list.html", context)


def _shown(request: StaffRequest, rows: Any) -> list[dict[str, Any]]:
    ids = [case.customer_id for case in rows if case.customer_id]
    known = {card.id: card for card in customers.customer_cards(ids=ids, staff=request.staff)}
    named = titles([case.subject for case in rows])
    return [
        {
            "row": case,
            "card": known.get(case.customer_id),
            "title": named.get(case.subject, ""),
            "colour": CASE_COLOURS[CaseState(case.state)],
            "is_late": case.state == "open" and case.due_at < request.now,
        }
        for case in rows
    ]


@require_GET
@staff_door(*OFFICERS)
def case_page(request: StaffRequest, case_id: int) -> HttpResponse:
    case: Case = queries.visible_case(case_id, request.staff)
    (shown,) = _shown(request, [case])
    judgement = case.judgement
    context = {
        **shown,
        "case": case,
        "judgement": judgement,
        "lines": queries.signal_lines(judgement) if judgement else [],
        "people": queries.people_on_device(judgement) if judgement else 0,
        "outcome_colour": OUTCOME_COLOURS[Outcome(judgement.outcome)] if judgement else "",
        "may_decide": case.state == "open" and request.staff.has_role(Role.RISK_OFFICER),
        "is_data": case.kind in ("large_transfer", "openings"),
    }
    return render(request, "risk/case_page.html", context)


@require_POST
@staff_door(*OFFICERS)
def case_decide(request: StaffRequest, case_id: int) -> HttpResponse:
    actions.decide_case(
        case_id=case_id,
        release=request.POST.get("decision") == "release",
        told=request.POST.get("told", "")[:400],
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("Decided. Whom it concerns reads it in their pages."))
    return redirect("risk:case_page", case_id)


@require_POST
@staff_door(*OFFICERS)
def case_restrict(request: StaffRequest, case_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")[:400]
    actions.ask_restriction(case_id=case_id, reason=reason, by=request.staff, now=request.now)
    messages.success(request, _("The request is on record. The bank decides; put down its answer here."))
    return redirect("risk:case_page", case_id)


@require_POST
@staff_door(*OFFICERS)
def case_restriction(request: StaffRequest, case_id: int) -> HttpResponse:
    actions.answer_restriction(
        case_id=case_id,
        granted=request.POST.get("granted") == "yes",
        reason=request.POST.get("reason", "")[:400],
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("The bank's answer is on record."))
    return redirect("risk:case_page", case_id)


@require_GET
@staff_door(*OFFICERS)
def judgement_list(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("outcome", "subject")}
    device_of = request.GET.get("device_of", "")
    rows = queries.judgement_rows(
        staff=request.staff, device_of=int(device_of) if device_of.isdecimal() else 0, **asked
    )
    page = keyset_page(rows, request.GET)
    ids = [row.customer_id for row in page.rows]
    known = {card.id: card for card in customers.customer_cards(ids=ids, staff=request.staff)}
    named = titles([row.subject for row in page.rows])
    shown = [
        {
            "row": row,
            "card": known.get(row.customer_id),
            "title": named.get(row.subject, ""),
            "colour": OUTCOME_COLOURS[Outcome(row.outcome)],
        }
        for row in page.rows
    ]
    context = {"page": page, "judgements": shown, "asked": asked, "outcomes": OUTCOME_LABELS.items()}
    return render(request, "risk/judgement_list.html", context)


@require_GET
@staff_door(*OFFICERS)
def judgement_page(request: StaffRequest, judgement_id: int) -> HttpResponse:
    judgement = queries.visible_judgement(judgement_id, request.staff)
    cards = customers.customer_cards(ids=[judgement.customer_id], staff=request.staff)
    context = {
        "judgement": judgement,
        "card": cards[0] if cards else None,
        "title": titles([judgement.subject]).get(judgement.subject, ""),
        "lines": queries.signal_lines(judgement),
        "people": queries.people_on_device(judgement),
        "outcome_colour": OUTCOME_COLOURS[Outcome(judgement.outcome)],
        "may_decide": request.staff.has_role(Role.RISK_OFFICER),
    }
    return render(request, "risk/judgement_page.html", context)
