"""Quests for staff."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.benefits.actions import quests as actions
from huiqun.benefits.models import Quest
from huiqun.benefits.queries.plays import visible_play
from huiqun.benefits.queries.quests import quest_counts
from huiqun.benefits.views import plays
from huiqun.benefits.views.play_forms import said
from huiqun.benefits.views.play_roles import OPENERS, PLANNERS, READERS
from huiqun.foundation import facts
from huiqun.foundation.http import StaffRequest, staff_door

OF_CUSTOMERS = ("QuestJoined", "CheckedIn", "StepFinished", "TokensExchanged")


@require_GET
@staff_door(*READERS)
def quest_list(request: StaffRequest) -> HttpResponse:
    return plays.list_page(request, plays.QUESTS)


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS, auditor=False)
def quest_new(request: StaffRequest) -> HttpResponse:
    return plays.new_page(request, plays.QUESTS)


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS, auditor=False)
def quest_edit(request: StaffRequest, quest_id: int) -> HttpResponse:
    return plays.edit_page(request, plays.QUESTS, quest_id)


@require_GET
@staff_door(*READERS)
def quest_page(request: StaffRequest, quest_id: int) -> HttpResponse:
    quest = visible_play(Quest, quest_id, request.staff)
    counts = quest_counts(quest)
    steps = [
        {
            "row": step,
            "done": counts.done.get(step.pk, 0),
            "condition": said(step.condition),
        }
        for step in quest.steps.select_related("draw")
    ]
    prices = [
        {"row": price, "had": counts.exchanged.get(price.pk, 0)}
        for price in quest.prices.select_related("benefit")
    ]
    context = {
        "quest": quest,
        "state": plays.state_of(quest, request.now),
        "steps": steps,
        "prices": prices,
        "counts": counts,
        "may_plan": request.staff.has_role(*PLANNERS) and not quest.is_opened,
        "may_open": request.staff.has_role(*OPENERS) and not quest.is_opened,
        "own": quest.created_by_id == request.staff.pk,
        "timeline": facts.about("quest", quest_id).exclude(
            kind__in=[f"benefits.{each}" for each in OF_CUSTOMERS]
        )[:20],
    }
    return render(request, "benefits/quest_page.html", context)


@require_POST
@staff_door(*OPENERS, auditor=False)
def quest_open(request: StaffRequest, quest_id: int) -> HttpResponse:
    visible_play(Quest, quest_id, request.staff)
    actions.open_quest(quest_id=quest_id, by=request.staff, now=request.now)
    messages.success(request, _("The quest is open to customers."))
    return redirect("benefits:quest_page", quest_id)
