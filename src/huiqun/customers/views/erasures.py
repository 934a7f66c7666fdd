"""Doors to the erasure of customers' data: asked for on the customer's page, decided on a list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from huiqun.customers import actions
from huiqun.customers.queries.erasures import erasures, shown
from huiqun.customers.views.roles import ERASERS, ERASURE_ASKERS
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date


@never_cache
@require_GET
@staff_door(*ERASURE_ASKERS, *ERASERS)
def erasure_list(request: StaffRequest) -> HttpResponse:
    page = keyset_page(erasures(request.staff), request.GET)
    context = {
        "page": page,
        "erasures": [shown(each, request.staff, local_date(request.now)) for each in page.rows],
        "may_erase": request.staff.has_role(*ERASERS),
    }
    return render(request, "customers/erasure_list.html", context)


@require_POST
@staff_door(*ERASURE_ASKERS)
def erasure_ask(request: StaffRequest, customer_id: int) -> HttpResponse:
    ground = request.POST.get("ground", "")
    actions.ask_erasure(customer_id=customer_id, ground=ground, by=request.staff, now=request.now)
    messages.success(request, _("Asked for. Compliance review decides; nothing has been erased yet."))
    return redirect("customers:customer_page", customer_id)


@require_POST
@staff_door(*ERASERS)
def erasure_do(request: StaffRequest, erasure_id: int) -> HttpResponse:
    actions.erase_customer(erasure_id=erasure_id, by=request.staff, now=request.now)
    messages.success(request, _("The data is erased. Files of the lake follow tonight."))
    return redirect("customers:erasure_list")


@require_POST
@staff_door(*ERASERS)
def erasure_decline(request: StaffRequest, erasure_id: int) -> HttpResponse:
    actions.decline_erasure(erasure_id=erasure_id, by=request.staff, now=request.now)
    messages.success(request, _("Declined. The data stays."))
    return redirect("customers:erasure_list")
