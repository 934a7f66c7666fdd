"""The scorecard: how many points a signal gives, and from how many points on what is done. No hidden rule beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huiqun.lib.canonical import digest
from huiqun.lib.words import gettext_noop as _
from huiqun.risk.rules.outcomes import Outcome
from huiqun.risk.rules.refusals import ScorecardWrong
from huiqun.risk.rules.signals import SIGNALS

HIGHEST = 1_000
LARGEST = 10**12


@dataclass(frozen=True, order=True)
class Band:
    """From ``limit`` on (for signals that are risky downward: at most ``limit``) the signal gives ``points``."""

    signal: str
    limit: int
    points: int


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """Of each signal the band with the most points among those reached counts; the sum decides."""

    bands: tuple[Band, ...]
    challenge: int
    hold: int
    refuse: int

    def plain(self) -> dict[str, Any]:
        return {
            "bands": [[band.signal, band.limit, band.points] for band in sorted(self.bands)],
            "challenge": self.challenge,
            "hold": self.hold,
            "refuse": self.refuse,
        }

    @property
    def digest(self) -> str:
        return digest(self.plain())


@dataclass(frozen=True, kw_only=True)
class Score:
    """``parts`` are the points by signal, most first."""

    points: int
    parts: tuple[tuple[str, int], ...]
    outcome: Outcome


def card_of(plain: Mapping[str, Any]) -> Scorecard:
    """:raises ScorecardWrong for what is not a scorecard"""
    try:
        card = Scorecard(
            bands=tuple(Band(str(name), int(limit), int(points)) for name, limit, points in plain["bands"]),
            challenge=int(plain["challenge"]),
            hold=int(plain["hold"]),
            refuse=int(plain["refuse"]),
        )
    except (KeyError, TypeError, ValueError):
        raise ScorecardWrong(what=_("it is not complete")) from None
    check_card(card)
    return card


def check_card(card: Scorecard) -> None:
    """:raises ScorecardWrong"""
    if not 0 < card.challenge <= card.hold <= card.refuse <= HIGHEST:
        raise ScorecardWrong(what=_("the three thresholds must rise from challenge to refusal"))
    if not card.bands:
        raise ScorecardWrong(what=_("it needs at least one signal that gives points"))
    seen = set()
    for band in card.bands:
        if band.signal not in SIGNALS:
            raise ScorecardWrong(what=_("it names a signal that does not exist"))
        if not 0 <= band.limit <= LARGEST or not 0 < band.points <= HIGHEST:
            raise ScorecardWrong(what=_("limits and points must be whole numbers and not negative"))
        if (band.signal, band.limit) in seen:
            raise ScorecardWrong(what=_("it names the same limit of a signal twice"))
        seen.add((band.signal, band.limit))


def reached(band: Band, value: int | float | None) -> bool:
    """What is not known gives no points."""
    if value is None:
        return False
    return value <= band.limit if SIGNALS[band.signal].less else value >= band.limit


def score(card: Scorecard, values: Mapping[str, int | float | None]) -> Score:
    parts: dict[str, int] = {}
    for band in card.bands:
        if reached(band, values.get(band.signal)):
            parts[band.signal] = max(band.points, parts.get(band.signal, 0))
    points = sum(parts.values())
    ordered = tuple(sorted(parts.items(), key=lambda part: (-part[1], part[0])))
    return Score(points=points, parts=ordered, outcome=outcome_of(card, points))


def outcome_of(card: Scorecard, points: int) -> Outcome:
    if points >= card.refuse:
        return Outcome.REFUSE
    if points >= card.hold:
        return Outcome.HOLD
    return Outcome.CHALLENGE if points >= card.challenge else Outcome.ALLOW


AS_DELIVERED = Scorecard(
    bands=(
        Band("device_people_week", 3, 25),
        Band("device_people_week", 5, 60),
        Band("device_people_week", 10, 100),
        Band("device_claims_minute", 10, 25),
        Band("device_claims_hour", 40, 30),
        Band("address_claims_minute", 60, 10),
        Band("address_people_hour", 50, 15),
        Band("customer_claims_minute", 10, 20),
        Band("customer_pace", 10, 15),
        Band("account_days", 1, 15),
        Band("account_days", 7, 10),
        Band("payee_people", 2, 30),
        Band("payee_people", 4, 60),
        Band("document_people", 1, 60),
        Band("ring_size", 3, 35),
        Band("ring_size", 8, 60),
        Band("referrer_device", 1, 45),
    ),
    challenge=40,
    hold=60,
    refuse=100,
)
"""Until officers have activated one of their own. A network address alone never stops anybody: a whole branch, school
or company may share one."""
