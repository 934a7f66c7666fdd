"""What is kept how long, and what last went."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiqun.delivery.queries.retention import keepings, months_in_lake
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.roles import Role


@require_GET
@staff_door(Role.ADMINISTRATOR)
def retention_page(request: StaffRequest) -> HttpResponse:
    context = {"keepings": keepings(), "months": months_in_lake()}
    return render(request, "delivery/retention.html", context)
