"""What opening a quest, a draw or a game asks for: another pair of eyes, prizes that can be given, and the law."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from huiqun.audiences import queries as audiences
from huiqun.audiences.rules import RuleInvalid
from huiqun.benefits.models import Benefit
from huiqun.benefits.models.plays import Play
from huiqun.benefits.rules.bundles import SERVICES, asked_by
from huiqun.benefits.rules.play_refusals import (
    ConditionsWrong,
    OwnWork,
    PlayNotFound,
    PlayOpened,
    PrizeNotFixed,
    Unlawful,
)
from huiqun.benefits.rules.plays import PlayPlan, check_plan
from huiqun.benefits.rules.terms import BenefitTerms, Way
from huiqun.compliance import queries as compliance
from huiqun.compliance.queries import Finding, PlanFacts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date

AnyPlay = TypeVar("AnyPlay", bound=Play)


def locked_play(model: type[AnyPlay], play_id: int) -> AnyPlay:
    """:raises PlayNotFound"""
    rows: Any = model._default_manager
    play: AnyPlay | None = rows.select_for_update().filter(pk=play_id).first()
    if play is None:
        raise PlayNotFound()
    return play


def draft(model: type[AnyPlay], play_id: int) -> AnyPlay:
    """Locked, and not open to customers yet. :raises PlayNotFound, PlayOpened"""
    play = locked_play(model, play_id)
    if play.is_opened:
        raise PlayOpened()
    return play


def write(play: Play, plan: PlayPlan) -> None:
    """:raises PlayIncomplete"""
    check_plan(plan)
    play.name, play.words, play.subject = plan.name.strip(), plan.words.strip(), plan.subject
    play.start_at, play.end_at = plan.start_at, plan.end_at


def mark_open(play: Play, *, by: Staff, now: datetime) -> None:
    """:raises OwnWork when the author opens it"""
    if play.created_by_id == by.pk:
        raise OwnWork()
    play.opened_by, play.opened_at = by, now


def require_givable(wanted: Iterable[tuple[Benefit, int]], play: Play) -> None:
    """Each benefit can be given out, so many pieces and for as long as the play lasts. :raises PrizeNotFixed"""
    pieces: dict[int, int] = {}
    for benefit, count in wanted:
        pieces[benefit.pk] = pieces.get(benefit.pk, 0) + count
        lasts = benefit.claim_start_at <= play.start_at and play.end_at <= benefit.claim_end_at
        ready = benefit.is_frozen and benefit.way == Way.GRANT and not benefit.conditions
        if not (lasts and ready and benefit.left >= pieces[benefit.pk]):
            raise PrizeNotFixed(name=benefit.name)


def require_lawful_play(
    play: Play, *, prizes: Sequence[Benefit], pieces: int, is_draw: bool, on: date
) -> None:
    """The plan and its words against the rulebook. :raises Unlawful with the law's articles"""
    top = max((each.value_fen for each in prizes), default=0)
    facts = PlanFacts(
        has_offer=bool(prizes),
        offer_name=play.name,
        offer_terms=play.words,
        offer_quantity=pieces or None,
        offer_starts=local_date(play.start_at),
        offer_ends=local_date(play.end_at - timedelta(microseconds=1)),
        offer_use_until=min((each.use_last_date for each in prizes), default=None),
        is_prize_draw=is_draw,
        max_prize_fen=(top or None) if is_draw else None,
        stakes_money_or_points=False,
        copies=(play.words, *(f"{each.name} {each.item}" for each in prizes)),
        starts=local_date(play.start_at),
        ends=local_date(play.end_at - timedelta(microseconds=1)),
    )
    said = compliance.check_copy(
        text=f"{play.name}\n{play.words}", channel="h5", product_kind="activity", product_risk=None, on=on
    )
    refuse_unlawful((*compliance.check_plan(facts, on=on), *said))


def require_lawful_conditions(terms: BenefitTerms, *, on: date, rule: Any = None) -> None:
    """A benefit for who reaches ``rule`` (its own conditions unless given) must be no gift for a deposit, and no
    promotion of an investment or insurance. :raises Unlawful with the law's articles"""
    asked = asked_by(terms.conditions if rule is None else rule)
    gives = terms.kind not in SERVICES
    plans = [
        PlanFacts(
            offer_name=terms.name, offer_kind=terms.kind, offer_requires_deposit=asked.deposit and gives
        )
    ]
    plans += [
        PlanFacts(
            offer_name=terms.name, offer_kind=terms.kind, product_kind=each, offer_requires_purchase=gives
        )
        for each in asked.products
    ]
    refuse_unlawful(finding for plan in plans for finding in compliance.check_plan(plan, on=on))


def refuse_unlawful(findings: Iterable[Finding]) -> None:
    """:raises Unlawful when one of them blocks"""
    blocking = {finding.rule: finding for finding in findings if finding.blocks}.values()
    if blocking:
        citations = [each for finding in blocking for each in finding.citations]
        raise Unlawful(
            findings=" ".join(f"{finding.name}: {finding.message}" for finding in blocking),
            citations=list(dict.fromkeys(citations)),
        )


def require_readable(rule: Any) -> None:
    """A rule that audiences can read. :raises ConditionsWrong"""
    try:
        audiences.sentence(rule, language="zh-hans")
    except RuleInvalid as wrong:
        raise ConditionsWrong(problem=str(wrong)) from None
