"""What delivery announces. Ids, counts and digests only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from huiqun.lib.event import Event
from huiqun.lib.words import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class ChannelAccountSaved(Event):
    about: ClassVar[str] = "account_id"
    words = _("Channel account saved")
    account_id: int
    channel: str
    enabled: bool
    secret_changed: bool


@dataclass(frozen=True, kw_only=True)
class RunOpened(Event):
    """``campaign`` (or whoever ordered it) is told by ``ordered_by``, e.g. ``campaign:12``."""

    about: ClassVar[str] = "run_id"
    words = _("Sending run opened")
    run_id: int
    ordered_by: str
    digest: str
    audience: int


@dataclass(frozen=True, kw_only=True)
class RunGated(Event):
    """``reasons`` counts those dropped, of both arms."""

    about: ClassVar[str] = "run_id"
    words = _("Recipients passed the gates")
    run_id: int
    ordered_by: str
    audience: int
    queued: int
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunPaused(Event):
    """``because`` is "asked" or the code of the refusal that paused the run."""

    about: ClassVar[str] = "run_id"
    words = _("Sending paused")
    run_id: int
    ordered_by: str
    because: str


@dataclass(frozen=True, kw_only=True)
class RunResumed(Event):
    about: ClassVar[str] = "run_id"
    words = _("Sending resumed")
    run_id: int
    ordered_by: str


@dataclass(frozen=True, kw_only=True)
class RunCancelled(Event):
    about: ClassVar[str] = "run_id"
    words = _("Sending cancelled")
    run_id: int
    ordered_by: str
    dropped: int


@dataclass(frozen=True, kw_only=True)
class RunFinished(Event):
    """audience = sent + dropped + failed; ``root`` is the Merkle root over all recipients' outcomes."""

    about: ClassVar[str] = "run_id"
    words = _("Sending finished")
    run_id: int
    ordered_by: str
    audience: int
    sent: int
    dropped: int
    failed: int
    root: str


@dataclass(frozen=True, kw_only=True)
class TouchesSealed(Event):
    """A batch of the touch ledger: the rows of transactions ``first_xid`` ≤ xid < ``until_xid``."""

    about: ClassVar[str] = "batch_id"
    words = _("Touch records sealed")
    batch_id: int
    first_xid: int
    until_xid: int
    count: int
    root: str


@dataclass(frozen=True, kw_only=True)
class CustomerSuppressed(Event):
    about: ClassVar[str] = "customer_id"
    words = _("Customer blocked from contact")
    customer_id: int
    channel: str
    reason: str
    dropped: int


@dataclass(frozen=True, kw_only=True)
class SuppressionLifted(Event):
    about: ClassVar[str] = "customer_id"
    words = _("Block on contact lifted")
    customer_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class HistoryImported(Event):
    about: ClassVar[str] = "run_id"
    words = _("Past contacts imported")
    run_id: int
    ordered_by: str
    audience: int


@dataclass(frozen=True, kw_only=True)
class TestMessageSent(Event):
    about: ClassVar[str] = "account_id"
    words = _("Test message sent")
    account_id: int
    channel: str
    staff_id: int
