"""The counter: a code is scanned or typed, the piece is shown, its use confirmed. Made for bad networks."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from huiqun.benefits.actions.redeeming import redeem
from huiqun.benefits.models import STATE_COLOURS, STATE_LABELS
from huiqun.benefits.queries.counter import Slip, latest_of, slip
from huiqun.benefits.rules.refusals_life import ClaimNotFound, DocumentNeeded, DocumentWrong
from huiqun.foundation.http import ClerkRequest, clerk_door, sentence_of
from huiqun.lib.days import local_date, start_of_day


@never_cache
@require_GET
@clerk_door()
def counter_home(request: ClerkRequest) -> HttpResponse:
    since = start_of_day(local_date(request.now))
    context = {"clerk": request.clerk, "latest": latest_of(request.clerk.clerk_id, since=since)}
    return render(request, "benefits/counter_home.html", context)


@require_GET
@clerk_door()
def counter_find(request: ClerkRequest) -> HttpResponse:
    """A typed code leads where its QR leads."""
    code = "".join(request.GET.get("code", "").split())[:64].replace("/", "")
    return redirect("counter_use", code) if code else redirect("counter_home")


@never_cache
@require_http_methods(["GET", "POST"])
@clerk_door()
def counter_use(request: ClerkRequest, piece_code: str) -> HttpResponse:
    found = _slip(request, piece_code)
    if found is None:
        context = {"clerk": request.clerk, "typed": piece_code}
        return render(request, "benefits/counter_unknown.html", context, status=ClaimNotFound.status)
    return _confirm(request, piece_code, found) if request.method == "POST" else _page(request, found)


def _slip(request: ClerkRequest, code: str) -> Slip | None:
    today = local_date(request.now)
    try:
        return slip(code=code, partner_id=request.clerk.partner_id, today=today)
    except ClaimNotFound:
        return None


def _confirm(request: ClerkRequest, code: str, found: Slip) -> HttpResponse:
    key = request.POST.get("key", "")
    try:
        done = redeem(
            code=code,
            key=key,
            partner_id=request.clerk.partner_id,
            clerk_id=request.clerk.clerk_id,
            document=request.POST.get("document", ""),
            now=request.now,
        )
    except (DocumentNeeded, DocumentWrong) as refusal:
        return _page(request, found, key=key, problem=sentence_of(refusal), status=refusal.status)
    context = {"clerk": request.clerk, "slip": found, "done": done}
    return render(request, "benefits/counter_done.html", context)


def _page(
    request: ClerkRequest, found: Slip, *, key: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "clerk": request.clerk,
        "slip": found,
        "key": key or secrets.token_urlsafe(16),
        "problem": problem,
        "state": STATE_LABELS[found.state],
        "colour": STATE_COLOURS[found.state],
        "is_over": local_date(request.now) > found.last_day,
    }
    return render(request, "benefits/counter_use.html", context, status=status)
