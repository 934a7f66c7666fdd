"""Riddles, quizzes and predictions: opened, answered once, settled by two people, winners rewarded."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Max, Q

from huiqun.benefits.actions.grants import grant_benefit
from huiqun.benefits.actions.plays import (
    draft,
    locked_play,
    mark_open,
    require_givable,
    require_lawful_play,
    write,
)
from huiqun.benefits.events_play import (
    GameOpened,
    GamePlanned,
    GameRewarded,
    QuestionAnswered,
    ResultConfirmed,
    ResultEntered,
)
from huiqun.benefits.models import Answer, Benefit, Game, Question
from huiqun.benefits.rules.games import GameKind, QuestionPlan, check_question, normal, read_answer
from huiqun.benefits.rules.play_refusals import (
    AnsweredAlready,
    OwnWork,
    PlayNotFound,
    PlayNotReady,
    ResultMissing,
    ResultSettled,
    ResultTooEarly,
    ResultWrong,
)
from huiqun.benefits.rules.plays import PlayPlan, check_open, shown
from huiqun.compliance import queries as compliance
from huiqun.compliance.rules.reviews import Stopped
from huiqun.customers import queries as customers
from huiqun.foundation import facts, jobs
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

REWARD = "benefits.reward_game"
ANSWERS = 40_401
"""The family of advisory locks."""


@dataclass(frozen=True, kw_only=True)
class GamePlan(PlayPlan):
    kind: GameKind
    benefit_id: int | None = None
    pass_mark: int = 1
    questions: tuple[QuestionPlan, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answered:
    """``right`` is None until it is known. ``claim_id`` of the prize, if this answer brought it; ``withheld`` says
    why a prize that was won could not be given."""

    right: bool | None
    claim_id: int | None = None
    withheld: Refusal | None = None


@transaction.atomic
def plan_game(*, plan: GamePlan, branch_id: int, by: Staff, now: datetime) -> int:
    """:raises PlayIncomplete, QuestionWrong, PlayNotFound"""
    return _save(Game(branch_id=branch_id, created_by=by, created_at=now), plan, by, now)


@transaction.atomic
def change_game(*, game_id: int, plan: GamePlan, by: Staff, now: datetime) -> None:
    """Whoever changes it is its author from then on. :raises PlayNotFound, PlayOpened, …"""
    game = draft(Game, game_id)
    game.created_by = by
    _save(game, plan, by, now)


def _save(game: Game, plan: GamePlan, by: Staff, now: datetime) -> int:
    write(game, plan)
    if plan.benefit_id is not None and not Benefit.objects.filter(pk=plan.benefit_id).exists():
        raise PlayNotFound()
    game.kind, game.benefit_id, game.pass_mark = plan.kind, plan.benefit_id, plan.pass_mark
    game.save()
    game.questions.all().delete()
    for place, question in enumerate(plan.questions, 1):
        check_question(plan.kind, question)
        Question.objects.create(
            game=game,
            place=place,
            words=question.words.strip(),
            choices=list(question.choices),
            answers=list(question.answers),
            explanation=question.explanation.strip(),
        )
    event = GamePlanned(game_id=game.pk, questions=len(plan.questions))
    facts.record(event, at=now, by=by, branch_id=game.branch_id)
    return game.pk


@transaction.atomic
def open_game(*, game_id: int, by: Staff, now: datetime) -> None:
    """:raises PlayNotFound, PlayOpened, OwnWork, PlayNotReady, PrizeNotFixed, Unlawful"""
    game = draft(Game, game_id)
    mark_open(game, by=by, now=now)
    questions = list(game.questions.all())
    if not game.pass_mark <= len(questions) or not questions or game.end_at <= now:
        raise PlayNotReady(missing=_("enough questions") if game.end_at > now else shown(game.end_at))
    prizes = [game.benefit] if game.benefit else []
    require_givable(((each, 1) for each in prizes), game)
    pieces = sum(each.quantity for each in prizes)
    require_lawful_play(game, prizes=prizes, pieces=pieces, is_draw=False, on=local_date(now))
    game.save()
    plan = [asdict(plan_of(each)) for each in questions]
    event = GameOpened(game_id=game_id, rules_digest=digest({"pass_mark": game.pass_mark, "questions": plan}))
    facts.record(event, at=now, by=by, branch_id=game.branch_id)


def plan_of(question: Question) -> QuestionPlan:
    return QuestionPlan(
        words=question.words,
        choices=tuple(question.choices),
        answers=tuple(question.answers),
        explanation=question.explanation,
    )


@transaction.atomic
def answer_question(*, question_id: int, customer_id: int, given: str, now: datetime) -> Answered:
    """One answer per person, before the end. The same answer again gets the same reply.

    :raises PlayNotFound for customers of other branches, AnswerEmpty, PlayNotOpen, AnsweredAlready, Stopped
    """
    games = Game.objects.for_branch(customers.branch_path(customer_id=customer_id))
    question = Question.objects.select_related("game").filter(pk=question_id, game__in=games).first()
    if question is None:
        raise PlayNotFound()
    game, form = question.game, read_answer(given, question.choices)
    if earlier := _earlier(question_id, customer_id, form):
        return Answered(right=earlier.right)
    check_open(opened=game.is_opened, start_at=game.start_at, end_at=game.end_at, now=now)
    if game.subject:
        compliance.require_not_stopped(subject=game.subject)
    _one_after_the_other(game.pk, customer_id)
    right = None if game.kind == GameKind.PREDICTION else form in {normal(each) for each in question.answers}
    answer, is_new = Answer.objects.get_or_create(
        question=question,
        customer_id=customer_id,
        defaults={"given": given.strip(), "form": form, "right": right, "answered_at": now},
    )
    if not is_new:
        found = _earlier(question_id, customer_id, form)
        assert found is not None
        return Answered(right=found.right)
    event = QuestionAnswered(
        game_id=game.pk, question_id=question_id, customer_id=customer_id, right=answer.right
    )
    facts.record(event, at=now, branch_id=game.branch_id)
    return _reward(game, customer_id, now, Answered(right=right)) if right else Answered(right=right)


def _one_after_the_other(game_id: int, customer_id: int) -> None:
    """One person's answers to a game: two at once would each count without the other, and neither win."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [ANSWERS, f"{game_id}:{customer_id}"]
        )


