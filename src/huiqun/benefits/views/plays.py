"""Planning and opening quests, draws and games: three nouns that are planned and opened in the same way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from huiqun.benefits.actions import draws, games, quests
from huiqun.benefits.models import DRAW_LABELS, GAME_LABELS, Draw, Game, Quest
from huiqun.benefits.models.plays import Play
from huiqun.benefits.queries.plays import play_rows, visible_play
from huiqun.benefits.rules.play_refusals import PlayOpened
from huiqun.benefits.views.play_forms import (
    DrawForm,
    GameForm,
    PlayForm,
    PriceRow,
    PrizeRow,
    QuestForm,
    QuestionRow,
    Row,
    StepRow,
    common_initial,
    rows_of,
)
from huiqun.benefits.views.play_initial import draw_initial, game_initial, quest_initial
from huiqun.benefits.views.play_roles import PLANNERS
from huiqun.foundation.http import StaffRequest, sentence_of
from huiqun.foundation.paging import keyset_page
from huiqun.lib.refusal import NotFound, Refusal


@dataclass(frozen=True)
class Noun:
    """How one of the three is called, typed and written. ``rows`` are (name, heading, kind of row)."""

    code: str
    title: Any
    new: Any
    none: Any
    model: type[Any]
    form: type[Any]
    rows: tuple[tuple[str, Any, type[Row]], ...]
    initial: Callable[[Any], tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]]
    plan: Callable[..., int]
    change: Callable[..., None]
    kinds: dict[Any, Any]

    @property
    def list_url(self) -> str:
        return f"benefits:{self.code}_list"

    @property
    def new_url(self) -> str:
        return f"benefits:{self.code}_new"

    @property
    def page_url(self) -> str:
        return f"benefits:{self.code}_page"


DRAWS = Noun(
    "draw",
    gettext_lazy("Prize draws"),
    gettext_lazy("Plan a draw"),
    gettext_lazy("No draws yet"),
    Draw,
    DrawForm,
    (("prizes", gettext_lazy("Prizes"), PrizeRow),),
    draw_initial,
    draws.plan_draw,
    draws.change_draw,
    DRAW_LABELS,
)
QUESTS = Noun(
    "quest",
    gettext_lazy("Quests"),
    gettext_lazy("Plan a quest"),
    gettext_lazy("No quests yet"),
    Quest,
    QuestForm,
    (("steps", gettext_lazy("Steps"), StepRow), ("prices", gettext_lazy("What tokens buy"), PriceRow)),
    quest_initial,
    quests.plan_quest,
    quests.change_quest,
    {},
)
GAMES = Noun(
    "game",
    gettext_lazy("Games"),
    gettext_lazy("Plan a game"),
    gettext_lazy("No games yet"),
    Game,
    GameForm,
    (("questions", gettext_lazy("Questions"), QuestionRow),),
    game_initial,
    games.plan_game,
    games.change_game,
    GAME_LABELS,
)


def list_page(request: StaffRequest, noun: Noun) -> HttpResponse:
    names = ("words", "kind") if noun.kinds else ("words",)
    asked = {name: request.GET.get(name, "").strip() for name in names}
    page = keyset_page(play_rows(noun.model, staff=request.staff, **asked), request.GET)
    context = {
        "noun": noun,
        "page": page,
        "plays": [{"row": row, "state": state_of(row, request.now)} for row in page.rows],
        "asked": asked,
        "may_plan": request.staff.has_role(*PLANNERS),
    }
    return render(request, "benefits/play_list.html", context)


def new_page(request: StaffRequest, noun: Noun) -> HttpResponse:
    return _form_page(request, noun, None)


def edit_page(request: StaffRequest, noun: Noun, play_id: int) -> HttpResponse:
    play = visible_play(noun.model, play_id, request.staff)
    if play.is_opened:
        raise PlayOpened()
    return _form_page(request, noun, play)


def _form_page(request: StaffRequest, noun: Noun, play: Any) -> HttpResponse:
    first, rows = noun.initial(play) if play else ({}, {})
    first = first | (common_initial(play) if play else {})
    data = request.POST if request.method == "POST" else None
    form: PlayForm = noun.form(data, staff=request.staff, editing=play is not None, initial=first)
    sets = [
        (heading, name, rows_of(kind, data, prefix=name, staff=request.staff, initial=rows.get(name, [])))
        for name, heading, kind in noun.rows
    ]
    if data is not None and form.is_valid() and all(each.is_valid() for _heading, _name, each in sets):
        try:
            saved = _save(request, noun, play, form, {name: _plans(each) for _heading, name, each in sets})
        except NotFound:
            raise
        except Refusal as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Saved. Somebody else has to open it."))
            return redirect(noun.page_url, saved)
    context = {
        "noun": noun,
        "play": play,
        "form": form,
        "sets": [(heading, each) for heading, _n, each in sets],
    }
    return render(request, "benefits/play_form.html", context)


def _plans(rows: Any) -> list[Any]:
    """Of the rows that are filled in and not to be left out."""
    return [row.plan() for row in rows if row.cleaned_data and not row.cleaned_data.get("DELETE")]


def _save(request: StaffRequest, noun: Noun, play: Any, form: Any, rows: dict[str, list[Any]]) -> int:
    plan, by, now = form.plan(rows), request.staff, request.now
    if play is None:
        return noun.plan(plan=plan, branch_id=form.cleaned_data["branch"].pk, by=by, now=now)
    noun.change(**{f"{noun.code}_id": play.pk}, plan=plan, by=by, now=now)
    return int(play.pk)


def state_of(play: Play, now: datetime) -> tuple[str, str]:
    """Label and colour."""
    if not play.is_opened:
        return _("Draft"), "grey"
    if now < play.start_at:
        return _("Not yet open"), "blue"
    if now >= play.end_at:
        return pgettext("activity", "Ended"), "grey"
    return pgettext("activity", "Open"), "green"
