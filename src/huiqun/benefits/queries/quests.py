"""Quests as customers see them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from huiqun.audiences import queries as audiences
from huiqun.benefits.models import Exchange, Quest, QuestPart, QuestPrice, QuestStep, StepDone
from huiqun.benefits.queries.claims import shown_codes
from huiqun.benefits.queries.conditions import step_of
from huiqun.benefits.queries.plays import play_for
from huiqun.benefits.rules.quests import StepKind, days_done
from huiqun.customers import queries as customers
from huiqun.lib.days import local_date


@dataclass(frozen=True, kw_only=True)
class ShownStep:
    """``percent`` of the way, None where there is no amount; ``missing`` says what is left to do."""

    step: QuestStep
    done: bool
    percent: int | None
    missing: tuple[str, ...]
    days: int = 0


@dataclass(frozen=True, kw_only=True)
class ShownPrice:
    price_id: int
    name: str
    item: str
    tokens: int
    left: int
    enough: bool
    code: str


@dataclass(frozen=True, kw_only=True)
class QuestPage:
    quest: Quest
    is_open: bool
    joined: bool
    balance: int
    earned: int
    checked_in_today: bool
    has_check_in: bool
    has_condition: bool
    steps: tuple[ShownStep, ...]
    prices: tuple[ShownPrice, ...]

    @property
    def done(self) -> int:
        return sum(each.done for each in self.steps)


def quests_for(customer_id: int, now: datetime) -> QuerySet[Any]:
    path = customers.branch_path(customer_id=customer_id)
    rows: QuerySet[Any] = Quest.objects.for_branch(path).filter(start_at__lte=now).order_by("-end_at", "-pk")
    return rows


def quest_page(*, quest_id: int, customer_id: int, now: datetime) -> QuestPage:
    """:raises PlayNotFound"""
    quest = play_for(Quest, quest_id, customers.branch_path(customer_id=customer_id))
    part = QuestPart.objects.filter(quest=quest, customer_id=customer_id).first()
    days = list(part.check_ins.values_list("day", flat=True)) if part else []
    done = set(part.done.values_list("step_id", flat=True)) if part else set()
    steps = list(quest.steps.all())
    return QuestPage(
        quest=quest,
        is_open=quest.is_open(now),
        joined=part is not None,
        balance=part.balance if part else 0,
        earned=part.earned if part else 0,
        checked_in_today=local_date(now) in days,
        has_check_in=any(each.kind == StepKind.CHECK_IN for each in steps),
        has_condition=any(each.kind == StepKind.CONDITION for each in steps),
        steps=tuple(_step(each, each.pk in done, days, customer_id, now) for each in steps),
        prices=_prices(quest, part),
    )


def _step(step: QuestStep, done: bool, days: list[date], customer_id: int, now: datetime) -> ShownStep:
    if done:
        return ShownStep(step=step, done=True, percent=100, missing=())
    if step.kind == StepKind.CHECK_IN:
        came = days_done(days, in_a_row=step.in_a_row)
        return ShownStep(step=step, done=False, percent=came * 100 // step.days, missing=(), days=came)
    if step.kind == StepKind.CONDITION:
        found = audiences.progress(rule=step.condition, customer_id=customer_id, today=local_date(now))
        missing = tuple(said.missing for leaf in found.leaves if (said := step_of(leaf)).missing)
        return ShownStep(step=step, done=False, percent=int(found.share * 100), missing=missing)
    return ShownStep(step=step, done=False, percent=None, missing=())


def _prices(quest: Quest, part: QuestPart | None) -> tuple[ShownPrice, ...]:
    had = {each.price_id: each.claim_id for each in part.exchanges.all()} if part else {}
    codes = shown_codes(had.values())
    return tuple(
        ShownPrice(
            price_id=price.pk,
            name=price.benefit.name,
            item=price.benefit.item,
            tokens=price.tokens,
            left=price.benefit.left,
            enough=part is not None and part.balance >= price.tokens,
            code=codes.get(had.get(price.pk, 0), ""),
        )
        for price in quest.prices.select_related("benefit")
    )


@dataclass(frozen=True, kw_only=True)
class QuestCounts:
    parts: int
    earned: int
    spent: int
    done: dict[int, int]
    exchanged: dict[int, int]


def quest_counts(quest: Quest) -> QuestCounts:
    """For the staff's page: by step and by price."""
    sums = quest.parts.aggregate(parts=Count("pk"), earned=Sum(F("earned")), spent=Sum(F("spent")))
    done = StepDone.objects.filter(step__quest=quest).values_list("step").annotate(n=Count("pk"))
    exchanged = Exchange.objects.filter(price__quest=quest).values_list("price").annotate(n=Count("pk"))
    return QuestCounts(
        parts=sums["parts"],
        earned=sums["earned"] or 0,
        spent=sums["spent"] or 0,
        done=dict(done.order_by("step")),
        exchanged=dict(exchanged.order_by("price")),
    )


def quest_id_of(price_id: int) -> int:
    return QuestPrice.objects.values_list("quest_id", flat=True).get(pk=price_id)
