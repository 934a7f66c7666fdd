"""Games as customers see them, and their answers counted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from huiqun.benefits.models import Answer, Claim, Game, Question
from huiqun.benefits.queries.claims import shown_codes
from huiqun.benefits.queries.plays import play_for
from huiqun.benefits.rules.play_refusals import PlayNotFound
from huiqun.customers import queries as customers
from huiqun.foundation.models import Staff


@dataclass(frozen=True, kw_only=True)
class ShownQuestion:
    """``right`` is None until it is known; ``solution`` is shown once the customer has answered."""

    question: Question
    given: str
    right: bool | None
    solution: str


@dataclass(frozen=True, kw_only=True)
class GamePage:
    game: Game
    is_open: bool
    questions: tuple[ShownQuestion, ...]
    right: int
    code: str
    has_prize: bool

    @property
    def answered(self) -> int:
        return sum(bool(each.given) for each in self.questions)


def games_for(customer_id: int, now: datetime) -> QuerySet[Any]:
    path = customers.branch_path(customer_id=customer_id)
    rows: QuerySet[Any] = Game.objects.for_branch(path).filter(start_at__lte=now).order_by("-end_at", "-pk")
    return rows


def game_page(*, game_id: int, customer_id: int, now: datetime) -> GamePage:
    """:raises PlayNotFound"""
    game = play_for(Game, game_id, customers.branch_path(customer_id=customer_id))
    rows = Answer.objects.filter(question__game=game, customer_id=customer_id)
    given = {each.question_id: each for each in rows}
    claim = Claim.objects.filter(
        benefit=game.benefit_id, customer_id=customer_id, because=f"game:{game.pk}"
    ).first()
    questions = tuple(
        _question(each, given.get(each.pk), game.end_at <= now) for each in game.questions.all()
    )
    return GamePage(
        game=game,
        is_open=game.is_open(now),
        questions=questions,
        right=sum(bool(each.right) for each in questions),
        code=shown_codes([claim.pk])[claim.pk] if claim else "",
        has_prize=claim is not None,
    )


def _question(question: Question, answer: Answer | None, ended: bool) -> ShownQuestion:
    known = (answer is not None and answer.right is not None) or (ended and bool(question.answers))
    return ShownQuestion(
        question=question,
        given=answer.given if answer else "",
        right=answer.right if answer else None,
        solution=question.answers[0] if known else "",
    )


def game_of_question(question_id: int, staff: Staff) -> Question:
    """:raises PlayNotFound outside the person's branches"""
    games = Game.objects.visible_to(staff)
    found = Question.objects.select_related("game").filter(pk=question_id, game__in=games).first()
    if found is None:
        raise PlayNotFound()
    return found


def answer_counts(game: Game) -> dict[int, tuple[int, int]]:
    """By question: how many answered, and how many of them are right."""
    rows = Answer.objects.filter(question__game=game).values_list("question")
    counted = rows.annotate(n=Count("pk"), right=Count("pk", filter=Q(right=True))).order_by("question")
    return {question_id: (n, right) for question_id, n, right in counted}


def game_id_of(question_id: int) -> int:
    return Question.objects.values_list("game_id", flat=True).get(pk=question_id)
