"""What is told of activities."""

from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class ActivitySaved(Event):
    about = "activity_id"
    words = _("Activity changed")
    activity_id: int
    capacity: int


@dataclass(frozen=True, kw_only=True)
class ActivitySubmitted(Event):
    about = "activity_id"
    words = _("Activity sent to review")
    activity_id: int
    digest: str
    findings: int


@dataclass(frozen=True, kw_only=True)
class ActivityOpened(Event):
    about = "activity_id"
    words = _("Activity approved and open")
    activity_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class ActivityReturned(Event):
    about = "activity_id"
    words = _("Activity returned")
    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityCancelled(Event):
    about = "activity_id"
    words = _("Activity cancelled")
    activity_id: int
    registered: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ActivitySignedUp(Event):
    """``waits``: no seat was left, and the customer stands in line."""

    about = "activity_id"
    words = _("Customer signed up for an activity")
    activity_id: int
    registration_id: int
    customer_id: int
    waits: bool
    portrait: bool


@dataclass(frozen=True, kw_only=True)
class SignUpCancelled(Event):
    about = "activity_id"
    words = _("Sign-up cancelled")
    activity_id: int
    registration_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class SeatPassedOn(Event):
    """A seat that came free went to the first in line."""

    about = "activity_id"
    words = _("Seat passed to the next in line")
    activity_id: int
    registration_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityAttended(Event):
    """``scanned_at`` is when the code was read, which a telephone without a network tells later."""

    about = "activity_id"
    words = _("Customer took part in an activity")
    activity_id: int
    registration_id: int
    customer_id: int
    scanned_at: str


@dataclass(frozen=True, kw_only=True)
class PortraitConsentChanged(Event):
    about = "activity_id"
    words = _("Consent to pictures changed")
    activity_id: int
    registration_id: int
    customer_id: int
    given: bool


@dataclass(frozen=True, kw_only=True)
class ActivityReminded(Event):
    about = "activity_id"
    words = _("Activity is tomorrow")
    activity_id: int
    registered: int
    waiting: int
