"""Doors to what audiences are chosen from: how fresh it is, and where it came from."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqun.audiences.models import Delivery
from huiqun.audiences.queries.lakes import dataset_label, lake_state, lineage, source_label
from huiqun.audiences.views.roles import READERS
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page


@require_GET
@staff_door(*READERS)
def lake_page(request: StaffRequest) -> HttpResponse:
    """How fresh the data is, and what was delivered."""
    page = keyset_page(Delivery.objects.all(), request.GET)
    context = {
        "lake": lake_state(now=request.now),
        "page": page,
        "deliveries": [(each, dataset_label(each.dataset)) for each in page.rows],
    }
    return render(request, "audiences/lake_page.html", context)


@require_GET
@staff_door(*READERS)
def delivery_page(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """One delivered file, and which files of the lake hold its rows now."""
    found = lineage(delivery_id)
    context = {
        "lineage": found,
        "delivery": found.delivery,
        "source": source_label(found.delivery.source),
        "dataset": dataset_label(found.delivery.dataset),
    }
    return render(request, "audiences/delivery_page.html", context)
