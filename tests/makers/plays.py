"""Draws, quests and games for tests. No domain of its own: ``benefits`` hands these out."""

from datetime import UTC, datetime
from typing import Any

from huiqun.benefits.actions import draws, games, quests
from huiqun.benefits.actions.draws import DrawPlan, PrizePlan
from huiqun.benefits.actions.games import GamePlan
from huiqun.benefits.actions.quests import PricePlan, QuestPlan
from huiqun.benefits.models import Benefit, Draw, Game, Quest, QuestPart, Ticket
from huiqun.benefits.rules import Way
from huiqun.benefits.rules.draws import DrawKind
from huiqun.benefits.rules.games import GameKind, QuestionPlan
from huiqun.benefits.rules.quests import StepKind, StepPlan
from huiqun.customers.models import Customer
from huiqun.foundation.models import Branch, Staff
from tests.conftest import make_staff
from tests.makers.benefits import make_benefit

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
STARTS, ENDS = datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
RULES = "免费参加,每日一次。奖项、数量与概率见本页,奖品发完即止,如有调整将提前公告。"


def make_author(branch: Branch) -> Staff:
    return make_staff(f"author-{Staff.objects.count()}", branch, "marketer")


def make_opener(branch: Branch) -> Staff:
    return make_staff(f"opener-{Staff.objects.count()}", branch, "business_reviewer")


def make_prize(*, branch: Branch, **over: Any) -> Benefit:
    """A benefit that is given to who has won or reached something."""
    return make_benefit(branch=branch, **({"way": Way.GRANT, "name": "文创帆布袋"} | over))


def draw_plan(*prizes: PrizePlan, **over: Any) -> DrawPlan:
    values: dict[str, Any] = {
        "name": "秋日转盘",
        "words": RULES,
        "start_at": STARTS,
        "end_at": ENDS,
        "kind": DrawKind.WHEEL,
        "prizes": prizes,
    }
    return DrawPlan(**(values | over))


def make_draw(
    *, branch: Branch, opened: bool = True, chance: int = 500_000, pieces: int = 10, **over: Any
) -> Draw:
    prize = over.pop("prize", None) or make_prize(branch=branch)
    plan = draw_plan(PrizePlan(benefit_id=prize.pk, chance=chance, pieces=pieces), **over)
    draw_id = draws.plan_draw(plan=plan, branch_id=branch.pk, by=make_author(branch), now=NOW)
    if opened:
        draws.open_draw(draw_id=draw_id, by=make_opener(branch), now=NOW)
    return Draw.objects.get(pk=draw_id)


def make_ticket(customer: Customer, *, drawn: bool = True) -> int:
    """One of the customer's own, in a draw of their branch."""
    draw = make_draw(branch=customer.branch)
    ticket_id = draws.issue_ticket(
        draw_id=draw.pk, customer_id=customer.pk, because="day:2026-11-20", now=NOW
    )
    if drawn:
        draws.draw_ticket(ticket_id=ticket_id, customer_id=customer.pk, now=NOW)
    return int(Ticket.objects.get(pk=ticket_id).pk)


def check_in_step(**over: Any) -> StepPlan:
    values = {"name": "签到三天", "kind": StepKind.CHECK_IN, "tokens": 30, "days": 3}
    return StepPlan(**(values | over))


def make_quest(
    *, branch: Branch, opened: bool = True, steps: Any = None, prices: Any = None, **over: Any
) -> Quest:
    if prices is None:
        prices = [PricePlan(benefit_id=make_prize(branch=branch).pk, tokens=20)]
    values: dict[str, Any] = {
        "name": "财富星球",
        "words": "完成任务获得星球币,可在活动期内兑换权益,到期作废。",
        "token": "星球币",
        "start_at": STARTS,
        "end_at": ENDS,
        "steps": tuple(steps or (check_in_step(),)),
        "prices": tuple(prices),
    }
    plan = QuestPlan(**(values | over))
    quest_id = quests.plan_quest(plan=plan, branch_id=branch.pk, by=make_author(branch), now=NOW)
    if opened:
        quests.open_quest(quest_id=quest_id, by=make_opener(branch), now=NOW)
    return Quest.objects.get(pk=quest_id)


def make_part(*, quest: Quest, customer: Customer, tokens: int = 0) -> QuestPart:
    part_id = quests.join_quest(quest_id=quest.pk, customer_id=customer.pk, now=NOW)
    QuestPart.objects.earn(part_id, tokens)
    part: QuestPart = QuestPart.objects.get(pk=part_id)
    return part


RIDDLE = QuestionPlan(words="小小诸葛亮,独坐中军帐。打一动物", answers=("蜘蛛",))
MATCH = QuestionPlan(words="谁能夺冠?", choices=("阿根廷", "法国", "巴西"))


def make_game(
    *, branch: Branch, kind: GameKind = GameKind.RIDDLE, opened: bool = True, prize: Any = None, **over: Any
) -> Game:
    values: dict[str, Any] = {
        "name": "中秋猜灯谜",
        "words": "免费参加,每题每人答一次,答对即得奖品,发完即止。",
        "kind": kind,
        "start_at": STARTS,
        "end_at": ENDS,
        "benefit_id": (prize or make_prize(branch=branch)).pk,
        "questions": (MATCH,) if kind is GameKind.PREDICTION else (RIDDLE,),
    }
    plan = GamePlan(**(values | over))
    game_id = games.plan_game(plan=plan, branch_id=branch.pk, by=make_author(branch), now=NOW)
    if opened:
        games.open_game(game_id=game_id, by=make_opener(branch), now=NOW)
    return Game.objects.get(pk=game_id)
