"""A customer's answer to a text, read from the form of the preference centre: behind a link or one's own pages."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiqun.customers import actions as customer_actions
from huiqun.customers import queries as customers
from huiqun.customers.rules import ConsentIncomplete
from huiqun.delivery import actions
from huiqun.lib.numbers import whole


def answer_consent(request: HttpRequest, customer_id: int, now: datetime) -> None:
    """Agree to the text that the page showed, or take an agreement back."""
    if request.POST.get("wanted") == "yes":
        text_id = whole(request.POST.get("text", ""))
        customer_actions.give_consent_on_phone(customer_id=customer_id, text_id=text_id, now=now)
        messages.success(request, _("Saved. Thank you for your consent; you can end it here at any time."))
    else:
        _withdraw(request, customer_id, now)
        messages.success(request, _("Saved. This consent is withdrawn, and nothing more is sent under it."))


def _withdraw(request: HttpRequest, customer_id: int, now: datetime) -> None:
    """By channel and purpose, not by the text: that may have changed meanwhile, and a no is a no all the same."""
    told = (request.POST.get("channel", ""), request.POST.get("purpose", ""))
    choices = customers.consent_choices(customer_id=customer_id)
    if told not in {(choice.channel, choice.purpose) for choice in choices}:
        raise ConsentIncomplete
    channel, purpose = told
    actions.withdraw_by_customer(customer_id=customer_id, channel=channel, purpose=purpose, now=now)
