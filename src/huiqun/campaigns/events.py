"""What a campaign announces."""

from dataclasses import dataclass
from typing import ClassVar

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class CampaignEvent(Event):
    about: ClassVar[str] = "campaign_id"
    campaign_id: int


@dataclass(frozen=True, kw_only=True)
class CampaignCreated(CampaignEvent):
    words = _("Campaign created")
    playbook: str


@dataclass(frozen=True, kw_only=True)
class CampaignEdited(CampaignEvent):
    """``part`` is what was edited; ``edition`` is the number it has now."""

    words = _("Campaign edited")
    part: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class CampaignSubmitted(CampaignEvent):
    words = _("Campaign submitted for review")
    dossier_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class CampaignStarted(CampaignEvent):
    words = _("Campaign started")
    snapshot_id: int
    run_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class SizeApproved(CampaignEvent):
    """A second person has answered for how many customers the campaign goes to."""

    words = _("Size approved by a second person")
    digest: str
    audience: int


@dataclass(frozen=True, kw_only=True)
class SizeLimitsSet(Event):
    words = _("Limits on the size of campaigns set")
    second_from: int
    most_percent: int


@dataclass(frozen=True, kw_only=True)
class CampaignPaused(CampaignEvent):
    words = _("Campaign paused")


@dataclass(frozen=True, kw_only=True)
class CampaignResumed(CampaignEvent):
    words = _("Campaign resumed")


@dataclass(frozen=True, kw_only=True)
class CampaignCancelled(CampaignEvent):
    words = _("Campaign cancelled")
    reason: str


@dataclass(frozen=True, kw_only=True)
class CampaignFinished(CampaignEvent):
    words = _("Campaign finished")
    run_id: int


@dataclass(frozen=True, kw_only=True)
class PastCampaignRecorded(CampaignEvent):
    """A campaign of before, taken over with its contacts; nothing was sent by this system."""

    words = _("Past campaign taken over")
    contacts: int


@dataclass(frozen=True, kw_only=True)
class CustomerJoined(CampaignEvent):
    words = _("Customer took part")
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class InterestExpressed(CampaignEvent):
    """The customer asks for the product; the conversion itself is read from the bank's data."""

    words = _("Customer asked for the product")
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class StageReleased(CampaignEvent):
    """A stage of a gradual release has begun, as a run of its own."""

    words = _("Stage released")
    number: int
    step: str
    run_id: int
    people: int


@dataclass(frozen=True, kw_only=True)
class ReleaseStopped(CampaignEvent):
    """``because`` is complaints, unsubscribes or failures: ``cases`` of ``tried`` people."""

    words = _("Release stopped by itself")
    number: int
    run_id: int
    because: str
    tried: int
    cases: int


@dataclass(frozen=True, kw_only=True)
class BlockSaved(Event):
    """``ended`` are the campaigns whose review or approval ended because they use the block."""

    about: ClassVar[str] = "block_id"
    words = _("Shared block saved")
    block_id: int
    key: str
    version: int
    ended: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LinkRevoked(CampaignEvent):
    """``number`` is the link's in the dossier; ``reason`` is what the person says who revokes."""

    words = _("Link revoked")
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class LinkRestored(CampaignEvent):
    words = _("Link leads on again")
    number: int