def _earlier(question_id: int, customer_id: int, form: str) -> Answer | None:
    """:raises AnsweredAlready when it was another answer"""
    earlier = Answer.objects.filter(question_id=question_id, customer_id=customer_id).first()
    if earlier is not None and earlier.form != form:
        raise AnsweredAlready()
    return earlier


def _reward(game: Game, customer_id: int, now: datetime, answered: Answered) -> Answered:
    """The prize, if this was the answer that was missing for it. That nothing is left does not undo the answer."""
    right = Answer.objects.filter(question__game=game, customer_id=customer_id, right=True).count()
    if game.benefit_id is None or right < game.pass_mark:
        return answered
    try:
        with transaction.atomic():
            claim_id = _grant(game, customer_id, now, open=False)
    except Stopped:
        raise
    except Refusal as refusal:
        return Answered(right=answered.right, withheld=refusal)
    return Answered(right=answered.right, claim_id=claim_id)


def _grant(game: Game, customer_id: int, now: datetime, *, open: bool) -> int:
    assert game.benefit_id is not None
    granted = grant_benefit(
        benefit_id=game.benefit_id, customer_id=customer_id, because=f"game:{game.pk}", now=now, open=open
    )
    return granted.claim_id


@transaction.atomic
def enter_result(*, question_id: int, result: str, source: str, by: Staff, now: datetime) -> None:
    """What came about, and where it was published. Until it is confirmed it may be entered anew.

    :raises PlayNotFound, ResultTooEarly, ResultWrong, ResultSettled
    """
    question = _locked_question(question_id)
    if question.confirmed_at is not None:
        raise ResultSettled()
    if now < question.game.end_at:
        raise ResultTooEarly(end=shown(question.game.end_at))
    if normal(result) not in {normal(each) for each in question.choices} or not source.strip():
        raise ResultWrong()
    question.result, question.source = result.strip(), source.strip()
    question.entered_by, question.entered_at = by, now
    question.save()
    event = ResultEntered(
        game_id=question.game_id, question_id=question_id, result=question.result, source=question.source
    )
    facts.record(event, at=now, by=by, branch_id=question.game.branch_id)


@transaction.atomic
def confirm_result(*, question_id: int, result: str, by: Staff, now: datetime) -> None:
    """By somebody other than who entered it, on the ``result`` that the page showed. Answers are judged at once; when
    all questions are settled the winners are rewarded. :raises PlayNotFound, ResultMissing, ResultSettled, OwnWork"""
    question = _locked_question(question_id)
    if question.confirmed_at is not None:
        raise ResultSettled()
    if not question.result or question.result != result:
        raise ResultMissing()
    if question.entered_by_id == by.pk:
        raise OwnWork()
    question.confirmed_by, question.confirmed_at, question.answers = by, now, [question.result]
    question.save()
    won = Q(form=normal(question.result))
    right = question.given.filter(won).update(right=True)
    wrong = question.given.exclude(won).update(right=False)
    event = ResultConfirmed(
        game_id=question.game_id, question_id=question_id, result=result, right=right, wrong=wrong
    )
    facts.record(event, at=now, by=by, branch_id=question.game.branch_id)
    if not question.game.questions.filter(confirmed_at=None).exists():
        jobs.enqueue(REWARD, game_id=question.game_id)


def _locked_question(question_id: int) -> Question:
    """Its game's row first, so that the last two confirmations do not pass each other by."""
    game_id = Question.objects.filter(pk=question_id).values_list("game_id", flat=True).first()
    if game_id is None:
        raise PlayNotFound()
    game = locked_play(Game, game_id)
    if not game.is_opened or game.kind != GameKind.PREDICTION:
        raise PlayNotFound()
    return Question.objects.select_related("game").get(pk=question_id)


def reward_game(*, game_id: int, now: datetime) -> None:
    """Winners get their piece, who answered first before others, each in a transaction of their own. Safe to
    repeat: whoever has a piece keeps that one."""
    game = Game.objects.filter(pk=game_id).first()
    if game is None or game.rewarded_at is not None or game.benefit_id is None:
        return
    winners = granted = 0
    for customer_id in _winners(game):
        winners += 1
        granted += _grant_or_not(game, customer_id, now)
    _tell_of_rewards(game, winners, granted, now)


def _winners(game: Game) -> Iterator[int]:
    right = Answer.objects.filter(question__game=game, right=True)
    each = right.values("customer_id").annotate(right_ones=Count("pk"), last=Max("answered_at"))
    found = each.filter(right_ones__gte=game.pass_mark).order_by("last", "customer_id")
    yield from found.values_list("customer_id", flat=True)


@transaction.atomic
def _grant_or_not(game: Game, customer_id: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            _grant(game, customer_id, now, open=True)
    except Stopped:
        raise
    except Refusal:
        return False
    return True


@transaction.atomic
def _tell_of_rewards(game: Game, winners: int, granted: int, now: datetime) -> None:
    if not Game.objects.filter(pk=game.pk, rewarded_at=None).update(rewarded_at=now):
        return
    event = GameRewarded(game_id=game.pk, winners=winners, granted=granted, left_out=winners - granted)
    facts.record(event, at=now, branch_id=game.branch_id)
