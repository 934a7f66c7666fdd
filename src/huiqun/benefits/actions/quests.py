"""Quests: planned, opened, joined; steps done once; tokens earned and exchanged."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from huiqun.audiences import queries as audiences
from huiqun.benefits.actions.draws import issue_ticket
from huiqun.benefits.actions.grants import grant_benefit
from huiqun.benefits.actions.plays import (
    draft,
    locked_play,
    mark_open,
    require_givable,
    require_lawful_conditions,
    require_lawful_play,
    require_readable,
    write,
)
from huiqun.benefits.events_play import (
    CheckedIn,
    QuestClosed,
    QuestJoined,
    QuestOpened,
    QuestPlanned,
    StepFinished,
    TokensExchanged,
)
from huiqun.benefits.models import (
    Benefit,
    CheckIn,
    Draw,
    Exchange,
    Quest,
    QuestPart,
    QuestPrice,
    QuestStep,
    StepDone,
)
from huiqun.benefits.rules.play_refusals import NotTakingPart, PlayNotFound, PlayNotReady
from huiqun.benefits.rules.plays import PlayPlan, check_open, shown
from huiqun.benefits.rules.quests import Deed, StepKind, StepPlan, check_balance, check_step, days_done
from huiqun.compliance import queries as compliance
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.foundation.models import Fact, Staff
from huiqun.lib.canonical import digest
from huiqun.lib.days import local_date
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class PricePlan:
    benefit_id: int
    tokens: int


@dataclass(frozen=True, kw_only=True)
class QuestPlan(PlayPlan):
    token: str
    steps: tuple[StepPlan, ...] = ()
    prices: tuple[PricePlan, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    claim_id: int
    is_new: bool


@transaction.atomic
def plan_quest(*, plan: QuestPlan, branch_id: int, by: Staff, now: datetime) -> int:
    """:raises PlayIncomplete, StepWrong, ConditionsWrong, PlayNotFound"""
    return _save(Quest(branch_id=branch_id, created_by=by, created_at=now), plan, by, now)


@transaction.atomic
def change_quest(*, quest_id: int, plan: QuestPlan, by: Staff, now: datetime) -> None:
    """Whoever changes it is its author from then on. :raises PlayNotFound, PlayOpened, …"""
    quest = draft(Quest, quest_id)
    quest.created_by = by
    _save(quest, plan, by, now)


def _save(quest: Quest, plan: QuestPlan, by: Staff, now: datetime) -> int:
    write(quest, plan)
    quest.token = plan.token.strip()
    quest.save()
    quest.steps.all().delete()
    quest.prices.all().delete()
    for place, step in enumerate(plan.steps, 1):
        _check_step(step)
        QuestStep.objects.create(quest=quest, place=place, **asdict(step))
    for place, price in enumerate(plan.prices, 1):
        if not Benefit.objects.filter(pk=price.benefit_id).exists():
            raise PlayNotFound()
        QuestPrice.objects.create(quest=quest, place=place, benefit_id=price.benefit_id, tokens=price.tokens)
    event = QuestPlanned(quest_id=quest.pk, steps=len(plan.steps), prices=len(plan.prices))
    facts.record(event, at=now, by=by, branch_id=quest.branch_id)
    return quest.pk


def _check_step(step: StepPlan) -> None:
    check_step(step)
    if step.condition:
        require_readable(step.condition)
    if step.draw_id is not None and not Draw.objects.filter(pk=step.draw_id).exists():
        raise PlayNotFound()


@transaction.atomic
def open_quest(*, quest_id: int, by: Staff, now: datetime) -> None:
    """:raises PlayNotFound, PlayOpened, OwnWork, PlayNotReady, PrizeNotFixed, Unlawful"""
    quest = draft(Quest, quest_id)
    mark_open(quest, by=by, now=now)
    steps, prices = list(quest.steps.all()), list(quest.prices.select_related("benefit"))
    if not steps or quest.end_at <= now:
        raise PlayNotReady(missing=_("a step") if not steps else shown(quest.end_at))
    benefits = [each.benefit for each in prices]
    require_givable(((each, 1) for each in benefits), quest)
    require_lawful_play(quest, prizes=benefits, pieces=len(benefits), is_draw=False, on=local_date(now))
    for step in steps:
        for benefit in benefits if step.condition else ():
            # What is had for a step's tokens is given for what the step asks.
            require_lawful_conditions(benefit.as_terms, rule=step.condition, on=local_date(now))
    quest.save()
    plan = {
        "steps": [asdict(each.plan) for each in steps],
        "prices": [{"benefit": each.benefit_id, "tokens": each.tokens} for each in prices],
    }
    event = QuestOpened(quest_id=quest_id, rules_digest=digest(plan))
    facts.record(event, at=now, by=by, branch_id=quest.branch_id)


@transaction.atomic
def join_quest(*, quest_id: int, customer_id: int, now: datetime) -> int:
    """Take part; a second tap changes nothing. :raises PlayNotFound, PlayNotOpen"""
    return int(_part(_open_quest(quest_id, customer_id, now), customer_id, now).pk)


@transaction.atomic
def check_in(*, quest_id: int, customer_id: int, now: datetime) -> bool:
    """Count the bank's day, once; whether it was new. Days that passed cannot be made up for.

    :raises PlayNotFound, PlayNotOpen, Stopped
    """
    quest = _open_quest(quest_id, customer_id, now)
    part = _part(quest, customer_id, now)
    today = local_date(now)
    if part.check_ins.filter(day=today).exists():
        return False
    CheckIn.objects.create(part=part, day=today, at=now)
    event = CheckedIn(quest_id=quest_id, customer_id=customer_id, day=today.isoformat())
    facts.record(event, at=now, branch_id=quest.branch_id)
    days = list(part.check_ins.values_list("day", flat=True))
    for step in quest.steps.filter(kind=StepKind.CHECK_IN):
        if days_done(days, in_a_row=step.in_a_row) >= step.days:
            _finish(part, step, now)
    return True


def _open_quest(quest_id: int, customer_id: int, now: datetime) -> Quest:
    """For a customer of its branch; a stop holds it shut until the transaction ends."""
    quests = Quest.objects.for_branch(customers.branch_path(customer_id=customer_id))
    quest: Quest | None = quests.filter(pk=quest_id).first()
    if quest is None:
        raise PlayNotFound()
    check_open(opened=quest.is_opened, start_at=quest.start_at, end_at=quest.end_at, now=now)
    if quest.subject:
        compliance.require_not_stopped(subject=quest.subject)
    return quest


def _part(quest: Quest, customer_id: int, now: datetime) -> QuestPart:
    """Locked: what one customer does in a quest happens one after the other."""
    part, joined = QuestPart.objects.get_or_create(
        quest=quest, customer_id=customer_id, defaults={"joined_at": now}
    )
    if joined:
        event = QuestJoined(quest_id=quest.pk, customer_id=customer_id)
        facts.record(event, at=now, branch_id=quest.branch_id)
    return _locked_part(part.pk)


def _locked_part(part_id: int) -> QuestPart:
    part: QuestPart = (
        QuestPart.objects.select_for_update(of=("self",)).select_related("quest").get(pk=part_id)
    )
    return part


def _finish(part: QuestPart, step: QuestStep, now: datetime) -> bool:
    """A step is done once: tokens and ticket come with its row."""
    _done, is_new = StepDone.objects.get_or_create(part=part, step=step, defaults={"at": now})
    if not is_new:
        return False
    QuestPart.objects.earn(part.pk, step.tokens)
    if step.draw is not None and step.draw.is_open(now):
        because = f"step:{step.pk}"
        issue_ticket(draw_id=step.draw.pk, customer_id=part.customer_id, because=because, now=now)
    event = StepFinished(
        quest_id=part.quest_id, step_id=step.pk, customer_id=part.customer_id, tokens=step.tokens
    )
    facts.record(event, at=now, branch_id=part.quest.branch_id)
    return True


def follow_deed(*, deed: Deed, fact_id: int, body: dict[str, Any]) -> int:
    """Steps that are done because something happened, in quests that the customer took part in by then; how many.

    Counts by the moment of the fact, however late it is heard of. Safe to repeat.
    """
    fact = Fact.objects.filter(pk=fact_id).only("at").first()
    if fact is None or not isinstance(body.get("customer_id"), int):
        return 0
    steps = QuestStep.objects.filter(
        kind=StepKind.DEED,
        deed=deed,
        quest__opened_at__isnull=False,
        quest__start_at__lte=fact.at,
        quest__end_at__gt=fact.at,
    )
    mine = {
        part.quest_id: part.pk
        for part in QuestPart.objects.filter(
            customer_id=body["customer_id"],
            joined_at__lte=fact.at,
            quest__in=steps.values("quest"),
        )
    }
    fitting = [step for step in steps if step.quest_id in mine and (step.about or 0) in _abouts(body, step)]
    return sum(_finish_later(mine[step.quest_id], step, fact.at) for step in fitting)


def _abouts(body: dict[str, Any], step: QuestStep) -> set[int]:
    """The numbers that a fact is about; 0 stands for any."""
    names = ("campaign_id", "benefit_id", "game_id", "survey_id")
    found = {body[name] for name in names if isinstance(body.get(name), int)}
    subject, _colon, number = str(body.get("offered_by", "")).partition(":")
    if subject == "campaign" and number.isdecimal() and step.deed == Deed.JOINED:
        found.add(int(number))
    return found | {0}


@transaction.atomic
def _finish_later(part_id: int, step: QuestStep, at: datetime) -> bool:
    return _finish(_locked_part(part_id), step, at)


@transaction.atomic
def look_at_conditions(*, quest_id: int, customer_id: int, now: datetime) -> int:
    """Whether the customer has reached what steps ask for, by the lake as it is; how many steps are done now.

    :raises PlayNotFound, PlayNotOpen, NotTakingPart, Stopped
    """
    quest = _open_quest(quest_id, customer_id, now)
    part = QuestPart.objects.filter(quest=quest, customer_id=customer_id).first()
    if part is None:
        raise NotTakingPart()
    done = set(part.done.values_list("step_id", flat=True))
    waiting = [step for step in quest.steps.filter(kind=StepKind.CONDITION) if step.pk not in done]
    met = [step for step in waiting if _meets(step, customer_id, now)]
    locked = _locked_part(part.pk)
    return sum(_finish(locked, step, now) for step in met)


def _meets(step: QuestStep, customer_id: int, now: datetime) -> bool:
    return audiences.progress(rule=step.condition, customer_id=customer_id, today=local_date(now)).met


def work_out_quests(*, now: datetime) -> int:
    """All customers' steps that ask to reach something, set by set; how many are done now. Safe to repeat."""
    steps = QuestStep.objects.filter(kind=StepKind.CONDITION, quest__in=Quest.objects.open_at(now))
    return sum(_work_out(step, now) for step in steps.select_related("quest", "draw").order_by("pk"))


