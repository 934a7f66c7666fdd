"""The watch board, freezes and groups."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.compliance import actions as compliance
from huiqun.compliance import queries as compliance_queries
from huiqun.customers import queries as customers
from huiqun.foundation.http import StaffRequest, staff_door
from huiqun.foundation.paging import keyset_page
from huiqun.foundation.roles import Role
from huiqun.lib.days import BANK_ZONE, local_time
from huiqun.risk import actions, queries
from huiqun.risk.models import FROZEN_LABELS, RING_LABELS
from huiqun.risk.queries import freezes
from huiqun.risk.queries.traffic import Watched
from huiqun.risk.rules.refusals import NotWatched
from huiqun.risk.rules.states import RingKind
from huiqun.risk.views.staff import OFFICERS
from huiqun.risk.views.words import titles

WIDTH, HEIGHT = 240, 36
USUAL_FREEZE = timedelta(days=7)


@require_GET
@staff_door(*OFFICERS)
def watch_board(request: StaffRequest) -> HttpResponse:
    return render(request, "risk/watch_board.html", _board(request))


@require_GET
@staff_door(*OFFICERS)
def watch_news(request: StaffRequest) -> HttpResponse:
    """The board's table, polled; while nothing happens there is nothing to send (204)."""
    if request.GET.get("mark") == queries.news_mark(request.staff):
        return HttpResponse(status=204)
    return render(request, "risk/_watch.html", _board(request))


def _board(request: StaffRequest) -> dict[str, Any]:
    rows = queries.watched(now=request.now, staff=request.staff)
    named = titles([row.subject for row in rows])
    stopped = set(compliance_queries.stopped_subjects([row.subject for row in rows]))
    lines = [
        {
            "row": row,
            "title": named.get(row.subject, row.subject),
            "stopped": row.subject in stopped,
            "points": _line(row),
        }
        for row in rows
    ]
    return {
        "lines": lines,
        "mark": queries.news_mark(request.staff),
        "width": WIDTH,
        "height": HEIGHT,
        "may_stop": request.staff.has_role(Role.RISK_OFFICER),
        "now": request.now,
    }


def _line(row: Watched) -> str:
    """The last hour as the points of an SVG line."""
    most = max(*row.minutes, 1)
    step = WIDTH / (len(row.minutes) - 1)
    return " ".join(
        f"{number * step:.1f},{HEIGHT - 2 - value / most * (HEIGHT - 4):.1f}"
        for number, value in enumerate(row.minutes)
    )


@require_POST
@staff_door(*OFFICERS)
def watch_stop(request: StaffRequest) -> HttpResponse:
    """Stop a campaign at once: compliance's stop, which claims and messages ask in their own transaction."""
    subject = request.POST.get("subject", "")[:80]
    seen = {row.subject for row in queries.watched(now=request.now, staff=request.staff)}
    if subject not in seen:
        raise NotWatched()
    compliance.stop_subject(
        subject=subject, reason=request.POST.get("reason", ""), by=request.staff, now=request.now
    )
    messages.success(request, _("Stopped. Nothing more is given out or sent."))
    return redirect("risk:watch_board")


@require_GET
@staff_door(*OFFICERS)
def freeze_list(request: StaffRequest) -> HttpResponse:
    state = request.GET.get("state", "standing")
    page = keyset_page(freezes.freeze_rows(staff=request.staff, state=state, now=request.now), request.GET)
    rows = [
        {
            "row": row,
            "counts": _counts(row),
            "stands": row.lifted_at is None and row.until > request.now,
        }
        for row in page.rows
    ]
    return render(request, "risk/freeze_list.html", {"page": page, "rows": rows, "state": state})


def _counts(row: Any) -> list[tuple[str, int]]:
    kinds = [key.kind for key in row.keys.all()]
    return [(str(label), kinds.count(kind)) for kind, label in FROZEN_LABELS.items() if kind in kinds]


