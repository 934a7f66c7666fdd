"""Corrections of points: one person asks, another decides."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.benefits import actions
from huiqun.benefits.models import PointsAdjustment
from huiqun.benefits.queries.points import adjustment_rows
from huiqun.benefits.views.points_forms import AdjustmentForm
from huiqun.benefits.views.roles import ADJUSTERS, ADJUSTMENT_DECIDERS, LEDGER_READERS
from huiqun.customers import queries as customers
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.refusal import NotFound, Refusal

COLOURS = {"asked": "gold", "done": "green", "declined": "red"}


@require_GET
@staff_door(*LEDGER_READERS)
def adjustment_list(request: StaffRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    page = keyset_page(adjustment_rows(staff=request.staff, state=state), request.GET)
    cards = customers.customer_cards(ids={row.customer_id for row in page.rows}, staff=request.staff)
    known = {card.id: card for card in cards}
    context = {
        "page": page,
        "rows": [(row, known.get(row.customer_id), COLOURS[row.state]) for row in page.rows],
        "states": PointsAdjustment.State.choices,
        "state": state,
        "may_ask": request.staff.has_role(*ADJUSTERS),
        "may_decide": request.staff.has_role(*ADJUSTMENT_DECIDERS),
    }
    return render(request, "benefits/adjustment_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(*ADJUSTERS, auditor=False)
def adjustment_new(request: StaffRequest) -> HttpResponse:
    form = AdjustmentForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            values["customer_id"] = customers.visible_id(number=values.pop("number"), staff=request.staff)
            actions.ask_adjustment(**values, by=request.staff, now=request.now)
        except NotFound:
            form.add_error("number", _("There is no customer with this number in your branches."))
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("A colleague has to decide now: the points are not booked yet."))
            return redirect("benefits:adjustment_list")
    status = 422 if form.is_bound else 200
    return render(request, "benefits/adjustment_form.html", {"form": form}, status=status)


@require_POST
@staff_door(*ADJUSTMENT_DECIDERS, auditor=False)
def adjustment_book(request: StaffRequest, adjustment_id: int) -> HttpResponse:
    actions.book_adjustment(adjustment_id=adjustment_id, by=request.staff, now=request.now)
    messages.success(request, _("The points are booked."))
    return redirect("benefits:adjustment_list")


@require_POST
@staff_door(*ADJUSTMENT_DECIDERS, auditor=False)
def adjustment_decline(request: StaffRequest, adjustment_id: int) -> HttpResponse:
    answer = request.POST.get("answer", "")
    actions.decline_adjustment(adjustment_id=adjustment_id, answer=answer, by=request.staff, now=request.now)
    messages.success(request, _("Declined: nothing was booked."))
    return redirect("benefits:adjustment_list")
