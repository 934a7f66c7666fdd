"""Referral (老带新): when somebody counts as brought, and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _

OPENED = "account_opened"
LATE_DAYS = 7
"""Deliveries come late: conversions are still looked for so long after an invitation's window."""


class ReferralState(StrEnum):
    """``STUCK``: earned, but a reward could not be given yet (sold out, stopped); tried again every night."""

    HELD = "held"
    STUCK = "stuck"
    REWARDED = "rewarded"
    REFUSED = "refused"
    REVERSED = "reversed"


class Why(StrEnum):
    SELF = "self"
    CIRCLE = "circle"
    CAPPED = "capped"
    NOT_NEW = "not_new"
    RISK = "risk"
    OFFICER = "officer"
    UNPAID = "unpaid"


WHY_WORDS: Mapping[Why, str] = {
    Why.SELF: _("Both are the same person, document, account, number or phone"),
    Why.CIRCLE: _("The two brought each other in a circle"),
    Why.CAPPED: _("The referrer has reached the cap"),
    Why.NOT_NEW: _("The invited person was a customer already"),
    Why.RISK: _("The scorecard refused it"),
    Why.OFFICER: _("A risk officer refused it"),
    Why.UNPAID: _("A reward could not be given; it is tried again every night"),
}


@dataclass(frozen=True, kw_only=True)
class ProgrammeTerms:
    """``conversion`` is a kind of delivered transaction, ``least_fen`` its least amount; a ``reversal_kind``
    within the window after it takes the rewards back. Days are inclusive."""

    name: str
    words: str
    referrer_benefit_id: int
    referee_benefit_id: int
    first_day: date
    last_day: date
    window_days: int = 30
    per_day: int = 5
    in_all: int = 50
    conversion: str = OPENED
    least_fen: int = 0
    reversal_kind: str = "account_closed"


@dataclass(frozen=True, kw_only=True)
class Party:
    """One of the two, by keyed digests."""

    customer_id: int
    document: str
    payee: str
    phone: str
    device: str


def is_self(one: Party, other: Party) -> bool:
    """The same person, or what only one person has."""
    if one.customer_id == other.customer_id:
        return True
    return any(
        getattr(one, name) and getattr(one, name) == getattr(other, name)
        for name in ("document", "payee", "phone", "device")
    )


def last_day_of(invited_at: datetime, window_days: int) -> date:
    return local_date(invited_at) + timedelta(days=window_days)


def check_programme(terms: ProgrammeTerms) -> None:
    """:raises ProgrammeWrong"""
    if not terms.name.strip() or not terms.words.strip():
        raise ProgrammeWrong(what=_("it needs a name and its terms in plain words"))
    if terms.last_day < terms.first_day or not 1 <= terms.window_days <= 180:
        raise ProgrammeWrong(what=_("its days must follow each other, with a window of 1 to 180 days"))
    if not 1 <= terms.per_day <= terms.in_all:
        raise ProgrammeWrong(what=_("the cap of a day must be at least one and within the cap in all"))
    if not terms.conversion.strip() or terms.least_fen < 0:
        raise ProgrammeWrong(what=_("it needs a conversion that the bank delivers, and no negative amount"))


class ProgrammeWrong(Refusal):
    code = "benefits.programme_wrong"
    sentence = _("This referral programme cannot be used: %(what)s. Mend it and try again.")
    status = 422


class ProgrammeNotFound(NotFound):
    code = "benefits.programme_not_found"
    sentence = _("There is no such referral programme, or it belongs to another branch.")


class ProgrammeClosed(Refusal):
    code = "benefits.programme_closed"
    sentence = _("This referral programme is not open now. Look at our other offers.")


class ProgrammeOpened(Refusal):
    code = "benefits.programme_opened"
    sentence = _("This referral programme has been opened already. End it and plan a new one.")


class OwnProgramme(Refusal):
    code = "benefits.own_programme"
    sentence = _("You planned this referral programme. A colleague has to open it.")
    status = 403


class RewardsNotReady(Refusal):
    code = "benefits.rewards_not_ready"
    sentence = _("Both rewards must be reviewed benefits that are given when something was reached.")


class InviteNotFound(NotFound):
    code = "benefits.invite_not_found"
    sentence = _("This invitation does not exist any more. Ask who sent it for a new one.")


class InvitesTooMany(Refusal):
    code = "benefits.invites_too_many"
    sentence = _("Too many numbers were given under this invitation today. Try again tomorrow.")
    status = 409


class NumberWrong(Refusal):
    code = "benefits.number_wrong"
    sentence = _("A mobile number has 11 digits and begins with 1. Type it in again.")
    status = 422
