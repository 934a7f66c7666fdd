"""Draws: planned, opened under a commitment, drawn ticket by ticket, and laid open at the end."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.db import transaction
from django.db.models import F

from huiqun.benefits.actions.grants import grant_benefit
from huiqun.benefits.actions.plays import (
    draft,
    locked_play,
    mark_open,
    require_givable,
    require_lawful_play,
    write,
)
from huiqun.benefits.events_play import DrawPlanned, SeedCommitted, SeedRevealed, TicketDrawn, TicketIssued
from huiqun.benefits.models import Benefit, Draw, Prize, Ticket
from huiqun.benefits.rules.draws import (
    SEED,
    DrawKind,
    Odds,
    Outcome,
    check_odds,
    new_commitment,
    prize_at,
    rules_digest,
    slot_of,
)
from huiqun.benefits.rules.play_refusals import (
    DrawNotOver,
    NoTicket,
    PlayNotFound,
    PlayNotReady,
    SeedDamaged,
    TicketNotFound,
)
from huiqun.benefits.rules.plays import PlayPlan, check_open, shown
from huiqun.compliance import queries as compliance
from huiqun.compliance.rules.reviews import Stopped
from huiqun.customers import queries as customers
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class PrizePlan:
    """``chance`` in millionths."""

    benefit_id: int
    chance: int
    pieces: int


@dataclass(frozen=True, kw_only=True)
class DrawPlan(PlayPlan):
    kind: DrawKind
    daily: bool = True
    ticket_benefit_id: int | None = None
    prizes: tuple[PrizePlan, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TicketDone:
    """``is_new`` is False when the ticket had been drawn before, and this is what it brought then."""

    ticket_id: int
    number: int
    outcome: Outcome
    claim_id: int | None
    is_new: bool


@transaction.atomic
def plan_draw(*, plan: DrawPlan, branch_id: int, by: Staff, now: datetime) -> int:
    """:raises PlayIncomplete, PrizeMissing, ChancesWrong, PlayNotReady"""
    draw = Draw(branch_id=branch_id, created_by=by, created_at=now)
    return _save(draw, plan, by, now)


@transaction.atomic
def change_draw(*, draw_id: int, plan: DrawPlan, by: Staff, now: datetime) -> None:
    """Whoever changes it is its author from then on. :raises PlayNotFound, PlayOpened, …"""
    draw = draft(Draw, draw_id)
    draw.created_by = by
    _save(draw, plan, by, now)


def _save(draw: Draw, plan: DrawPlan, by: Staff, now: datetime) -> int:
    write(draw, plan)
    draw.kind, draw.daily, draw.ticket_benefit_id = plan.kind, plan.daily, plan.ticket_benefit_id
    draw.save()
    draw.prizes.all().delete()
    known = Benefit.objects.in_bulk({each.benefit_id for each in plan.prizes})
    if len(known) != len({each.benefit_id for each in plan.prizes}):
        raise PlayNotFound()
    prizes = [
        Prize(draw=draw, place=place, benefit=known[each.benefit_id], chance=each.chance, pieces=each.pieces)
        for place, each in enumerate(plan.prizes, 1)
    ]
    if prizes:
        check_odds([each.odds for each in prizes])
    Prize.objects.bulk_create(prizes)
    event = DrawPlanned(draw_id=draw.pk, kind_of_draw=plan.kind, prizes=len(prizes))
    facts.record(event, at=now, by=by, branch_id=draw.branch_id)
    return draw.pk


@transaction.atomic
def open_draw(*, draw_id: int, by: Staff, now: datetime) -> str:
    """Fix prizes, chances and seed under digests that everybody may read, before the first ticket; the seed's
    digest. :raises PlayNotFound, PlayOpened, OwnWork, PrizeMissing, ChancesWrong, PrizeNotFixed, Unlawful"""
    draw = draft(Draw, draw_id)
    mark_open(draw, by=by, now=now)
    prizes = list(draw.prizes.select_related("benefit"))
    odds = [each.odds for each in prizes]
    check_odds(odds)
    if draw.end_at <= now:
        raise PlayNotReady(missing=shown(draw.end_at))
    require_givable(((each.benefit, each.pieces) for each in prizes), draw)
    require_lawful_play(
        draw,
        prizes=[each.benefit for each in prizes],
        pieces=sum(each.pieces for each in prizes),
        is_draw=True,
        on=local_date(now),
    )
    seed = secrets.token_bytes(SEED)
    draw.seed, draw.seed_digest, draw.rules_digest = seed.hex(), new_commitment(seed), digest_of(draw, odds)
    draw.save()
    event = SeedCommitted(draw_id=draw_id, seed_digest=draw.seed_digest, rules_digest=draw.rules_digest)
    facts.record(event, at=now, by=by, branch_id=draw.branch_id)
    return draw.seed_digest


def digest_of(draw: Draw, odds: Sequence[Odds]) -> str:
    return rules_digest(
        draw_id=draw.pk,
        kind=draw.kind,
        start_at=draw.start_at.isoformat(),
        end_at=draw.end_at.isoformat(),
        odds=odds,
    )


@transaction.atomic
def issue_ticket(*, draw_id: int, customer_id: int, because: str, now: datetime) -> int:
    """A ticket, once for each reason; its id. Numbers follow one another without a gap, so that none can be chosen
    or left out. :raises PlayNotFound, PlayNotOpen"""
    if earlier := _ticket(draw_id, customer_id, because):
        return earlier
    draw = locked_play(Draw, draw_id)
    if earlier := _ticket(draw_id, customer_id, because):
        return earlier
    check_open(opened=draw.is_opened, start_at=draw.start_at, end_at=draw.end_at, now=now)
    Draw.objects.filter(pk=draw_id).update(issued=F("issued") + 1)
    ticket = Ticket.objects.create(
        draw=draw, number=draw.issued + 1, customer_id=customer_id, because=because, issued_at=now
    )
    event = TicketIssued(draw_id=draw_id, number=ticket.number, customer_id=customer_id, because=because)
    facts.record(event, at=now, branch_id=draw.branch_id)
    return int(ticket.pk)


def _ticket(draw_id: int, customer_id: int, because: str) -> int | None:
    tickets = Ticket.objects.filter(draw_id=draw_id, customer_id=customer_id, because=because)
    found: int | None = tickets.values_list("pk", flat=True).first()
    return found


@transaction.atomic
def draw_daily(*, draw_id: int, customer_id: int, now: datetime) -> TicketDone:
    """The day's ticket, given and drawn at once. A second tap on the same day at the bank gets the same answer.

    :raises PlayNotFound for customers of other branches, NoTicket, PlayNotOpen, Stopped
    """
    draw = Draw.objects.for_branch(customers.branch_path(customer_id=customer_id)).filter(pk=draw_id).first()
    if draw is None:
        raise PlayNotFound()
    check_open(opened=draw.is_opened, start_at=draw.start_at, end_at=draw.end_at, now=now)
    if not draw.daily:
        raise NoTicket()
    ticket_id = issue_ticket(
        draw_id=draw_id, customer_id=customer_id, because=day_reason(local_date(now)), now=now
    )
    return draw_ticket(ticket_id=ticket_id, customer_id=customer_id, now=now)


def day_reason(day: date) -> str:
    return f"day:{day.isoformat()}"


@transaction.atomic
def draw_ticket(*, ticket_id: int, customer_id: int, now: datetime) -> TicketDone:
    """What the ticket brings, with the prize, in one transaction. A second tap gets the same answer, also after the
    end. :raises TicketNotFound, PlayNotOpen, Stopped, SeedDamaged"""
    tickets = Ticket.objects.select_for_update(of=("self",)).select_related("draw")
    ticket: Ticket | None = tickets.filter(pk=ticket_id, customer_id=customer_id).first()
    if ticket is None:
        raise TicketNotFound()
    if ticket.drawn_at is not None:
        return _done(ticket, is_new=False)
    draw = ticket.draw
    check_open(opened=draw.is_opened, start_at=draw.start_at, end_at=draw.end_at, now=now)
    if draw.subject:
        compliance.require_not_stopped(subject=draw.subject)
    ticket.slot = slot_of(seed_of(draw), draw_id=draw.pk, number=ticket.number)
    ticket.drawn_at, ticket.outcome = now, Outcome.NOTHING
    prizes = {each.place: each for each in draw.prizes.select_related("benefit")}
    hit = prize_at(ticket.slot, [each.odds for each in prizes.values()])
    if hit is not None:
        _hit(ticket, prizes[hit.place], now)
    ticket.save()
    _record(ticket, now)
    return _done(ticket, is_new=True)


def _hit(ticket: Ticket, prize: Prize, now: datetime) -> None:
    """The turn decides whether something is left; what then cannot be given is said with its reason."""
    ticket.prize, ticket.turn = prize, Prize.objects.take_turn(prize.pk)
    ticket.outcome = Outcome.GONE
    if ticket.turn > prize.pieces:
        return
    try:
        with transaction.atomic():
            claimed = grant_benefit(
                benefit_id=prize.benefit_id,
                customer_id=ticket.customer_id,
                because=f"draw:{ticket.draw_id}:{ticket.number}",
                now=now,
                open=False,
            )
    except Stopped:
        raise
    except Refusal as refusal:
        ticket.withheld = refusal.code
    else:
        ticket.outcome, ticket.claim_id = Outcome.WON, claimed.claim_id


def seed_of(draw: Draw) -> bytes:
    """:raises SeedDamaged when it is not what was committed to"""
    try:
        seed = bytes.fromhex(draw.seed or "")
    except ValueError:
        raise SeedDamaged() from None
    if new_commitment(seed) != draw.seed_digest:
        raise SeedDamaged()
    return seed


def _record(ticket: Ticket, now: datetime) -> None:
    event = TicketDrawn(
        draw_id=ticket.draw_id,
        number=ticket.number,
        customer_id=ticket.customer_id,
        slot=ticket.slot or 0,
        place=ticket.prize.place if ticket.prize else None,
        outcome=ticket.outcome,
        claim_id=ticket.claim_id,
    )
    facts.record(event, at=now, branch_id=ticket.draw.branch_id)


def _done(ticket: Ticket, *, is_new: bool) -> TicketDone:
    return TicketDone(
        ticket_id=ticket.pk,
        number=ticket.number,
        outcome=Outcome(ticket.outcome),
        claim_id=ticket.claim_id,
        is_new=is_new,
    )


@transaction.atomic
def reveal_draw(*, draw_id: int, now: datetime) -> str:
    """Publish the seed, once the draw is over; it. Repeating it changes nothing. :raises PlayNotFound, DrawNotOver"""
    draw = locked_play(Draw, draw_id)
    if draw.shown_seed:
        return draw.shown_seed
    if not draw.is_opened or now < draw.end_at:
        raise DrawNotOver(end=shown(draw.end_at))
    draw.shown_seed, draw.shown_at = seed_of(draw).hex(), now
    draw.save(update_fields=("shown_seed", "shown_at"))
    drawn = draw.tickets.filter(drawn_at__isnull=False).count()
    event = SeedRevealed(draw_id=draw_id, seed=draw.shown_seed, issued=draw.issued, drawn=drawn)
    facts.record(event, at=now, branch_id=draw.branch_id)
    return draw.shown_seed


def reveal_ended_draws(*, now: datetime) -> int:
    """Each in a transaction of its own; how many. A damaged seed is told of, and holds up no other draw."""
    ended = Draw.objects.filter(opened_at__isnull=False, end_at__lte=now, shown_seed="").order_by("pk")
    ids = list(ended.values_list("pk", flat=True))
    return sum(_reveal_alone(draw_id, now) for draw_id in ids)


def _reveal_alone(draw_id: int, now: datetime) -> bool:
    try:
        reveal_draw(draw_id=draw_id, now=now)
    except SeedDamaged:
        log.error("the seed of a draw is not the one that was committed to", draw_id=draw_id)
        return False
    return True


def give_tickets_for_claim(*, benefit_id: int, claim_id: int, customer_id: int, now: datetime) -> int:
    """A ticket of every open draw that gives one for a claim of this benefit; how many."""
    draws = list(Draw.objects.open_at(now).filter(ticket_benefit=benefit_id).values_list("pk", flat=True))
    for draw_id in draws:
        issue_ticket(draw_id=draw_id, customer_id=customer_id, because=f"claim:{claim_id}", now=now)
    return len(draws)
