"""Customers' own pages of quests, draws, games, and of what can still be unlocked."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from huiqun.benefits.actions import draws, games, quests
from huiqun.benefits.queries import draws as draw_queries
from huiqun.benefits.queries import games as game_queries
from huiqun.benefits.queries import quests as quest_queries
from huiqun.benefits.queries.conditions import tiers_of
from huiqun.foundation.http import CustomerRequest, customer_door, sentence_of

SHOWN = 20


@never_cache
@require_safe
@customer_door()
def my_unlock(request: CustomerRequest) -> HttpResponse:
    tiers = tiers_of(customer_id=request.customer_id, now=request.now)
    return render(request, "benefits/my_unlock.html", {"tiers": tiers})


@never_cache
@require_safe
@customer_door()
def my_quests(request: CustomerRequest) -> HttpResponse:
    rows = quest_queries.quests_for(request.customer_id, request.now)
    return _list(request, rows, "quests")


@never_cache
@require_safe
@customer_door()
def my_quest(request: CustomerRequest, quest_id: int) -> HttpResponse:
    page = quest_queries.quest_page(quest_id=quest_id, customer_id=request.customer_id, now=request.now)
    return render(request, "benefits/my_quest.html", {"page": page, "quest": page.quest})


@require_POST
@customer_door()
def my_quest_join(request: CustomerRequest, quest_id: int) -> HttpResponse:
    quests.join_quest(quest_id=quest_id, customer_id=request.customer_id, now=request.now)
    return redirect("my_quest", quest_id)


@require_POST
@customer_door()
def my_check_in(request: CustomerRequest, quest_id: int) -> HttpResponse:
    if quests.check_in(quest_id=quest_id, customer_id=request.customer_id, now=request.now):
        messages.success(request, _("Checked in for today. See you tomorrow."))
    else:
        messages.info(request, _("You have checked in today already."))
    return redirect("my_quest", quest_id)


@require_POST
@customer_door()
def my_quest_look(request: CustomerRequest, quest_id: int) -> HttpResponse:
    done = quests.look_at_conditions(quest_id=quest_id, customer_id=request.customer_id, now=request.now)
    if done:
        messages.success(request, _("Reached: the tokens are yours."))
    else:
        messages.info(request, _("Not reached yet, by the figures of last night."))
    return redirect("my_quest", quest_id)


@require_POST
@customer_door()
def my_exchange(request: CustomerRequest, price_id: int) -> HttpResponse:
    quests.exchange_tokens(price_id=price_id, customer_id=request.customer_id, now=request.now)
    messages.success(request, _("Exchanged. The code is below."))
    return redirect("my_quest", quest_queries.quest_id_of(price_id))


@never_cache
@require_safe
@customer_door()
def my_draws(request: CustomerRequest) -> HttpResponse:
    return _list(request, draw_queries.draws_for(request.customer_id, request.now), "draws")


@never_cache
@require_safe
@customer_door()
def my_draw(request: CustomerRequest, draw_id: int) -> HttpResponse:
    page = draw_queries.draw_page(draw_id=draw_id, customer_id=request.customer_id, now=request.now)
    return render(request, "benefits/my_draw.html", {"page": page, "draw": page.draw})


@require_POST
@customer_door()
def my_draw_today(request: CustomerRequest, draw_id: int) -> HttpResponse:
    done = draws.draw_daily(draw_id=draw_id, customer_id=request.customer_id, now=request.now)
    return redirect("my_ticket_page", done.ticket_id)


@never_cache
@require_safe
@customer_door()
def my_ticket(request: CustomerRequest, ticket_id: int) -> HttpResponse:
    draw, ticket = draw_queries.ticket_of(ticket_id=ticket_id, customer_id=request.customer_id)
    return render(request, "benefits/my_ticket.html", {"draw": draw, "ticket": ticket})


@require_POST
@customer_door()
def my_ticket_draw(request: CustomerRequest, ticket_id: int) -> HttpResponse:
    draws.draw_ticket(ticket_id=ticket_id, customer_id=request.customer_id, now=request.now)
    return redirect("my_ticket_page", ticket_id)


@never_cache
@require_safe
@customer_door()
def my_games(request: CustomerRequest) -> HttpResponse:
    return _list(request, game_queries.games_for(request.customer_id, request.now), "games")


@never_cache
@require_safe
@customer_door()
def my_game(request: CustomerRequest, game_id: int) -> HttpResponse:
    page = game_queries.game_page(game_id=game_id, customer_id=request.customer_id, now=request.now)
    return render(request, "benefits/my_game.html", {"page": page, "game": page.game})


@require_POST
@customer_door()
def my_answer(request: CustomerRequest, question_id: int) -> HttpResponse:
    given = request.POST.get("answer", "")
    done = games.answer_question(
        question_id=question_id, customer_id=request.customer_id, given=given, now=request.now
    )
    if done.withheld is not None:
        messages.warning(request, sentence_of(done.withheld))
    elif done.claim_id:
        messages.success(request, _("Right, and the prize is yours."))
    return redirect("my_game", game_queries.game_id_of(question_id))


def _list(request: CustomerRequest, rows: Any, kind: str) -> HttpResponse:
    plays = [{"row": row, "is_open": row.is_open(request.now)} for row in rows[:SHOWN]]
    return render(request, "benefits/my_plays.html", {"plays": plays, "kind": kind})
