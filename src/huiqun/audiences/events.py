"""What happens to audiences."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class AudienceSaved(Event):
    """A new audience, or a new version of one."""

    about: ClassVar[str] = "audience_id"
    words = _("Audience saved")
    audience_id: int
    number: int
    rule_digest: str


@dataclass(frozen=True, kw_only=True)
class AudienceArchived(Event):
    about: ClassVar[str] = "audience_id"
    words = _("Audience archived")
    audience_id: int


@dataclass(frozen=True, kw_only=True)
class SnapshotFrozen(Event):
    """Who an audience was on one day: counts, and the digest of the file that holds the ids."""

    about: ClassVar[str] = "audience_id"
    words = _("Audience snapshot frozen")
    audience_id: int
    snapshot_id: int
    number: int
    key: str
    lake_version: int
    count: int
    treatment: int
    control: int
    file_digest: str


@dataclass(frozen=True, kw_only=True)
class DeliveryTakenIn(Event):
    """A file of the bank's daily deliveries has been checked and staged for the lake."""

    about: ClassVar[str] = "delivery_id"
    words = _("Data delivery taken in")
    delivery_id: int
    dataset: str
    file_digest: str
    rows: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class DeliveryRefused(Event):
    """A delivered file could not be taken in as a whole; its page says why."""

    about: ClassVar[str] = "delivery_id"
    words = _("Data delivery refused")
    delivery_id: int
    dataset: str
    file_digest: str


@dataclass(frozen=True, kw_only=True)
class DeliveryLate(Event):
    """A source's file of ``day`` had not come when it was due: once for each day."""

    words = _("Data delivery late")
    source: str
    dataset: str
    day: date


@dataclass(frozen=True, kw_only=True)
class _MembersChanged(Event):
    """How many, and the digest of the file that holds their ids. ``because`` is "first" (the audience had not
    been worked out before), "rule" (it has a new version), "data" or "day" (only the calendar moved on)."""

    about: ClassVar[str] = "audience_id"
    audience_id: int
    number: int
    because: str
    as_of: date
    lake_version: int
    count: int
    ids_digest: str


@dataclass(frozen=True, kw_only=True)
class CustomersEntered(_MembersChanged):
    """Customers who are in an audience now and were not before."""

    words = _("Customers entered the audience")


@dataclass(frozen=True, kw_only=True)
class CustomersLeft(_MembersChanged):
    """Customers who were in an audience and are no more."""

    words = _("Customers left the audience")


@dataclass(frozen=True, kw_only=True)
class AudienceSizeMoved(Event):
    """An audience's size is further from that of the day before than its watch allows: once a day."""

    about: ClassVar[str] = "audience_id"
    words = _("Audience size moved")
    audience_id: int
    day: date
    before: int
    after: int
    percent: int


@dataclass(frozen=True, kw_only=True)
class SizeWatchSet(Event):
    """``percent`` None: nobody is to be told any more."""

    about: ClassVar[str] = "audience_id"
    words = _("Size alert of an audience set")
    audience_id: int
    percent: int | None


@dataclass(frozen=True, kw_only=True)
class SnapshotsScheduled(Event):
    about: ClassVar[str] = "audience_id"
    words = _("Snapshots of an audience scheduled")
    audience_id: int
    schedule_id: int
    rhythm: str


@dataclass(frozen=True, kw_only=True)
class SnapshotScheduleEnded(Event):
    about: ClassVar[str] = "audience_id"
    words = _("Snapshot schedule of an audience ended")
    audience_id: int
    schedule_id: int


@dataclass(frozen=True, kw_only=True)
class MemberLookedUp(Event):
    """Somebody asked whether a customer is in an audience, and why."""

    about: ClassVar[str] = "audience_id"
    words = _("Looked up whether a customer is in an audience")
    audience_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class MembersExported(Event):
    """Customer numbers of an audience's members left the system, ``masked`` or not. ``mark`` is on every line
    of the file."""

    about: ClassVar[str] = "audience_id"
    words = _("Members of an audience exported")
    audience_id: int
    number: int
    purpose: str
    reason: str
    of_branch_id: int
    lake_version: int
    count: int
    mark: str
    masked: bool = False


@dataclass(frozen=True, kw_only=True)
class SnapshotMembersRead(Event):
    """A program read one page of who is in a snapshot, with customer numbers ``masked`` or not."""

    about: ClassVar[str] = "snapshot_id"
    words = _("Members of a snapshot read by a program")
    snapshot_id: int
    api_key_id: int
    purpose: str
    count: int
    is_first: bool
    masked: bool