def _work_out(step: QuestStep, now: datetime) -> int:
    ids = audiences.chosen_ids(rule=step.condition, branch_ids=None, today=local_date(now))
    parts = QuestPart.objects.filter(quest=step.quest).exclude(done__step=step).order_by("pk")
    waiting = list(parts.values_list("pk", "customer_id"))
    return sum(_finish_later(part_id, step, now) for part_id, customer_id in waiting if customer_id in ids)


@transaction.atomic
def exchange_tokens(*, price_id: int, customer_id: int, now: datetime) -> Exchanged:
    """Tokens for a piece, once per customer and price. A second tap gets the first piece again.

    :raises PlayNotFound, NotTakingPart, PlayNotOpen, TooFewTokens, SoldOut and the other refusals of a grant
    """
    price = QuestPrice.objects.select_related("quest").filter(pk=price_id).first()
    if price is None or not price.quest.is_opened:
        raise PlayNotFound()
    part = QuestPart.objects.filter(quest=price.quest, customer_id=customer_id).first()
    if part is None:
        raise NotTakingPart()
    part = _locked_part(part.pk)
    if earlier := part.exchanges.filter(price=price).first():
        return Exchanged(claim_id=earlier.claim_id, is_new=False)
    quest = _open_quest(price.quest_id, customer_id, now)
    check_balance(price=price.tokens, balance=part.balance, token=quest.token)
    if not QuestPart.objects.spend(part.pk, price.tokens):
        check_balance(price=price.tokens, balance=0, token=quest.token)
    claimed = grant_benefit(
        benefit_id=price.benefit_id,
        customer_id=customer_id,
        because=f"quest:{quest.pk}:{price.pk}",
        now=now,
        open=False,
    )
    Exchange.objects.create(part=part, price=price, at=now, claim_id=claimed.claim_id)
    event = TokensExchanged(
        quest_id=quest.pk,
        customer_id=customer_id,
        benefit_id=price.benefit_id,
        claim_id=claimed.claim_id,
        tokens=price.tokens,
    )
    facts.record(event, at=now, branch_id=quest.branch_id)
    return Exchanged(claim_id=claimed.claim_id, is_new=True)


def close_quests(*, now: datetime) -> int:
    """Say of each quest that has ended how many tokens are worth nothing any more; how many quests."""
    ended = Quest.objects.filter(opened_at__isnull=False, closed_at=None, end_at__lte=now).order_by("pk")
    return sum(_close(quest_id, now) for quest_id in list(ended.values_list("pk", flat=True)))


@transaction.atomic
def _close(quest_id: int, now: datetime) -> bool:
    quest = locked_play(Quest, quest_id)
    if quest.closed_at is not None:
        return False
    quest.closed_at = now
    quest.save(update_fields=("closed_at",))
    left = quest.parts.aggregate(left=Sum(F("earned") - F("spent")))["left"] or 0
    event = QuestClosed(quest_id=quest_id, parts=quest.parts.count(), tokens_expired=left)
    facts.record(event, at=now, branch_id=quest.branch_id)
    return True
