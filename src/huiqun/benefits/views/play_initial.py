"""What forms show of a play that is planned already."""

from decimal import Decimal
from typing import Any

from huiqun.benefits.models import Draw, Game, Quest
from huiqun.benefits.views.play_forms import PER_PERCENT, condition_text

Initial = tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]


def draw_initial(draw: Draw) -> Initial:
    prizes = [
        {
            "benefit": each.benefit_id,
            "percent": Decimal(each.chance) / PER_PERCENT,
            "pieces": each.pieces,
        }
        for each in draw.prizes.all()
    ]
    own = {"kind": draw.kind, "daily": draw.daily, "ticket_benefit": draw.ticket_benefit_id}
    return own, {"prizes": prizes}


def quest_initial(quest: Quest) -> Initial:
    steps = [
        {
            "name": each.name,
            "kind": each.kind,
            "tokens": each.tokens,
            "days": each.days or None,
            "in_a_row": each.in_a_row,
            "deed": each.deed,
            "about": each.about,
            "condition": condition_text(each.condition),
            "draw": each.draw_id,
        }
        for each in quest.steps.all()
    ]
    prices = [{"benefit": each.benefit_id, "tokens": each.tokens} for each in quest.prices.all()]
    return {"token": quest.token}, {"steps": steps, "prices": prices}


def game_initial(game: Game) -> Initial:
    questions = [
        {
            "words": each.words,
            "choices": "\n".join(each.choices),
            "answers": "\n".join(each.answers),
            "explanation": each.explanation,
        }
        for each in game.questions.all()
    ]
    own = {"kind": game.kind, "benefit": game.benefit_id, "pass_mark": game.pass_mark}
    return own, {"questions": questions}
