"""What happens to audiences."""

from dataclasses import dataclass
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
