"""Doors of webhooks: where facts are told, and what became of each."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.foundation.http import StaffRequest, sentence_of, staff_door
from huiqun.foundation.models import WebhookDelivery, WebhookEndpoint
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.foundation.views.webhook_forms import EndpointForm
from huiqun.foundation.webhooks import endpoints, signing
from huiqun.foundation.webhooks.codes import words_of_code
from huiqun.lib.event import words_of
from huiqun.lib.refusal import Refusal

COLOURS = {"waiting": "blue", "delivered": "green", "dead": "red"}
UNSENT = ("secret", "old_secret")


@require_GET
@staff_door(Role.ADMINISTRATOR)
def endpoint_list(request: StaffRequest) -> HttpResponse:
    rows = WebhookEndpoint.objects.visible_to(request.staff).select_related("branch").defer(*UNSENT)
    page = keyset_page(rows, request.GET)
    context = {
        "page": page,
        "rows": [(row, *state_of(row, request.now)) for row in page.rows],
        "may_write": request.staff.has_role(Role.ADMINISTRATOR),
    }
    return render(request, "foundation/webhooks.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def endpoint_new(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def endpoint_edit(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    return _edit(request, endpoints.visible_endpoint(endpoint_id, request.staff))


def _edit(request: StaffRequest, endpoint: WebhookEndpoint | None) -> HttpResponse:
    known = {name: getattr(endpoint, name) for name in ("name", "url", "kinds", "branch")} if endpoint else {}
    form = EndpointForm(
        request.staff, request.POST or None, initial=known or {"branch": request.staff.branch_id}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            endpoint_id, secret = endpoints.save_endpoint(
                endpoint_id=endpoint.pk if endpoint else None,
                name=given["name"],
                url=given["url"],
                kinds=given["kinds"],
                branch_id=given["branch"].pk,
                by=request.staff,
                now=request.now,
            )
        except Refusal as refusal:
            form.add_error("url", sentence_of(refusal))
        else:
            messages.success(request, _("The webhook is saved."))
            return (
                _shown(request, endpoint_id, secret)
                if secret
                else redirect("webhooks:endpoint_page", endpoint_id)
            )
    context = {"form": form, "endpoint": endpoint, "is_source": False}
    status = 422 if request.method == "POST" else 200
    return render(request, "foundation/webhook_form.html", context, status=status)


@require_GET
@staff_door(Role.ADMINISTRATOR)
def endpoint_page(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    return _shown(request, endpoint_id)


def _shown(request: StaffRequest, endpoint_id: int, secret: str = "") -> HttpResponse:
    """With the secret once, when it is new."""
    endpoint = endpoints.visible_endpoint(endpoint_id, request.staff)
    state, rows = request.GET.get("state", ""), WebhookDelivery.objects.filter(endpoint=endpoint)
    if state in WebhookDelivery.State:
        rows = rows.filter(state=state)
    page = keyset_page(rows, request.GET)
    label, colour = state_of(endpoint, request.now)
    context = {
        "endpoint": endpoint,
        "secret": secret,
        "overlap_hours": int(signing.OVERLAP.total_seconds() // 3600),
        "label": label,
        "colour": colour,
        "why": words_of_code(endpoint.code),
        "kinds": [(kind, _(words_of(kind)) if words_of(kind) else kind) for kind in endpoint.kinds],
        "page": page,
        "rows": [
            (
                row,
                COLOURS[row.state],
                _(words_of(row.kind)) if words_of(row.kind) else row.kind,
                words_of_code(row.code),
            )
            for row in page.rows
        ],
        "asked": state,
        "states": WebhookDelivery.State.choices,
        "has_dead": WebhookDelivery.objects.filter(endpoint=endpoint, state="dead").exists(),
        "may_write": request.staff.has_role(Role.ADMINISTRATOR),
    }
    return with_secret(render(request, "foundation/webhook_page.html", context), secret)


def with_secret(response: HttpResponse, secret: str) -> HttpResponse:
    if secret:
        response["Cache-Control"] = "no-store"
    return response


@require_POST
@staff_door(Role.ADMINISTRATOR)
def endpoint_secret(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    secret = endpoints.change_secret(endpoint_id=endpoint_id, by=request.staff, now=request.now)
    return _shown(request, endpoint_id, secret)


@require_POST
@staff_door(Role.ADMINISTRATOR)
def endpoint_switch(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    enabled = request.POST.get("enabled") == "yes"
    endpoints.switch_endpoint(endpoint_id=endpoint_id, enabled=enabled, by=request.staff, now=request.now)
    said = (
        _("The webhook is switched on.") if enabled else _("The webhook is switched off. What happens waits.")
    )
    messages.success(request, said)
    return redirect("webhooks:endpoint_page", endpoint_id)


@require_POST
@staff_door(Role.ADMINISTRATOR)
def endpoint_wake(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    endpoints.wake_endpoint(endpoint_id=endpoint_id, by=request.staff, now=request.now)
    messages.success(request, _("It is tried again within seconds."))
    return redirect("webhooks:endpoint_page", endpoint_id)


@require_POST
@staff_door(Role.ADMINISTRATOR)
def endpoint_resend(request: StaffRequest, endpoint_id: int) -> HttpResponse:
    """One that is named, or all that were given up."""
    named = request.POST.get("delivery_id", "")
    ids = [int(named)] if named.isascii() and named.isdigit() and len(named) < 19 else None
    count = endpoints.resend(endpoint_id=endpoint_id, delivery_ids=ids, by=request.staff, now=request.now)
    said = ngettext("%(n)s delivery is sent again.", "%(n)s deliveries are sent again.", count)
    messages.success(request, said % {"n": count})
    return redirect("webhooks:endpoint_page", endpoint_id)


def state_of(row: Any, now: datetime) -> tuple[str, str]:
    if not row.enabled:
        return _("Switched off"), "grey"
    if row.rest_until is not None:
        return (_("Does not answer; resting"), "red") if row.rest_until > now else (_("Being tried"), "gold")
    if row.troubles:
        return _("In trouble"), "gold"
    return (_("Answers"), "green") if row.answered_at else (_("Nothing sent yet"), "cyan")
