"""What may become of a piece, and when it can no longer be used. Pure."""

from datetime import date, timedelta

from huiqun.benefits.rules.refusals_life import (
    ClaimExpired,
    ClaimHeld,
    ClaimOver,
    NotAcceptedYet,
    ReasonMissing,
)
from huiqun.benefits.rules.states import ClaimState
from huiqun.lib.words import gettext_noop as _

REMIND_DAYS = 3
"""So many days before the last one, customers are reminded."""
APPEAL_DAYS = 15
"""So long a customer may appeal, and the piece stays set aside."""

STATE_WORDS = {
    ClaimState.GRANTED: _("Granted"),
    ClaimState.HELD: _("Held for a person to decide"),
    ClaimState.CLAIMED: _("Claimed"),
    ClaimState.USED: _("Used"),
    ClaimState.EXPIRED: _("Time is over"),
    ClaimState.RETURNED: _("Returned"),
    ClaimState.REVOKED: _("Taken back by the bank"),
    ClaimState.PASSED: _("Passed on"),
}


def check_usable(state: ClaimState, *, last_day: date, today: date) -> None:
    """Why a piece that is not ready cannot be used. :raises ClaimExpired, NotAcceptedYet, ClaimHeld, ClaimOver"""
    if state is ClaimState.HELD:
        raise ClaimHeld()
    if state is ClaimState.EXPIRED or (
        state in (ClaimState.GRANTED, ClaimState.CLAIMED) and today > last_day
    ):
        raise ClaimExpired(day=last_day.isoformat())
    if state is ClaimState.GRANTED:
        raise NotAcceptedYet()
    if state is not ClaimState.CLAIMED:
        raise ClaimOver(state=STATE_WORDS[state])


def reminded_day(today: date) -> date:
    """The last day of those who are reminded today."""
    return today + timedelta(days=REMIND_DAYS)


def reason_given(text: str) -> str:
    """:raises ReasonMissing"""
    if not text.strip():
        raise ReasonMissing()
    return text.strip()[:200]
