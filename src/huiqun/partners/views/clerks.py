"""Inviting and shutting out partners' clerks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.partners import actions, queries
from huiqun.partners.models import Clerk
from huiqun.partners.rules.refusals import PartnerRefusal
from huiqun.partners.views.forms import ClerkForm
from huiqun.partners.views.register import page_of
from huiqun.partners.views.roles import EDITORS


@require_POST
@staff_door(*EDITORS, auditor=False)
def clerk_invite(request: StaffRequest, partner_id: int) -> HttpResponse:
    queries.editable_partner(partner_id, request.staff)
    form = ClerkForm(request.POST)
    if form.is_valid():
        try:
            clerk_id, first = actions.invite_clerk(
                partner_id=partner_id, **form.cleaned_data, by=request.staff, now=request.now
            )
        except PartnerRefusal as refusal:
            form.refuse(refusal)
        else:
            return _told(request, partner_id, clerk_id, first)
    return page_of(request, partner_id, clerk_form=form)


@require_POST
@staff_door(*EDITORS, auditor=False)
def clerk_invite_again(request: StaffRequest, clerk_id: int) -> HttpResponse:
    clerk_id, first = actions.invite_again(clerk_id=clerk_id, by=request.staff, now=request.now)
    return _told(request, Clerk.objects.get(pk=clerk_id).partner_id, clerk_id, first)


def _told(request: StaffRequest, partner_id: int, clerk_id: int, first: str) -> HttpResponse:
    """The first password is shown this once."""
    login = Clerk.objects.get(pk=clerk_id).login
    return page_of(request, partner_id, first_password=(login, first))


@require_POST
@staff_door(*EDITORS, auditor=False)
def clerk_shut_out(request: StaffRequest, clerk_id: int) -> HttpResponse:
    partner_id = actions.shut_out_clerk(clerk_id=clerk_id, by=request.staff, now=request.now)
    messages.success(request, _("The clerk is shut out from this moment on."))
    return redirect("partners:partner_page", partner_id)
