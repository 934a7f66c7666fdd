"""The ledger's pages: movements with both sides, what is owed month by month, and whether it adds up."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from huiqun.benefits import queries
from huiqun.benefits.models import PointsCheck
from huiqun.benefits.models.points import MOVEMENT_LABELS
from huiqun.benefits.queries import points as ledger
from huiqun.benefits.queries.claims import benefit_of_claim
from huiqun.benefits.queries.points_reports import owed_by_expiry, points_months, worth_fen
from huiqun.benefits.views.points_files import XLSX, report_csv, report_workbook
from huiqun.benefits.views.points_words import account_words, shown_movement, source_url, spent_words
from huiqun.benefits.views.roles import ADJUSTERS, LEDGER_READERS, REPORT_READERS
from huiqun.customers import queries as customers
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date


@require_GET
@staff_door(*LEDGER_READERS)
def points_ledger(request: StaffRequest) -> HttpResponse:
    asked = ledger.MovementAsked(
        number=request.GET.get("number", "").strip(),
        kind=request.GET.get("kind", ""),
        source=request.GET.get("source", "").strip(),
        first=_day(request.GET.get("from", "")),
        last=_day(request.GET.get("until", "")),
    )
    page = keyset_page(ledger.movement_rows(asked=asked, staff=request.staff), request.GET)
    cards = customers.customer_cards(ids={row.customer_id for row in page.rows}, staff=request.staff)
    known = {card.id: card for card in cards}
    context = {
        "page": page,
        "movements": [(shown_movement(row), known.get(row.customer_id)) for row in page.rows],
        "asked": asked,
        "kinds": MOVEMENT_LABELS.items(),
        "today": local_date(request.now),
        "may_ask": request.staff.has_role(*ADJUSTERS),
        "balance": _balance(request, asked.number),
    }
    return render(request, "benefits/points_ledger.html", context)


def _balance(request: StaffRequest, number: str) -> ledger.Balance | None:
    """Of the customer that is asked for, when this person sees one of that number."""
    found = customers.find(staff=request.staff, text=number, limit=1) if number else []
    exact = next((card for card in found if card.number == number), None)
    return ledger.points_balance(exact.id, today=local_date(request.now)) if exact else None


@require_GET
@staff_door(*LEDGER_READERS)
def points_movement(request: StaffRequest, movement_id: int) -> HttpResponse:
    movement = ledger.visible_movement(movement_id, request.staff)
    cards = customers.customer_cards(ids=[movement.customer_id], staff=request.staff)
    lines = ledger.movement_lines(movement_id)
    context = {
        "movement": shown_movement(movement),
        "card": cards[0] if cards else None,
        "lines": [(line, account_words(line)) for line in lines],
        "total": sum(line.points for line in lines),
        "source_url": source_url(movement),
        "refunds": [shown_movement(row) for row in movement.refunds.order_by("id")],
    }
    return render(request, "benefits/points_movement.html", context)


@require_GET
@staff_door(*LEDGER_READERS)
def points_claim(request: StaffRequest, claim_id: int) -> HttpResponse:
    """The claim that was paid with points, or gave them, on its benefit's page."""
    benefit = queries.visible_benefit(benefit_of_claim(claim_id), request.staff)
    return redirect("benefits:benefit_page", benefit.pk)


@require_GET
@staff_door(*REPORT_READERS)
def points_report(request: StaffRequest) -> HttpResponse:
    months = points_months()
    owed = months[-1].closing if months else 0
    context: dict[str, Any] = {
        "months": list(reversed(months)),
        "owed": owed,
        "owed_fen": worth_fen(owed),
        "by_expiry": owed_by_expiry(),
        "spent_on": [
            (spent_words(kind), points) for kind, points in sorted(months[-1].spent_on.items()) if points
        ]
        if months
        else [],
        "issued": sum(month.of("earn") + month.of("give") for month in months),
        "expired": sum(month.expired for month in months),
        "check": PointsCheck.objects.order_by("-id").first(),
    }
    return render(request, "benefits/points_report.html", context)


@require_GET
@staff_door(*REPORT_READERS)
def points_report_export(request: StaffRequest) -> HttpResponse:
    months = points_months()
    if request.GET.get("form") == "csv":
        response = HttpResponse(report_csv(months), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="points.csv"'
        return response
    response = HttpResponse(report_workbook(months, owed_by_expiry()), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="points.xlsx"'
    return response


@require_GET
@staff_door(*REPORT_READERS)
def points_checks(request: StaffRequest) -> HttpResponse:
    page = keyset_page(PointsCheck.objects.all(), request.GET)
    return render(request, "benefits/points_checks.html", {"page": page})


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
