"""What foundation itself announces."""

from collections.abc import Mapping
from dataclasses import dataclass

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class KeysRotated(Event):
    """Values that an older key held were encrypted again; ``what`` is the name they are registered by."""

    about = ""
    words = _("Encryption keys rotated")
    what: str
    rewritten: int


@dataclass(frozen=True, kw_only=True)
class LakeDiffered(Event):
    """On ``days`` days the lake did not hold as many rows as PostgreSQL had recorded: ``missing`` from it or
    in ``surplus``; ``mended`` when it does now. ``counts`` tells the first of those days."""

    about = "flow"
    words = _("Lake differed from the records")
    flow: str
    dataset: str
    days: int
    missing: int
    surplus: int
    mended: bool
    counts: tuple[Mapping[str, str | int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class LakeArchived(Event):
    """``files`` of old months moved to the archive, as ``version`` says."""

    about = ""
    words = _("Old months moved to the archive")
    version: int
    files: int


@dataclass(frozen=True, kw_only=True)
class LakeDamaged(Event):
    """Files of the lake that are gone or are not what was written, found by the nightly check."""

    about = ""
    words = _("Damaged files found in the lake")
    version: int
    files: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProgramActed(Event):
    """One call of a program was carried out, once; the domain's own fact says what it did. ``operation`` is the
    name of the address."""

    about = "api_key_id"
    words = _("Carried out by a program")
    api_key_id: int
    operation: str


@dataclass(frozen=True, kw_only=True)
class WebhookEvent(Event):
    about = "endpoint_id"
    endpoint_id: int


@dataclass(frozen=True, kw_only=True)
class WebhookSaved(WebhookEvent):
    """Made or changed: which host is told which kinds of facts."""

    words = _("Webhook saved")
    host: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WebhookSwitched(WebhookEvent):
    words = _("Webhook switched on or off")
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class WebhookSecretChanged(WebhookEvent):
    """The one before is good until ``old_until``."""

    words = _("Webhook secret changed")
    old_until: str


@dataclass(frozen=True, kw_only=True)
class WebhookTripped(WebhookEvent):
    """It failed so often in a row that it is left alone for a while."""

    words = _("Webhook does not answer")
    code: str


@dataclass(frozen=True, kw_only=True)
class WebhookRecovered(WebhookEvent):
    words = _("Webhook answers again")


@dataclass(frozen=True, kw_only=True)
class WebhookGivenUp(WebhookEvent):
    """A fact was not taken however often it was told. ``told_id`` is the fact's."""

    words = _("Webhook delivery given up")
    delivery_id: int
    told_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class WebhookResent(WebhookEvent):
    words = _("Webhook deliveries sent again")
    deliveries: int


@dataclass(frozen=True, kw_only=True)
class SourceEvent(Event):
    about = "source_id"
    source_id: int


@dataclass(frozen=True, kw_only=True)
class EventSourceSaved(SourceEvent):
    """Made or changed: which kinds of events it may tell us of."""

    words = _("Event source saved")
    kinds: tuple[str, ...]
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class EventSourceSecretChanged(SourceEvent):
    words = _("Event source secret changed")
    old_until: str


@dataclass(frozen=True, kw_only=True)
class EventsTakenIn(SourceEvent):
    """One round of what a source told us: taken in, and refused by reason."""

    words = _("Events of a source taken in")
    taken: int
    refused: Mapping[str, int]
