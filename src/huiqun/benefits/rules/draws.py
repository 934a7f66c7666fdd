"""Draws: what a number drawn means, and that anybody can work it out again.

Before the first ticket the bank publishes SHA-256 of a seed and of the prizes with their chances. A ticket's slot
follows from the seed, the draw and the ticket's number alone; afterwards the seed is published.
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from huiqun.benefits.rules.play_refusals import ChancesWrong, PrizeMissing
from huiqun.lib.canonical import digest

SLOTS = 1_000_000
"""Chances are written in millionths."""
WORD = 8
SEED = 32


class DrawKind(StrEnum):
    LOTTERY = "lottery"
    WHEEL = "wheel"
    SCRATCH = "scratch"


class Outcome(StrEnum):
    """``GONE``: the number hit a prize of which nothing was left."""

    WON = "won"
    GONE = "gone"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Odds:
    """One prize: the slots that hit it are ``chance`` of a million, and the first ``pieces`` who do win it."""

    place: int
    benefit_id: int
    terms_digest: str
    chance: int
    pieces: int


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What became of a ticket. ``turn`` counts those who hit the same prize, this one included."""

    number: int
    slot: int
    place: int | None
    turn: int | None
    outcome: str
    because: str = ""


def new_commitment(seed: bytes) -> str:
    return sha256(seed).hexdigest()


def rules_digest(*, draw_id: int, kind: str, start_at: str, end_at: str, odds: Sequence[Odds]) -> str:
    """Of all that decides who wins what; published together with the seed's digest."""
    return digest(rules_of(draw_id=draw_id, kind=kind, start_at=start_at, end_at=end_at, odds=odds))


def rules_of(*, draw_id: int, kind: str, start_at: str, end_at: str, odds: Sequence[Odds]) -> dict[str, Any]:
    prizes = [asdict(each) for each in odds]
    return {"draw_id": draw_id, "kind": kind, "start_at": start_at, "end_at": end_at, "prizes": prizes}


def check_odds(odds: Sequence[Odds]) -> None:
    """:raises PrizeMissing, ChancesWrong"""
    if not odds:
        raise PrizeMissing()
    total = sum(each.chance for each in odds)
    if total > SLOTS or any(each.chance < 1 or each.pieces < 1 for each in odds):
        raise ChancesWrong(total=f"{total / SLOTS:.4%}")


def slot_of(seed: bytes, *, draw_id: int, number: int) -> int:
    """The ticket's slot, each of ``SLOTS`` equally likely."""
    return next(
        found
        for word in _words(seed, draw_id, number)
        if (found := mapped(word, 8 * WORD, SLOTS)) is not None
    )


def mapped(word: int, bits: int, slots: int) -> int | None:
    """One of ``slots`` for a word of so many bits, or None for the words left over when they are dealt out
    evenly: to wrap these around would favour the first slots."""
    whole = (1 << bits) // slots * slots
    return word % slots if word < whole else None


def _words(seed: bytes, draw_id: int, number: int) -> Iterator[int]:
    attempt = 0
    while True:
        block = hmac.digest(seed, f"{draw_id}|{number}|{attempt}".encode(), "sha256")
        for start in range(0, len(block), WORD):
            yield int.from_bytes(block[start : start + WORD], "big")
        attempt += 1


def prize_at(slot: int, odds: Sequence[Odds]) -> Odds | None:
    """The prize that a slot hits: prizes lie one after the other from slot 0 on, and nothing behind them."""
    edge = 0
    for each in sorted(odds, key=lambda each: each.place):
        edge += each.chance
        if slot < edge:
            return each
    return None


def shown_chance(chance: int) -> str:
    """In percent, with as many digits as it takes: 1 of a million is 0.0001%."""
    return f"{chance / (SLOTS / 100):.4f}".rstrip("0").rstrip(".") + "%"
