"""Draws as customers see them, and as anybody may work them out again."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from huiqun.benefits.models import Draw, Prize, Ticket
from huiqun.benefits.queries.claims import shown_codes
from huiqun.benefits.queries.plays import play_for
from huiqun.benefits.rules.draws import SLOTS, Drawn, Outcome, rules_of, shown_chance
from huiqun.benefits.rules.play_refusals import DrawNotOver, PlayNotFound, TicketNotFound
from huiqun.benefits.rules.plays import shown
from huiqun.benefits.rules.proofs import Proof, Verdict, verify
from huiqun.customers import queries as customers
from huiqun.lib.days import local_date

FORMAT, VERSION = "huiqun.draw", 1
CHECKED_AT_ONCE = 20_000
"""So many tickets are worked out again while a person waits for the page; more by the file and the command."""


@dataclass(frozen=True, kw_only=True)
class ShownPrize:
    place: int
    name: str
    item: str
    specification: str
    value_fen: int
    chance: str
    pieces: int
    left: int


@dataclass(frozen=True, kw_only=True)
class ShownTicket:
    ticket_id: int
    number: int
    drawn_at: datetime | None
    outcome: str
    prize: str
    code: str
    how_to_use: str
    withheld: bool


@dataclass(frozen=True, kw_only=True)
class DrawPage:
    """A customer's look at a draw. ``may_draw_today``: the day's ticket has not been drawn."""

    draw: Draw
    is_open: bool
    prizes: tuple[ShownPrize, ...]
    nothing: str
    may_draw_today: bool
    waiting: tuple[ShownTicket, ...]
    drawn: tuple[ShownTicket, ...]


def draws_for(customer_id: int, now: datetime) -> QuerySet[Any]:
    """Opened draws of the customer's branch that last, or ended within the last rows shown; newest first."""
    path = customers.branch_path(customer_id=customer_id)
    rows: QuerySet[Any] = Draw.objects.for_branch(path).filter(start_at__lte=now).order_by("-end_at", "-pk")
    return rows


def draw_page(*, draw_id: int, customer_id: int, now: datetime) -> DrawPage:
    """:raises PlayNotFound"""
    draw = play_for(Draw, draw_id, customers.branch_path(customer_id=customer_id))
    tickets = _shown(_tickets(customer_id).filter(draw=draw).order_by("-pk")[:50])
    today = f"day:{local_date(now).isoformat()}"
    used = Ticket.objects.filter(draw=draw, customer_id=customer_id, because=today, drawn_at__isnull=False)
    is_open = draw.is_open(now)
    return DrawPage(
        draw=draw,
        is_open=is_open,
        prizes=shown_prizes(draw),
        nothing=shown_chance(SLOTS - sum(each.chance for each in draw.prizes.all())),
        may_draw_today=is_open and draw.daily and not used.exists(),
        waiting=tuple(each for each in tickets if each.drawn_at is None) if is_open else (),
        drawn=tuple(each for each in tickets if each.drawn_at is not None),
    )


def shown_prizes(draw: Draw) -> tuple[ShownPrize, ...]:
    return tuple(_prize(each) for each in draw.prizes.select_related("benefit"))


def _prize(prize: Prize) -> ShownPrize:
    return ShownPrize(
        place=prize.place,
        name=prize.benefit.name,
        item=prize.benefit.item,
        specification=prize.benefit.specification,
        value_fen=prize.benefit.value_fen,
        chance=shown_chance(prize.chance),
        pieces=prize.pieces,
        left=prize.left,
    )


def ticket_of(*, ticket_id: int, customer_id: int) -> tuple[Draw, ShownTicket]:
    """:raises TicketNotFound also for another customer's"""
    ticket = _tickets(customer_id).select_related("draw").filter(pk=ticket_id).first()
    if ticket is None:
        raise TicketNotFound()
    return ticket.draw, _shown([ticket])[0]


def _tickets(customer_id: int) -> QuerySet[Any]:
    rows: QuerySet[Any] = Ticket.objects.filter(customer_id=customer_id).select_related("prize__benefit")
    return rows


def _shown(tickets: Iterable[Ticket]) -> list[ShownTicket]:
    rows = list(tickets)
    codes = shown_codes(each.claim_id for each in rows if each.claim_id)
    return [_ticket(each, codes) for each in rows]


