"""The register's pages."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.foundation import facts
from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.lib.days import local_date
from huiqun.lib.numbers import whole
from huiqun.partners import actions, queries
from huiqun.partners.models import KIND_LABELS, STATE_COLOURS, STATE_LABELS
from huiqun.partners.rules import PartnerState
from huiqun.partners.rules.refusals import PartnerRefusal
from huiqun.partners.views.contract_states import shown
from huiqun.partners.views.exports import register_csv
from huiqun.partners.views.forms import ClerkForm, ContactForm, PartnerForm
from huiqun.partners.views.roles import EDITORS, READERS


def _asked(request: StaffRequest) -> tuple[dict[str, str], Any]:
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "kind", "state", "expiring")}
    until = local_date(request.now) + timedelta(days=30) if asked["expiring"] else None
    query = {name: asked[name] for name in ("words", "kind", "state")}
    return asked, queries.partner_rows(staff=request.staff, expiring=until, **query)


@require_GET
@staff_door(*READERS)
def partner_list(request: StaffRequest) -> HttpResponse:
    asked, rows = _asked(request)
    page = keyset_page(rows, request.GET)
    context = {
        "page": page,
        "rows": [{"row": row, "colour": STATE_COLOURS[PartnerState(row.state)]} for row in page.rows],
        "asked": asked,
        "kinds": KIND_LABELS.items(),
        "states": STATE_LABELS.items(),
        "may_write": request.staff.has_role(*EDITORS),
    }
    return render(request, "partners/partner_list.html", context)


@require_GET
@staff_door(*READERS)
def partner_export(request: StaffRequest) -> HttpResponse:
    """What the list shows, for a spreadsheet."""
    return register_csv(_asked(request)[1].order_by("-pk")[:5000])


@require_http_methods(["GET", "POST"])
@staff_door(*EDITORS, auditor=False)
def partner_new(request: StaffRequest) -> HttpResponse:
    form = PartnerForm(request.POST or None, staff=request.staff)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        branch_id = values.pop("branch").pk
        try:
            partner_id = actions.register_partner(
                **values, branch_id=branch_id, by=request.staff, now=request.now
            )
        except PartnerRefusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The partner is registered. Add its contract and its clerks."))
            return redirect("partners:partner_page", partner_id)
    return _form(request, form)


@require_http_methods(["GET", "POST"])
@staff_door(*EDITORS, auditor=False)
def partner_edit(request: StaffRequest, partner_id: int) -> HttpResponse:
    partner = queries.editable_partner(partner_id, request.staff)
    initial = {name: getattr(partner, name) for name in ("name", "credit_code", "kind")}
    form = PartnerForm(request.POST or None, staff=request.staff, editing=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_partner(
                partner_id=partner_id, **form.cleaned_data, by=request.staff, now=request.now
            )
        except PartnerRefusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("partners:partner_page", partner_id)
    return _form(request, form, partner=partner)


def _form(request: StaffRequest, form: PartnerForm, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "partners/partner_form.html", {"form": form, **context}, status=status)


@require_GET
@staff_door(*READERS)
def partner_page(request: StaffRequest, partner_id: int) -> HttpResponse:
    return page_of(request, partner_id)


def page_of(
    request: StaffRequest,
    partner_id: int,
    *,
    clerk_form: ClerkForm | None = None,
    contact_form: ContactForm | None = None,
    first_password: tuple[str, str] | None = None,
) -> HttpResponse:
    """The partner's page, with whatever somebody was typing on it."""
    partner = queries.visible_partner(partner_id, request.staff)
    writes = request.staff.has_role(*EDITORS) and queries.may_edit(partner_id, request.staff)
    today = local_date(request.now)
    context = {
        "partner": partner,
        "colour": STATE_COLOURS[PartnerState(partner.state)],
        "may_write": writes,
        "may_invite": writes and partner.is_active,
        "contracts": [shown(each, today) for each in partner.contracts.all()[:50]],
        "clerks": partner.clerks.all()[:200],
        "contacts": partner.contacts.order_by("pk")[:50],
        "keys": partner.keys.select_related("api_key").order_by("-bound_at")[:20],
        "free_keys": queries.free_keys(request.staff) if writes else [],
        "clerk_form": clerk_form or ClerkForm(),
        "contact_form": contact_form or ContactForm(),
        "first_password": first_password,
        "timeline": facts.about("partner", partner_id)[:50],
    }
    refused = any(form is not None for form in (clerk_form, contact_form))
    response = render(request, "partners/partner_page.html", context, status=422 if refused else 200)
    if first_password:
        response["Cache-Control"] = "no-store"
    return response


@require_POST
@staff_door(*EDITORS, auditor=False)
def partner_suspend(request: StaffRequest, partner_id: int) -> HttpResponse:
    actions.suspend_partner(
        partner_id=partner_id,
        reason=request.POST.get("reason", ""),
        for_good=bool(request.POST.get("for_good")),
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("Its clerks and programs are shut out."))
    return redirect("partners:partner_page", partner_id)


@require_POST
@staff_door(*EDITORS, auditor=False)
def partner_resume(request: StaffRequest, partner_id: int) -> HttpResponse:
    actions.resume_partner(partner_id=partner_id, by=request.staff, now=request.now)
    messages.success(request, _("The partner is active again. Its clerks sign in anew."))
    return redirect("partners:partner_page", partner_id)


@require_POST
@staff_door(*EDITORS, auditor=False)
def contact_add(request: StaffRequest, partner_id: int) -> HttpResponse:
    queries.editable_partner(partner_id, request.staff)
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            actions.add_contact(partner_id=partner_id, **form.cleaned_data, by=request.staff, now=request.now)
        except PartnerRefusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            return redirect("partners:partner_page", partner_id)
    return page_of(request, partner_id, contact_form=form)


@require_POST
@staff_door(*EDITORS, auditor=False)
def contact_remove(request: StaffRequest, contact_id: int) -> HttpResponse:
    partner_id = actions.remove_contact(contact_id=contact_id, by=request.staff, now=request.now)
    return redirect("partners:partner_page", partner_id)


@require_POST
@staff_door(*EDITORS, auditor=False)
def key_bind(request: StaffRequest, partner_id: int) -> HttpResponse:
    queries.editable_partner(partner_id, request.staff)
    if key_id := whole(request.POST.get("api_key", "")):
        actions.bind_key(partner_id=partner_id, api_key_id=key_id, by=request.staff, now=request.now)
        messages.success(request, _("The key acts for this partner now."))
    return redirect("partners:partner_page", partner_id)


@require_POST
@staff_door(*EDITORS, auditor=False)
def key_release(request: StaffRequest, partner_id: int) -> HttpResponse:
    queries.editable_partner(partner_id, request.staff)
    if key_id := whole(request.POST.get("api_key", "")):
        actions.release_key(partner_id=partner_id, api_key_id=key_id, by=request.staff, now=request.now)
        messages.success(request, _("The key no longer acts for this partner."))
    return redirect("partners:partner_page", partner_id)
