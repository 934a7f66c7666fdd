"""Who wins follows from the seed alone, and no slot is favoured."""

from collections import Counter
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqun.benefits.rules.draws import (
    SLOTS,
    Drawn,
    Odds,
    Outcome,
    check_odds,
    mapped,
    prize_at,
    rules_digest,
    rules_of,
    shown_chance,
    slot_of,
)
from huiqun.benefits.rules.play_refusals import ChancesWrong, PrizeMissing
from huiqun.benefits.rules.proofs import Proof, Verdict, verify

SEED = bytes(range(32))


def odds(place: int, chance: int, pieces: int = 2) -> Odds:
    return Odds(place=place, benefit_id=place, terms_digest="", chance=chance, pieces=pieces)


@pytest.mark.parametrize(("bits", "slots"), [(8, 10), (8, 7), (8, 256), (16, 1000), (16, 6), (16, 65536)])
def test_every_slot_is_hit_by_equally_many_words(bits: int, slots: int) -> None:
    """Exact counts over all words there are; no more than one round of slots' worth of them is drawn again."""
    counted = Counter(mapped(word, bits, slots) for word in range(1 << bits))
    left_over = counted.pop(None, 0)
    assert set(counted) == set(range(slots))
    assert set(counted.values()) == {(1 << bits) // slots}
    assert left_over == (1 << bits) % slots


def test_the_edge_of_a_whole_word_is_exact() -> None:
    whole = (1 << 64) // SLOTS * SLOTS
    assert mapped(whole - 1, 64, SLOTS) == SLOTS - 1
    assert mapped(whole, 64, SLOTS) is None
    assert mapped((1 << 64) - 1, 64, SLOTS) is None


def test_a_hundred_thousand_tickets_are_spread_evenly() -> None:
    """Chi-square over 1,000 equal cells: 999 degrees of freedom, 1,143.9 at one in a thousand. The seed is fixed, so
    that this says something of the mapping and nothing of luck."""
    n, cells = 100_000, 1_000
    counted = Counter(slot_of(SEED, draw_id=1, number=number) * cells // SLOTS for number in range(1, n + 1))
    expected = n / cells
    chi_square = sum((counted[cell] - expected) ** 2 / expected for cell in range(cells))
    assert 857 < chi_square < 1_144


def test_a_slot_is_what_anybody_works_out() -> None:
    """By hand: the first eight bytes of HMAC-SHA-256(seed, "7|42|0") as a number, modulo a million."""
    import hmac

    word = int.from_bytes(hmac.new(SEED, b"7|42|0", sha256).digest()[:8], "big")
    assert word < (1 << 64) // SLOTS * SLOTS
    assert slot_of(SEED, draw_id=7, number=42) == word % SLOTS
    assert slot_of(SEED, draw_id=7, number=43) != slot_of(SEED, draw_id=8, number=43)


def test_prizes_lie_one_after_the_other() -> None:
    table = [odds(2, 5), odds(1, 10)]
    found = [prize_at(slot, table) for slot in (0, 9, 10, 14, 15, SLOTS - 1)]
    assert [each.place if each else None for each in found] == [1, 1, 2, 2, None, None]


@given(st.lists(st.integers(1, 400_000), min_size=1, max_size=2))
def test_a_prize_is_hit_by_as_many_slots_as_its_chance(chances: list[int]) -> None:
    table = [odds(place, chance) for place, chance in enumerate(chances, 1)]
    edges = [0, *(sum(chances[: place + 1]) for place in range(len(chances)))]
    for place in range(len(chances)):
        for slot in (edges[place], edges[place + 1] - 1):
            hit = prize_at(slot, table)
            assert hit is not None and hit.place == place + 1
    assert prize_at(edges[-1], table) is None


@pytest.mark.parametrize(
    "table", [[odds(1, 600_000), odds(2, 400_001)], [odds(1, 0)], [odds(1, 5, pieces=0)], [odds(1, -1)]]
)
def test_refuses_chances_that_are_none(table: list[Odds]) -> None:
    with pytest.raises(ChancesWrong):
        check_odds(table)


def test_refuses_a_draw_without_prizes() -> None:
    with pytest.raises(PrizeMissing):
        check_odds([])


@pytest.mark.parametrize(
    ("chance", "said"), [(1, "0.0001%"), (500_000, "50%"), (SLOTS, "100%"), (12_300, "1.23%")]
)
def test_a_chance_is_said_exactly(chance: int, said: str) -> None:
    assert shown_chance(chance) == said


def drawn_by(table: list[Odds], count: int) -> list[Drawn]:
    """An honest bank: tickets drawn in the order of their numbers."""
    turns: Counter[int] = Counter()
    tickets = []
    for number in range(1, count + 1):
        slot = slot_of(SEED, draw_id=7, number=number)
        hit = prize_at(slot, table)
        if hit is None:
            outcome, place, turn = Outcome.NOTHING, None, None
        else:
            turns[hit.place] += 1
            place, turn = hit.place, turns[hit.place]
            outcome = Outcome.WON if turn <= hit.pieces else Outcome.GONE
        tickets.append(Drawn(number=number, slot=slot, place=place, turn=turn, outcome=outcome))
    return tickets


def proof(tickets: list[Drawn], **over: Any) -> Proof:
    table = [odds(1, 300_000), odds(2, 200_000, pieces=5)]
    times = {"kind": "wheel", "start_at": "a", "end_at": "b"}
    values: dict[str, Any] = {
        "draw_id": 7,
        "rules": rules_of(draw_id=7, odds=table, **times),
        "rules_digest": rules_digest(draw_id=7, odds=table, **times),
        "seed_digest": sha256(SEED).hexdigest(),
        "seed": SEED.hex(),
        "issued": 40,
        "tickets": tickets,
    }
    return Proof(**(values | over))


HONEST = drawn_by([odds(1, 300_000), odds(2, 200_000, pieces=5)], 40)


def test_an_honest_draw_holds() -> None:
    verdict = verify(proof(HONEST))
    assert verdict == Verdict(
        tickets=40, drawn=40, won=verdict.won, gone=verdict.gone, nothing=verdict.nothing, problems=()
    )
    assert verdict.won == 7 and verdict.gone > 0 and verdict.nothing > 0


def swapped(number: int, **over: Any) -> list[Drawn]:
    return [replace(each, **over) if each.number == number else each for each in HONEST]


LOSER = next(each for each in HONEST if each.outcome == Outcome.NOTHING).number
WINNER = next(each for each in HONEST if each.outcome == Outcome.WON).number
LATE = next(each for each in HONEST if each.outcome == Outcome.GONE).number


@pytest.mark.parametrize(
    "cheating",
    [
        pytest.param(proof(HONEST, seed=bytes(32).hex()), id="another seed"),
        pytest.param(proof(HONEST, rules_digest="0" * 64), id="other chances"),
        pytest.param(proof(swapped(LOSER, outcome=Outcome.WON)), id="a winner who drew nothing"),
        pytest.param(proof(swapped(LOSER, slot=0, place=1, turn=1, outcome=Outcome.WON)), id="a forged slot"),
        pytest.param(proof(swapped(WINNER, outcome=Outcome.NOTHING)), id="a winner who was told nothing"),
        pytest.param(proof(swapped(WINNER, outcome=Outcome.GONE)), id="a winner who was told it had run out"),
        pytest.param(proof(swapped(LATE, outcome=Outcome.WON)), id="more won than there were"),
        pytest.param(proof([each for each in HONEST if each.number != WINNER]), id="a winner left out"),
        pytest.param(proof([*HONEST, HONEST[0]]), id="a ticket twice"),
        pytest.param(proof(HONEST, issued=39), id="a ticket that was never given out"),
    ],
)
def test_whatever_is_changed_shows(cheating: Proof) -> None:
    assert verify(cheating).problems