def _ticket(ticket: Ticket, codes: Mapping[int, str]) -> ShownTicket:
    won = ticket.outcome == Outcome.WON and ticket.prize is not None
    code = codes.get(ticket.claim_id or 0, "") if won else ""
    return ShownTicket(
        ticket_id=ticket.pk,
        number=ticket.number,
        drawn_at=ticket.drawn_at,
        outcome=ticket.outcome,
        prize=ticket.prize.benefit.name if ticket.prize else "",
        code=code,
        how_to_use=ticket.prize.benefit.how_to_use if won and ticket.prize else "",
        withheld=bool(ticket.withheld),
    )


def public_draw(draw_id: int) -> Draw:
    """An opened draw, for anybody. :raises PlayNotFound"""
    draw: Draw | None = Draw.objects.filter(pk=draw_id, opened_at__isnull=False).first()
    if draw is None:
        raise PlayNotFound()
    return draw


def outcome_counts(draw: Draw) -> dict[str, int]:
    """Drawn tickets by outcome; waiting ones under ""."""
    rows = draw.tickets.values_list("outcome").annotate(n=Count("pk"))
    return dict(rows.order_by("outcome"))


def proof_of(draw: Draw) -> Proof:
    """Everything that a draw is worked out again from. Tells no customer. :raises DrawNotOver before it is laid open"""
    if not draw.shown_seed:
        raise DrawNotOver(end=shown(draw.end_at))
    odds = [each.odds for each in draw.prizes.select_related("benefit")]
    rules = rules_of(
        draw_id=draw.pk,
        kind=draw.kind,
        start_at=draw.start_at.isoformat(),
        end_at=draw.end_at.isoformat(),
        odds=odds,
    )
    return Proof(
        draw_id=draw.pk,
        rules=rules,
        rules_digest=draw.rules_digest,
        seed_digest=draw.seed_digest,
        seed=draw.shown_seed,
        issued=draw.issued,
        tickets=_drawn(draw),
    )


def _drawn(draw: Draw) -> Iterator[Drawn]:
    columns = ("number", "slot", "prize__place", "turn", "outcome", "withheld")
    rows = draw.tickets.filter(drawn_at__isnull=False).order_by("number").values_list(*columns)
    for number, slot, place, turn, outcome, withheld in rows.iterator(chunk_size=5000):
        yield Drawn(number=number, slot=slot, place=place, turn=turn, outcome=outcome, because=withheld)


def verdict_of(draw: Draw) -> Verdict | None:
    """None while the seed is secret, and where there are too many tickets for a page."""
    if not draw.shown_seed or draw.issued > CHECKED_AT_ONCE:
        return None
    return verify(proof_of(draw))


def proof_lines(draw: Draw) -> Iterator[str]:
    """A file for ``huiqun draw verify --file``: a line of JSON about the draw, then one for each drawn ticket."""
    proof = proof_of(draw)
    head = {
        "format": FORMAT,
        "version": VERSION,
        "draw_id": proof.draw_id,
        "rules": proof.rules,
        "rules_digest": proof.rules_digest,
        "seed_digest": proof.seed_digest,
        "seed": proof.seed,
        "issued": proof.issued,
    }
    yield json.dumps(head, ensure_ascii=False) + "\n"
    for each in proof.tickets:
        row = [each.number, each.slot, each.place, each.turn, each.outcome, each.because]
        yield json.dumps(row) + "\n"


def read_proof(lines: Iterator[str]) -> Proof:
    """What ``proof_lines`` wrote. :raises ValueError when it is no such file"""
    try:
        head = json.loads(next(lines))
        if head.pop("format") != FORMAT or head.pop("version") != VERSION:
            raise ValueError("not a file of a draw")
        return Proof(**head, tickets=_read(lines))
    except (StopIteration, KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("not a file of a draw") from wrong


def _read(lines: Iterator[str]) -> Iterator[Drawn]:
    for line in lines:
        number, slot, place, turn, outcome, because = json.loads(line)
        yield Drawn(number=number, slot=slot, place=place, turn=turn, outcome=outcome, because=because)
