"""A customer's first page: what the domains have for them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from huiqun.foundation import panels
from huiqun.foundation.http import CustomerRequest, customer_door


@never_cache
@require_safe
@customer_door()
def my_home(request: CustomerRequest) -> HttpResponse:
    shown = panels.render("my", request, request.customer_id)
    return render(request, "foundation/my_home.html", {"panels": shown})
