"""What a campaign announces."""

from dataclasses import dataclass
from typing import ClassVar

from huiqun.lib.event import Event


@dataclass(frozen=True, kw_only=True)
class CampaignEvent(Event):
    about: ClassVar[str] = "campaign_id"
    campaign_id: int


@dataclass(frozen=True, kw_only=True)
class CampaignCreated(CampaignEvent):
    playbook: str


@dataclass(frozen=True, kw_only=True)
class CampaignEdited(CampaignEvent):
    """``part`` is what was edited; ``edition`` is the number it has now."""

    part: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class CampaignSubmitted(CampaignEvent):
    dossier_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class CampaignStarted(CampaignEvent):
    snapshot_id: int
    run_id: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class CampaignPaused(CampaignEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CampaignResumed(CampaignEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CampaignCancelled(CampaignEvent):
    reason: str


@dataclass(frozen=True, kw_only=True)
class CampaignFinished(CampaignEvent):
    run_id: int


@dataclass(frozen=True, kw_only=True)
class PastCampaignRecorded(CampaignEvent):
    """A campaign of before, taken over with its contacts; nothing was sent by this system."""

    contacts: int


@dataclass(frozen=True, kw_only=True)
class CustomerJoined(CampaignEvent):
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class InterestExpressed(CampaignEvent):
    """The customer asks for the product; the conversion itself is read from the bank's data."""

    customer_id: int
