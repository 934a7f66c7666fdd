"""Who asks for a piece, and what is known of the asking."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from huiqun.benefits.rules.refusals import LimitReached, NotByTapping
from huiqun.benefits.rules.terms import BenefitTerms, Way
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal

PIECE = "piece:"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """How somebody came to ask. ``device`` and ``address`` are raw and are kept as keyed digests only.

    ``because`` is "" for the first piece and ``further_piece(n)`` for the n-th, where the terms give several:
    the page says which piece it asks for, so that two taps of one page are one claim.
    """

    device: str = ""
    address: str = ""
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimRequest:
    """One person's asking, as the steps of a claim see it. ``claim_id`` is 0 until the claim has its row.

    ``device`` and ``address`` are digests. ``granted`` says that the piece was earned or won, not tapped for.
    """

    benefit_id: int
    branch_id: int
    subject: str
    terms: BenefitTerms
    customer_id: int
    now: datetime
    because: str = ""
    device: str = ""
    address: str = ""
    granted: bool = False
    claim_id: int = 0

    def with_claim(self, claim_id: int) -> Self:
        return replace(self, claim_id=claim_id)


class Verdict(StrEnum):
    ALLOW = "allow"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """``refusal`` says why not and what to do next; what the judge wrote stays, though nothing is claimed.

    ``because`` is kept with a claim that waits for a person to decide.
    """

    verdict: Verdict
    refusal: Refusal | None = None
    because: str = ""


ALLOWED = Judgement(verdict=Verdict.ALLOW)


def further_piece(number: int) -> str:
    """What the n-th piece of one customer is asked for with."""
    return f"{PIECE}{number}" if number > 1 else ""


def piece_number(because: str) -> int:
    """Which piece of a customer this is; 0 for one that was not tapped for."""
    if not because:
        return 1
    number = because.removeprefix(PIECE)
    return int(number) if because != number and number.isdecimal() else 0


def check_tap(terms: BenefitTerms, because: str) -> None:
    """:raises NotByTapping, LimitReached for a piece beyond what one customer may have"""
    number = piece_number(because)
    if terms.way == Way.GRANT or not number:
        raise NotByTapping()
    most = terms.limits.get("customer", 1)
    if number > most:
        raise LimitReached(scope="customer", limit=most)


def usable_until(terms: BenefitTerms, now: datetime) -> date:
    """The last day of use of a piece that is claimed now."""
    if terms.use_days is None:
        return terms.use_last_date
    return min(terms.use_last_date, local_date(now) + timedelta(days=terms.use_days))
