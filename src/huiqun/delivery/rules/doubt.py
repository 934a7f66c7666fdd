"""What to do when nobody knows: an answer that was lost, an account that does not answer."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from huiqun.lib.waits import growing
from huiqun.lib.words import gettext_noop as _


class OnDoubt(StrEnum):
    """For accounts that cannot be asked again by a key: what an unknown outcome counts as."""

    LOSS = "loss"
    REPEAT = "repeat"


ON_DOUBT_WORDS = {
    OnDoubt.LOSS: _("Do not send again: rather one message lost than one twice"),
    OnDoubt.REPEAT: _("Send again: rather one message twice than one lost"),
}


class Resolution(StrEnum):
    """What people decide about a message of unknown outcome."""

    RESEND = "resend"
    COUNT_AS_SENT = "count_as_sent"
    GIVE_UP = "give_up"


RESOLUTION_WORDS = {
    Resolution.RESEND: _("Send again"),
    Resolution.COUNT_AS_SENT: _("Count as sent"),
    Resolution.GIVE_UP: _("Give up"),
}


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


BREAKER_WORDS = {
    BreakerState.CLOSED: _("Answers"),
    BreakerState.OPEN: _("Does not answer; resting"),
    BreakerState.HALF_OPEN: _("Being tried with one message"),
}
BREAKER_COLOURS = {BreakerState.CLOSED: "green", BreakerState.OPEN: "red", BreakerState.HALF_OPEN: "gold"}

SOFT_BOUNCES, SOFT_BOUNCE_DAYS = 3, 30
"""So many undelivered messages in so many days block a contact, where the account says nothing else."""

TRIP_AFTER = 20
"""So many messages one after the other without an answer, and the account is left alone for a while."""

FIRST_REST, LONGEST_REST = 10.0, 300.0
PROBE_SECONDS = 30
"""Within this time whoever tries a resting account has told how it went, or another may try."""


@dataclass(frozen=True)
class Health:
    """What a batch says about its account: in the order of the answers, the last ones count."""

    answered: int
    troubles_at_end: int
    code: str = ""


def rest(times: int, spread: float) -> timedelta:
    """How long an account rests that was found dead ``times`` times in a row; ``spread`` in 0…1."""
    return growing(times, spread, first=FIRST_REST, longest=LONGEST_REST)


def after(state: BreakerState, troubles: int, seen: Health) -> tuple[BreakerState, int]:
    """State and count of troubles after a batch. One message decides for an account that was being tried."""
    total = seen.troubles_at_end if seen.answered else troubles + seen.troubles_at_end
    if state == BreakerState.CLOSED:
        return (BreakerState.OPEN if total >= TRIP_AFTER else BreakerState.CLOSED), total
    if seen.answered:
        return BreakerState.CLOSED, seen.troubles_at_end
    return (BreakerState.OPEN, total) if seen.troubles_at_end else (state, troubles)
