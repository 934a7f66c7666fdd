"""A customer's points: what there is, what goes next, and where all of it came from and went."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from huiqun.benefits.queries.points import first_month, points_balance, points_statement
from huiqun.benefits.views.points_words import shown_movement
from huiqun.foundation.http import CustomerRequest, customer_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date


@never_cache
@require_safe
@customer_door()
def my_points(request: CustomerRequest) -> HttpResponse:
    """The balance, and the movements of one month (``?month=2026-11``), newest first."""
    today = local_date(request.now)
    month, first = _month(request.GET.get("month", ""), today), first_month(request.customer_id)
    page = keyset_page(points_statement(request.customer_id, month=month), request.GET, size=30)
    following = (month + timedelta(days=31)).replace(day=1)
    context = {
        "balance": points_balance(request.customer_id, today=today),
        "month": month,
        "page": page,
        "movements": [shown_movement(row) for row in page.rows],
        "before": (month - timedelta(days=1)).replace(day=1) if first and first < month else None,
        "after": following if following <= today else None,
    }
    return render(request, "benefits/my_points.html", context)


def _month(text: str, today: date) -> date:
    """The first day of the month that is asked for, this month when that is none."""
    try:
        found = parse_date(f"{text}-01")
    except ValueError:
        found = None
    return found if found and found.year > 2000 and found <= today else today.replace(day=1)
