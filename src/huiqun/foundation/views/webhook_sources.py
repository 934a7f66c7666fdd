"""Doors of the systems that tell us of events: their page, and where they come in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now as real_now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.foundation.http import StaffRequest, refuse, sentence_of, signed_door, staff_door
from huiqun.foundation.models import WebhookMessage, WebhookSource
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.foundation.views.webhook_forms import SourceForm
from huiqun.foundation.views.webhooks import with_secret
from huiqun.foundation.webhooks import inbox, signing, sources
from huiqun.foundation.webhooks.refusals import TooManyMessages
from huiqun.lib.refusal import Refusal

SIGNED = "the source's secret (HMAC over id, timestamp and body), each id once"
COLOURS = {"waiting": "blue", "taken": "green", "refused": "red"}


@csrf_exempt
@require_POST
@signed_door(by=SIGNED)
def hear(request: HttpRequest, source_id: int) -> HttpResponse:
    """202 when it is kept; what came of it stands on the source's page."""
    request.speaks_json = True  # type: ignore[attr-defined]
    try:
        inbox.hear(
            source_id=source_id,
            headers=request.headers,
            body=request.body,
            real=real_now(),
            now=request.now,  # type: ignore[attr-defined]
        )
    except TooManyMessages as refusal:
        response = refuse(request, refusal)
        response["Retry-After"] = str(60 - request.now.second)  # type: ignore[attr-defined]
        return response
    return JsonResponse({"kept": True}, status=202)


@require_GET
@staff_door(Role.ADMINISTRATOR)
def source_list(request: StaffRequest) -> HttpResponse:
    rows = WebhookSource.objects.visible_to(request.staff).select_related("branch")
    page = keyset_page(rows.defer("secret", "old_secret"), request.GET)
    context = {"page": page, "may_write": request.staff.has_role(Role.ADMINISTRATOR)}
    return render(request, "foundation/webhook_sources.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def source_new(request: StaffRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@staff_door(Role.ADMINISTRATOR, auditor=False)
def source_edit(request: StaffRequest, source_id: int) -> HttpResponse:
    return _edit(request, sources.visible_source(source_id, request.staff))


def _edit(request: StaffRequest, source: WebhookSource | None) -> HttpResponse:
    names = ("name", "kinds", "branch", "per_minute", "enabled")
    known = {name: getattr(source, name) for name in names} if source else {"branch": request.staff.branch_id}
    form = SourceForm(request.staff, request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        given["branch_id"] = given.pop("branch").pk
        try:
            source_id, secret = sources.save_source(
                source_id=source.pk if source else None, by=request.staff, now=request.now, **given
            )
        except Refusal as refusal:
            form.add_error("kinds", sentence_of(refusal))
        else:
            messages.success(request, _("The source is saved."))
            return (
                _shown(request, source_id, secret) if secret else redirect("webhooks:source_page", source_id)
            )
    context = {"form": form, "endpoint": source, "is_source": True}
    status = 422 if request.method == "POST" else 200
    return render(request, "foundation/webhook_form.html", context, status=status)


@require_GET
@staff_door(Role.ADMINISTRATOR)
def source_page(request: StaffRequest, source_id: int) -> HttpResponse:
    return _shown(request, source_id)


@require_POST
@staff_door(Role.ADMINISTRATOR)
def source_secret(request: StaffRequest, source_id: int) -> HttpResponse:
    secret = sources.change_source_secret(source_id=source_id, by=request.staff, now=request.now)
    return _shown(request, source_id, secret)


def _shown(request: StaffRequest, source_id: int, secret: str = "") -> HttpResponse:
    source = sources.visible_source(source_id, request.staff)
    state, rows = request.GET.get("state", ""), WebhookMessage.objects.filter(source=source).defer("body")
    if state in WebhookMessage.State:
        rows = rows.filter(state=state)
    page, known = keyset_page(rows, request.GET), inbox.kinds_to_hear()
    context = {
        "source": source,
        "secret": secret,
        "overlap_hours": int(signing.OVERLAP.total_seconds() // 3600),
        "kinds": [(kind, _(known[kind]) if kind in known else kind) for kind in source.kinds],
        "page": page,
        "rows": [
            (
                row,
                COLOURS[row.state],
                _(known[row.kind]) if row.kind in known else row.kind,
                _(inbox.WHY.get(row.why) or "—"),
            )
            for row in page.rows
        ],
        "asked": state,
        "states": WebhookMessage.State.choices,
        "may_write": request.staff.has_role(Role.ADMINISTRATOR),
    }
    return with_secret(render(request, "foundation/webhook_source_page.html", context), secret)
