"""The preference centre on customers' own pages: who is there is known, so that nothing has to be asked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from huiqun.customers import queries as customers
from huiqun.delivery import actions, queries
from huiqun.delivery.actions.preferences import SOURCE
from huiqun.delivery.rules.codes import VISIT_SECONDS
from huiqun.delivery.views.choosing import answer_consent
from huiqun.foundation.http import CustomerRequest, customer_door


@never_cache
@require_safe
@customer_door()
def my_preferences(request: CustomerRequest) -> HttpResponse:
    context = {
        "choices": customers.consent_choices(customer_id=request.customer_id),
        "topics": queries.topics_of(request.customer_id),
        "minutes": VISIT_SECONDS // 60,
        "at": {name: reverse(f"my_preferences_{name}") for name in ("consent", "topic", "stop")},
        "shell": "foundation/phone_shell.html",
    }
    return render(request, "delivery/preferences.html", context)


@require_POST
@customer_door()
def my_preferences_consent(request: CustomerRequest) -> HttpResponse:
    answer_consent(request, request.customer_id, request.now)
    return redirect("my_preferences")


@require_POST
@customer_door()
def my_preferences_topic(request: CustomerRequest) -> HttpResponse:
    customer_id, topic = request.customer_id, request.POST.get("topic", "")
    if request.POST.get("wanted") == "yes":
        actions.allow_topic(customer_id=customer_id, topic=topic, source=SOURCE, now=request.now)
        messages.success(request, _("Saved. You hear from us about this topic again."))
    else:
        actions.refuse_topic(customer_id=customer_id, topic=topic, source=SOURCE, now=request.now)
        messages.success(request, _("Saved. You get no more marketing about this topic."))
    return redirect("my_preferences")


@require_POST
@customer_door()
def my_preferences_stop(request: CustomerRequest) -> HttpResponse:
    """No more marketing by any channel."""
    actions.stop_all_marketing(customer_id=request.customer_id, now=request.now)
    messages.success(request, _("Saved. You get no more marketing from us."))
    return redirect("my_preferences")
