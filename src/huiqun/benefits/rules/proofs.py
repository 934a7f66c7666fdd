"""Working a finished draw out again from what was published. Pure: it needs the file and nothing of the bank's."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from huiqun.benefits.rules.draws import Drawn, Odds, Outcome, prize_at, slot_of
from huiqun.lib.canonical import digest
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class Problem:
    """``sentence`` is an English msgid with places for ``values``."""

    sentence: str
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``won``, ``gone`` and ``nothing`` are counts of tickets as they were worked out."""

    tickets: int
    drawn: int
    won: int
    gone: int
    nothing: int
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        return not self.problems


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What the bank published: before (the two digests), and after (the seed and what each ticket brought).
    ``issued`` is how many tickets were given out; undrawn ones brought nothing."""

    draw_id: int
    rules: Mapping[str, Any]
    rules_digest: str
    seed_digest: str
    seed: str
    issued: int
    tickets: Iterable[Drawn]


def verify(proof: Proof) -> Verdict:
    """Everything again, ticket by ticket."""
    check = _Check(proof)
    check.commitment()
    for ticket in proof.tickets:
        check.ticket(ticket)
    check.turns()
    return check.verdict()


class _Check:
    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.odds = [Odds(**each) for each in proof.rules["prizes"]]
        self.seed = bytes.fromhex(proof.seed)
        self.problems: list[Problem] = []
        self.outcomes: Counter[str] = Counter()
        self.seen: set[int] = set()
        self.by_place: dict[int, list[Drawn]] = defaultdict(list)

    def commitment(self) -> None:
        if sha256(self.seed).hexdigest() != self.proof.seed_digest:
            self._wrong(_("The seed is not the one whose digest was published before the draw."))
        if (
            digest(dict(self.proof.rules)) != self.proof.rules_digest
            or self.proof.rules["draw_id"] != self.proof.draw_id
        ):
            self._wrong(_("Prizes or chances are not those that were published before the draw."))

    def ticket(self, ticket: Drawn) -> None:
        if ticket.number in self.seen or not 1 <= ticket.number <= self.proof.issued:
            self._wrong(_("Ticket %(number)s is there twice, or was never given out."), number=ticket.number)
            return
        self.seen.add(ticket.number)
        self.outcomes[ticket.outcome] += 1
        slot = slot_of(self.seed, draw_id=self.proof.draw_id, number=ticket.number)
        prize = prize_at(slot, self.odds)
        if slot != ticket.slot or (prize.place if prize else None) != ticket.place:
            self._wrong(_("Ticket %(number)s did not draw what follows from the seed."), number=ticket.number)
        elif prize is None:
            if ticket.outcome != Outcome.NOTHING:
                self._wrong(_("Ticket %(number)s won without hitting a prize."), number=ticket.number)
        else:
            self.by_place[prize.place].append(ticket)

    def turns(self) -> None:
        """Those who hit one prize had turns 1, 2, 3 …; the first so many have won, the others not."""
        for prize in self.odds:
            hit = sorted(self.by_place[prize.place], key=lambda each: each.turn or 0)
            if [each.turn for each in hit] != list(range(1, len(hit) + 1)):
                self._wrong(_("The turns for prize %(place)s have a gap."), place=prize.place)
            for each in hit:
                expected = Outcome.WON if (each.turn or 0) <= prize.pieces else Outcome.GONE
                withheld = each.outcome == Outcome.GONE and bool(each.because)
                if each.outcome != expected and not withheld:
                    self._wrong(_("Ticket %(number)s was not treated by its turn."), number=each.number)

    def verdict(self) -> Verdict:
        return Verdict(
            tickets=self.proof.issued,
            drawn=len(self.seen),
            won=self.outcomes[Outcome.WON],
            gone=self.outcomes[Outcome.GONE],
            nothing=self.outcomes[Outcome.NOTHING],
            problems=tuple(self.problems),
        )

    def _wrong(self, sentence: str, **values: Any) -> None:
        self.problems.append(Problem(sentence=sentence, values=values))
