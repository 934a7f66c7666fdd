"""Doors to consent texts, and to what customers say about them at the branch."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiqun.customers import actions
from huiqun.customers.queries import visible_customer
from huiqun.customers.queries.texts import consent_texts
from huiqun.customers.rules import ConsentIncomplete
from huiqun.customers.views.forms import ConsentForm, ConsentTextForm
from huiqun.customers.views.roles import CONSENT_KEEPERS, TEXT_PUBLISHERS, TEXT_READERS
from huiqun.foundation.http import StaffRequest, staff_door


@require_GET
@staff_door(*TEXT_READERS)
def consent_text_list(request: StaffRequest) -> HttpResponse:
    return _page(request, ConsentTextForm())


@require_POST
@staff_door(*TEXT_PUBLISHERS)
def consent_text_publish(request: StaffRequest) -> HttpResponse:
    form = ConsentTextForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    actions.publish_consent_text(**form.cleaned_data, now=request.now, by=request.staff)
    messages.success(request, _("The text is published. Customers are shown it from now on."))
    return redirect("customers:consent_text_list")


def _page(request: StaffRequest, form: ConsentTextForm) -> HttpResponse:
    branch = request.staff.branch
    context = {
        "texts": consent_texts(),
        "form": form,
        "may_publish": request.staff.has_role(*TEXT_PUBLISHERS) and branch is not None and branch.level == 0,
    }
    return render(request, "customers/consent_texts.html", context)


@require_POST
@staff_door(*CONSENT_KEEPERS)
def consent_give(request: StaffRequest, customer_id: int) -> HttpResponse:
    """For a customer who has read the text at the counter and agrees."""
    visible_customer(customer_id, request.staff)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        raise ConsentIncomplete
    is_new = actions.give_consent_at_branch(
        customer_id=customer_id, text_id=form.cleaned_data["text"], now=request.now, by=request.staff
    )
    said = (
        _("The consent is recorded and counts from now on.")
        if is_new
        else _("This consent is on record already.")
    )
    messages.success(request, said)
    return redirect("customers:customer_page", customer_id)


@require_POST
@staff_door(*CONSENT_KEEPERS)
def consent_withdraw(request: StaffRequest, customer_id: int) -> HttpResponse:
    """For a customer who says so at the counter or on the telephone."""
    visible_customer(customer_id, request.staff)
    actions.withdraw_consent(
        customer_id=customer_id,
        channel=request.POST.get("channel", ""),
        purpose=request.POST.get("purpose", ""),
        source="staff",
        now=request.now,
        by=request.staff,
    )
    messages.success(request, _("The withdrawal is recorded and counts from now on."))
    return redirect("customers:customer_page", customer_id)
