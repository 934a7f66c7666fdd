"""Draws for staff, and their proof for anybody."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.benefits.actions import draws as actions
from huiqun.benefits.models import Draw
from huiqun.benefits.queries import draws as queries
from huiqun.benefits.queries.plays import visible_play
from huiqun.benefits.rules.draws import SLOTS, shown_chance
from huiqun.benefits.views import plays
from huiqun.benefits.views.play_roles import OPENERS, PLANNERS, READERS
from huiqun.foundation import facts
from huiqun.foundation.http import StaffRequest, public_door, staff_door


@require_GET
@staff_door(*READERS)
def draw_list(request: StaffRequest) -> HttpResponse:
    return plays.list_page(request, plays.DRAWS)


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS, auditor=False)
def draw_new(request: StaffRequest) -> HttpResponse:
    return plays.new_page(request, plays.DRAWS)


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS, auditor=False)
def draw_edit(request: StaffRequest, draw_id: int) -> HttpResponse:
    return plays.edit_page(request, plays.DRAWS, draw_id)


@require_GET
@staff_door(*READERS)
def draw_page(request: StaffRequest, draw_id: int) -> HttpResponse:
    draw = visible_play(Draw, draw_id, request.staff)
    prizes = list(draw.prizes.select_related("benefit"))
    counts = queries.outcome_counts(draw)
    context = {
        "draw": draw,
        "state": plays.state_of(draw, request.now),
        "prizes": [{"row": each, "chance": shown_chance(each.chance)} for each in prizes],
        "nothing": shown_chance(SLOTS - sum(each.chance for each in prizes)),
        "won": counts.get("won", 0),
        "gone": counts.get("gone", 0),
        "drawn": sum(n for outcome, n in counts.items() if outcome),
        "may_plan": request.staff.has_role(*PLANNERS) and not draw.is_opened,
        "may_open": request.staff.has_role(*OPENERS) and not draw.is_opened,
        "own": draw.created_by_id == request.staff.pk,
        "timeline": facts.about("draw", draw_id).exclude(
            kind__in=("benefits.TicketIssued", "benefits.TicketDrawn")
        )[:20],
    }
    return render(request, "benefits/draw_page.html", context)


@require_POST
@staff_door(*OPENERS, auditor=False)
def draw_open(request: StaffRequest, draw_id: int) -> HttpResponse:
    visible_play(Draw, draw_id, request.staff)
    actions.open_draw(draw_id=draw_id, by=request.staff, now=request.now)
    messages.success(request, _("The draw is open; seed and chances are fixed under their digests."))
    return redirect("benefits:draw_page", draw_id)


WHY_OPEN = "whoever drew, and anybody else, may work the draw out again; it tells no customer"


@require_GET
@public_door(reason=WHY_OPEN)
def draw_proof(request: StaffRequest, shown_draw_id: int) -> HttpResponse:
    draw = queries.public_draw(shown_draw_id)
    verdict = queries.verdict_of(draw)
    context = {
        "draw": draw,
        "prizes": queries.shown_prizes(draw),
        "verdict": verdict,
        "problems": [_(each.sentence) % each.values for each in verdict.problems] if verdict else [],
    }
    return render(request, "benefits/draw_proof.html", context)


@require_GET
@public_door(reason=WHY_OPEN)
def draw_proof_file(request: StaffRequest, shown_draw_id: int) -> HttpResponse:
    """The draw's file for ``huiqun draw verify --file``; before the end there is none."""
    draw = queries.public_draw(shown_draw_id)
    if not draw.shown_seed:
        return redirect("benefits:draw_proof", shown_draw_id)
    response = StreamingHttpResponse(queries.proof_lines(draw), content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="draw-{draw.pk}.jsonl"'
    return response  # type: ignore[return-value]
