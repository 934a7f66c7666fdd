"""Quests 任务: steps that bring tokens, which are worth something in that quest and until it ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from huiqun.benefits.rules.play_refusals import StepWrong, TooFewTokens

MOST_TOKENS = 1_000_000
MOST_DAYS = 366


class StepKind(StrEnum):
    """By coming back, because something happened, or because a condition is met."""

    CHECK_IN = "check_in"
    DEED = "deed"
    CONDITION = "condition"


class Deed(StrEnum):
    JOINED = "joined"
    CLAIMED = "claimed"
    REDEEMED = "redeemed"
    ANSWERED = "answered"
    PLAYED = "played"


@dataclass(frozen=True, kw_only=True)
class StepPlan:
    """``days`` of check-in, ``in_a_row`` or in all; ``deed`` about the campaign, benefit or game with number
    ``about`` (any when None); or a ``condition`` in the rule language."""

    name: str
    kind: StepKind
    tokens: int
    days: int = 0
    in_a_row: bool = False
    deed: str = ""
    about: int | None = None
    condition: dict[str, Any] = field(default_factory=dict)
    draw_id: int | None = None


def check_step(plan: StepPlan) -> None:
    """:raises StepWrong"""
    whole = {
        StepKind.CHECK_IN: 1 <= plan.days <= MOST_DAYS,
        StepKind.DEED: plan.deed in set(Deed),
        StepKind.CONDITION: bool(plan.condition),
    }
    rewarded = 0 <= plan.tokens <= MOST_TOKENS and (plan.tokens > 0 or plan.draw_id is not None)
    if not (plan.name.strip() and rewarded and whole[plan.kind]):
        raise StepWrong()


def days_done(days: Iterable[date], *, in_a_row: bool) -> int:
    """How many of the days of check-in count: all, or the longest run without a gap."""
    known = sorted(set(days))
    if not in_a_row:
        return len(known)
    return longest_run(known)


def longest_run(days: Sequence[date]) -> int:
    """Of ascending days."""
    best = run = 0
    before: date | None = None
    for day in days:
        run = run + 1 if before is not None and day - before == timedelta(days=1) else 1
        best, before = max(best, run), day
    return best


def check_balance(*, price: int, balance: int, token: str) -> None:
    """:raises TooFewTokens"""
    if balance < price:
        raise TooFewTokens(price=price, balance=balance, token=token)
