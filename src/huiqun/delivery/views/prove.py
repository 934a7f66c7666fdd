"""Where a customer who is there already shows once more that they are: something unusual is to be given out."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from huiqun.delivery import actions, queries
from huiqun.delivery.rules.codes import CODE_SECONDS
from huiqun.delivery.rules.refusals import CodesTooMany, CodeWrong, NoWayToSendACode
from huiqun.delivery.views.recognising import HOME, remember
from huiqun.foundation.coming_back import next_of
from huiqun.foundation.http import CustomerRequest, customer_door, sentence_of


@never_cache
@require_http_methods(["GET", "POST"])
@customer_door()
def my_prove(request: CustomerRequest) -> HttpResponse:
    """GET shows where a code would go, POST sends one."""
    if request.method != "POST":
        return _page(request)
    try:
        actions.send_code(customer_id=request.customer_id, now=request.now)
    except (CodesTooMany, NoWayToSendACode) as refusal:
        return _page(request, problem=sentence_of(refusal), status=409)
    return _page(request, told=_("The code is on its way."))


@require_POST
@customer_door()
def my_prove_code(request: CustomerRequest) -> HttpResponse:
    code = request.POST.get("code", "")[:12]
    try:
        secret = actions.open_visit(customer_id=request.customer_id, code=code, now=request.now)
    except CodeWrong as refusal:
        return _page(request, problem=sentence_of(refusal), status=refusal.status)
    return remember(request, secret, redirect(next_of(request, home=HOME)))


def _page(request: CustomerRequest, *, told: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "contact": queries.masked_contact(request.customer_id),
        "waits": queries.code_waits(customer_id=request.customer_id, now=request.now),
        "minutes": CODE_SECONDS // 60,
        "next": next_of(request, home=HOME),
        "told": told,
        "problem": problem,
    }
    return render(request, "delivery/my_prove.html", context, status=status)
