"""What customers come with, its states and its clocks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from huiqun.feedback.rules.refusals import (
    AnswerMissing,
    CaseClosed,
    CaseEmpty,
    CaseNotClosed,
    CaseTooLong,
    NotExtendable,
)
from huiqun.lib.business_hours import add_working_hours
from huiqun.lib.days import local_date


class Kind(StrEnum):
    QUESTION = "question"
    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"


class Category(StrEnum):
    MESSAGES = "messages"
    BENEFITS = "benefits"
    ACTIVITIES = "activities"
    PRODUCTS = "products"
    FEES = "fees"
    COUNTER = "counter"
    STAFF = "staff"
    APP = "app"
    PRIVACY = "privacy"
    OTHER = "other"


class CaseState(StrEnum):
    """``NEW`` waits for somebody to take it; ``ANSWERED`` waits for its closing or the customer's next words."""

    NEW = "new"
    WORKING = "working"
    ANSWERED = "answered"
    CLOSED = "closed"


class EntryKind(StrEnum):
    CUSTOMER = "customer"
    ANSWER = "answer"
    NOTE = "note"
    HANDED_OVER = "handed_over"
    EXTENDED = "extended"


class Clock(StrEnum):
    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    MET = "met"
    MISSED = "missed"


OPEN_STATES = (CaseState.NEW, CaseState.WORKING, CaseState.ANSWERED)
UNANSWERED = (CaseState.NEW, CaseState.WORKING)

ANSWER_HOURS, REMIND_HOURS = 72, 48
"""The bank's own promise: hours by the calendar, nights and holidays too. What it reminds of after how many."""
QUESTION_HOURS = 8
"""A question handed to a person: hours of work."""
DECISION_DAYS, LONGEST_DAYS = 15, 60
"""What the regulator gives for the decision on a complaint; the longer time takes a reason and the head office."""
SOON_DAYS = 3
COME_BACK_DAYS = 30
LONGEST_WORDS = 2000


@dataclass(frozen=True, kw_only=True)
class Clocks:
    answer_due_at: datetime
    decide_due_date: date | None


def clocks_for(kind: Kind, *, at: datetime) -> Clocks:
    """What runs from the moment at which a case comes in. The day itself does not count."""
    if kind == Kind.QUESTION:
        return Clocks(answer_due_at=add_working_hours(at, QUESTION_HOURS), decide_due_date=None)
    due = at + timedelta(hours=ANSWER_HOURS)
    days = local_date(at) + timedelta(days=DECISION_DAYS)
    return Clocks(answer_due_at=due, decide_due_date=days if kind == Kind.COMPLAINT else None)


def remind_at(*, received_at: datetime, answer_due_at: datetime) -> datetime:
    """After two thirds of the time to answer: 48 of 72 hours."""
    return received_at + (answer_due_at - received_at) * (REMIND_HOURS / ANSWER_HOURS)


def answer_clock(
    *, began_at: datetime, due_at: datetime, answered_at: datetime | None, now: datetime
) -> Clock:
    if answered_at is not None:
        return Clock.MET if answered_at <= due_at else Clock.MISSED
    if now > due_at:
        return Clock.LATE
    return Clock.SOON if now >= remind_at(received_at=began_at, answer_due_at=due_at) else Clock.RUNNING


def decision_clock(*, due: date | None, closed_at: datetime | None, today: date) -> Clock | None:
    if due is None:
        return None
    if closed_at is not None:
        return Clock.MET if local_date(closed_at) <= due else Clock.MISSED
    if today > due:
        return Clock.LATE
    return Clock.SOON if due - today <= timedelta(days=SOON_DAYS) else Clock.RUNNING


def checked_words(words: str) -> str:
    """:raises CaseEmpty, CaseTooLong"""
    words = words.strip()
    if not words:
        raise CaseEmpty
    if len(words) > LONGEST_WORDS:
        raise CaseTooLong(most=LONGEST_WORDS)
    return words


def check_open(state: str) -> None:
    """:raises CaseClosed"""
    if state == CaseState.CLOSED:
        raise CaseClosed


def check_close(*, state: str, answered_at: datetime | None) -> None:
    """Nothing is closed over the customer's head. :raises CaseClosed, AnswerMissing"""
    check_open(state)
    if answered_at is None or state != CaseState.ANSWERED:
        raise AnswerMissing


def check_extend(*, kind: str, state: str, received_at: datetime, due: date | None, today: date) -> date:
    """The longest day for a complaint that takes longer. :raises NotExtendable"""
    longest = local_date(received_at) + timedelta(days=LONGEST_DAYS)
    if kind != Kind.COMPLAINT or state == CaseState.CLOSED or due is None or due >= longest or today > due:
        raise NotExtendable
    return longest


def check_rating(*, state: str, rating: int) -> None:
    """:raises CaseNotClosed"""
    if state != CaseState.CLOSED or not 1 <= rating <= 5:
        raise CaseNotClosed


def may_come_back(*, state: str, closed_at: datetime | None, now: datetime) -> bool:
    if state != CaseState.CLOSED or closed_at is None:
        return True
    return now - closed_at <= timedelta(days=COME_BACK_DAYS)