@require_http_methods(["GET", "POST"])
@staff_door(*OFFICERS)
def freeze_add(request: StaffRequest) -> HttpResponse:
    """What is to be frozen comes from a judgement (its device and customer, or everybody on the device), from a
    group, or is a list of customer numbers."""
    asked = request.POST if request.method == "POST" else request.GET
    source = {name: asked.get(name, "") for name in ("judgement", "people", "ring", "numbers")}
    what = _wanted(request, source)
    if request.method == "POST":
        actions.freeze(
            what=what,
            reason=request.POST.get("reason", "")[:400],
            until=_until(request),
            by=request.staff,
            now=request.now,
        )
        messages.success(request, _("Frozen. Customers who meet it are told, and may appeal."))
        return redirect("risk:freeze_list")
    usual = local_time(request.now + USUAL_FREEZE)
    counts = [(label, sum(each.kind == kind for each in what)) for kind, label in FROZEN_LABELS.items()]
    context = {
        "source": source,
        "counts": [pair for pair in counts if pair[1]],
        "usual": usual.strftime("%Y-%m-%dT%H:%M"),
        "by_number": not source["judgement"] and not source["ring"],
    }
    return render(request, "risk/freeze_form.html", context)


def _wanted(request: StaffRequest, source: dict[str, str]) -> list[actions.ToFreeze]:
    if source["judgement"].isdecimal():
        return actions.of_judgement(int(source["judgement"]), people=bool(source["people"]), by=request.staff)
    if source["ring"].isdecimal():
        freezes.ring_page(int(source["ring"]), request.staff)
        return actions.of_ring(int(source["ring"]))
    numbers = source["numbers"].replace(",", " ").replace("，", " ").split()
    found = customers.customer_ids_by_number(numbers) if numbers else {}
    return [actions.ToFreeze(actions.FrozenKind.CUSTOMER, str(each)) for each in found.values()]


def _until(request: StaffRequest) -> datetime:
    """What cannot be read ends now, which the action refuses with the right sentence."""
    try:
        return datetime.fromisoformat(request.POST.get("until", "")).replace(tzinfo=BANK_ZONE)
    except ValueError:
        return request.now


@require_POST
@staff_door(*OFFICERS)
def freeze_lift(request: StaffRequest, freeze_id: int) -> HttpResponse:
    freezes.visible_freeze(freeze_id, request.staff)
    reason = request.POST.get("reason", "")[:400]
    actions.lift_freeze(freeze_id=freeze_id, reason=reason, by=request.staff, now=request.now)
    messages.success(request, _("Lifted. They may claim again."))
    return redirect("risk:freeze_list")


@require_GET
@staff_door(*OFFICERS)
def ring_list(request: StaffRequest) -> HttpResponse:
    page = keyset_page(freezes.ring_rows(staff=request.staff), request.GET)
    rows = [
        {"row": row, "kind": RING_LABELS[RingKind(row.kind)], "url": reverse("risk:ring_page", args=[row.pk])}
        for row in page.rows
    ]
    return render(request, "risk/ring_list.html", {"page": page, "rows": rows})


@require_GET
@staff_door(*OFFICERS)
def ring_page(request: StaffRequest, ring_id: int) -> HttpResponse:
    ring, cards = freezes.ring_page(ring_id, request.staff)
    context = {
        "ring": ring,
        "kind": RING_LABELS[RingKind(ring.kind)],
        "cards": cards,
        "others": ring.size - len(cards),
        "may_decide": request.staff.has_role(Role.RISK_OFFICER),
    }
    return render(request, "risk/ring_page.html", context)


@require_POST
@staff_door(*OFFICERS)
def ring_dismiss(request: StaffRequest, ring_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")[:400]
    actions.dismiss_ring(ring_id=ring_id, reason=reason, by=request.staff, now=request.now)
    messages.success(request, _("Noted. The group weighs nothing in claims any more."))
    return redirect("risk:ring_page", ring_id)
