"""Games for staff: planned, opened, predictions settled by two people."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiqun.benefits.actions import games as actions
from huiqun.benefits.models import Game
from huiqun.benefits.queries.games import answer_counts, game_of_question
from huiqun.benefits.queries.plays import visible_play
from huiqun.benefits.rules.games import GameKind
from huiqun.benefits.views import plays
from huiqun.benefits.views.play_roles import OPENERS, PLANNERS, READERS, SETTLERS
from huiqun.foundation import facts
from huiqun.foundation.http import StaffRequest, staff_door


@require_GET
@staff_door(*READERS)
def game_list(request: StaffRequest) -> HttpResponse:
    return plays.list_page(request, plays.GAMES)


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS, auditor=False)
def game_new(request: StaffRequest) -> HttpResponse:
    return plays.new_page(request, plays.GAMES)


@require_http_methods(["GET", "POST"])
@staff_door(*PLANNERS, auditor=False)
def game_edit(request: StaffRequest, game_id: int) -> HttpResponse:
    return plays.edit_page(request, plays.GAMES, game_id)


@require_GET
@staff_door(*READERS)
def game_page(request: StaffRequest, game_id: int) -> HttpResponse:
    game = visible_play(Game, game_id, request.staff)
    counts = answer_counts(game)
    over = game.is_opened and game.end_at <= request.now
    settles = over and game.kind == GameKind.PREDICTION and request.staff.has_role(*SETTLERS)
    questions = [
        {
            "row": question,
            "answered": counts.get(question.pk, (0, 0))[0],
            "right": counts.get(question.pk, (0, 0))[1],
            "may_enter": settles and question.confirmed_at is None,
            "may_confirm": settles
            and bool(question.result)
            and question.confirmed_at is None
            and question.entered_by_id != request.staff.pk,
        }
        for question in game.questions.select_related("entered_by", "confirmed_by")
    ]
    context = {
        "game": game,
        "state": plays.state_of(game, request.now),
        "questions": questions,
        "may_plan": request.staff.has_role(*PLANNERS) and not game.is_opened,
        "may_open": request.staff.has_role(*OPENERS) and not game.is_opened,
        "own": game.created_by_id == request.staff.pk,
        "timeline": facts.about("game", game_id).exclude(kind="benefits.QuestionAnswered")[:20],
    }
    return render(request, "benefits/game_page.html", context)


@require_POST
@staff_door(*OPENERS, auditor=False)
def game_open(request: StaffRequest, game_id: int) -> HttpResponse:
    visible_play(Game, game_id, request.staff)
    actions.open_game(game_id=game_id, by=request.staff, now=request.now)
    messages.success(request, _("The game is open to customers."))
    return redirect("benefits:game_page", game_id)


@require_POST
@staff_door(*SETTLERS, auditor=False)
def result_enter(request: StaffRequest, question_id: int) -> HttpResponse:
    question = game_of_question(question_id, request.staff)
    actions.enter_result(
        question_id=question_id,
        result=request.POST.get("result", ""),
        source=request.POST.get("source", "")[:300],
        by=request.staff,
        now=request.now,
    )
    messages.success(request, _("The result is entered. Somebody else has to confirm it."))
    return redirect("benefits:game_page", question.game_id)


@require_POST
@staff_door(*SETTLERS, auditor=False)
def result_confirm(request: StaffRequest, question_id: int) -> HttpResponse:
    question = game_of_question(question_id, request.staff)
    actions.confirm_result(
        question_id=question_id, result=request.POST.get("result", ""), by=request.staff, now=request.now
    )
    messages.success(
        request, _("The result is confirmed; when all questions are settled, winners are rewarded.")
    )
    return redirect("benefits:game_page", question.game_id)
