"""Doors to the list of customers and to one customer."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from huiqun.customers import actions
from huiqun.customers.models import Erasure
from huiqun.customers.models.people import LIFECYCLE_LABELS
from huiqun.customers.queries import visible_customer
from huiqun.customers.queries.cards import card
from huiqun.customers.queries.erasures import erasure_of
from huiqun.customers.queries.lists import CustomerQuery, customer_list
from huiqun.customers.queries.pages import customer_context
from huiqun.customers.views.roles import (
    CONSENT_KEEPERS,
    ERASURE_ASKERS,
    EXPORTERS,
    IMPORTERS,
    READERS,
    UNMASKERS,
)
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.models import Branch
from huiqun.foundation.paging import keyset_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@staff_door(*READERS)
def customer_index(request: StaffRequest) -> HttpResponse:
    query = CustomerQuery.of(request.GET)
    page = keyset_page(customer_list(staff=request.staff, query=query), request.GET)
    context = {
        "page": page,
        "cards": [card(customer) for customer in page.rows],
        "query": query,
        "asked": request.GET,
        "branches": Branch.objects.visible_to(request.staff),
        "lifecycles": LIFECYCLE_LABELS.items(),
        "levels": (1, 2, 3, 4, 5),
        "may_export": request.staff.has_role(*EXPORTERS),
        "may_import": request.staff.has_role(*IMPORTERS),
    }
    return render(request, "customers/customer_list.html", context)


@require_POST
@staff_door(*EXPORTERS)
def customer_export(request: StaffRequest) -> HttpResponse:
    content = actions.export_customers(query=CustomerQuery.of(request.GET), by=request.staff, now=request.now)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="customers.xlsx"'
    return response


@never_cache
@require_GET
@staff_door(*READERS)
def customer_page(request: StaffRequest, customer_id: int) -> HttpResponse:
    customer = visible_customer(customer_id, request.staff)
    context = customer_context(customer) | {
        "may_unmask": request.staff.has_role(*UNMASKERS),
        "may_keep_consents": request.staff.has_role(*CONSENT_KEEPERS),
        "may_ask_erasure": request.staff.has_role(*ERASURE_ASKERS),
        "erasure": erasure_of(customer),
        "erasure_grounds": Erasure.Ground.choices,
    }
    return render(request, "customers/customer_page.html", context)


@never_cache
@require_POST
@staff_door(*UNMASKERS)
def customer_unmask(request: StaffRequest, customer_id: int) -> HttpResponse:
    value = actions.unmask(
        customer_id=customer_id,
        field=request.POST.get("field", ""),
        purpose=request.POST.get("purpose", ""),
        note=request.POST.get("note", "")[:200],
        by=request.staff,
        now=request.now,
    )
    template = "customers/_unmasked.html" if request.htmx else "customers/unmasked.html"
    context = {"value": value, "customer_id": customer_id}
    return render(request, template, context)
