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
    on_doubt: str = ""


@dataclass(frozen=True, kw_only=True)
class ChannelAccountTripped(Event):
    """The account does not answer and is left alone for a while; ``troubles`` messages in a row had no answer."""

    about: ClassVar[str] = "account_id"
    words = _("Channel account does not answer")
    account_id: int
    code: str
    troubles: int


@dataclass(frozen=True, kw_only=True)
class ChannelAccountProbed(Event):
    about: ClassVar[str] = "account_id"
    words = _("Channel account tried with one message")
    account_id: int


@dataclass(frozen=True, kw_only=True)
class ChannelAccountRecovered(Event):
    about: ClassVar[str] = "account_id"
    words = _("Channel account answers again")
    account_id: int


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
class RunPaced(Event):
    """Messages a second from now on; None is as fast as the accounts may."""

    about: ClassVar[str] = "run_id"
    words = _("Sending speed changed")
    run_id: int
    ordered_by: str
    per_second: int | None


@dataclass(frozen=True, kw_only=True)
class UncertainResolved(Event):
    """What somebody decided about messages of unknown outcome: "resend", "count_as_sent" or "give_up"."""

    about: ClassVar[str] = "run_id"
    words = _("Uncertain messages resolved")
    run_id: int
    ordered_by: str
    resolution: str
    recipient_ids: tuple[int, ...]


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
    """``until`` is the last day of a block that somebody set an end to."""

    about: ClassVar[str] = "customer_id"
    words = _("Customer blocked from contact")
    customer_id: int
    channel: str
    reason: str
    dropped: int
    until: str = ""


@dataclass(frozen=True, kw_only=True)
class SuppressionLifted(Event):
    about: ClassVar[str] = "customer_id"
    words = _("Block on contact lifted")
    customer_id: int
    channel: str
    reason: str = ""


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


@dataclass(frozen=True, kw_only=True)
class SmsTermsSaved(Event):
    """``price`` is that of a thousand segments, in fen."""

    about: ClassVar[str] = "account_id"
    words = _("SMS terms of a channel account saved")
    account_id: int
    demands: str
    price: int


@dataclass(frozen=True, kw_only=True)
class SmsSignatureApplied(Event):
    about: ClassVar[str] = "account_id"
    words = _("SMS signature applied for")
    account_id: int
    signature_id: int


@dataclass(frozen=True, kw_only=True)
class SmsSignatureDecided(Event):
    """``state`` is approved, refused or expired: what the operator said, as staff entered it, or the day it ended."""

    about: ClassVar[str] = "account_id"
    words = _("SMS signature decided by the operator")
    account_id: int
    signature_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class SmsTemplateApplied(Event):
    about: ClassVar[str] = "account_id"
    words = _("SMS template applied for")
    account_id: int
    template_id: int


@dataclass(frozen=True, kw_only=True)
class SmsTemplateDecided(Event):
    """``state`` as of a signature's."""

    about: ClassVar[str] = "account_id"
    words = _("SMS template decided by the operator")
    account_id: int
    template_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class SuppressionListBrought(Event):
    about: ClassVar[str] = "list_id"
    words = _("Suppression list brought in for a check")
    list_id: int
    file_digest: str
    lines: int


@dataclass(frozen=True, kw_only=True)
class SuppressionListApplied(Event):
    """``root`` is the Merkle root over what was blocked: customer, channel, reason, until. ``dropped`` messages
    were waiting for them."""

    about: ClassVar[str] = "list_id"
    words = _("Suppression list taken in")
    list_id: int
    tally: Mapping[str, int]
    dropped: int
    root: str


@dataclass(frozen=True, kw_only=True)
class SuppressionListDiscarded(Event):
    about: ClassVar[str] = "list_id"
    words = _("Suppression list discarded")
    list_id: int


@dataclass(frozen=True, kw_only=True)
class SuppressionsExported(Event):
    words = _("Suppression list exported")
    count: int
    purpose: str


@dataclass(frozen=True, kw_only=True)
class LiftAsked(Event):
    """Of a block that stands for a complaint; ``reason`` is what the person says who asks."""

    about: ClassVar[str] = "customer_id"
    words = _("Lifting of a complaint's block asked for")
    customer_id: int
    channel: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class LiftRefused(Event):
    about: ClassVar[str] = "customer_id"
    words = _("Lifting of a complaint's block refused")
    customer_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class TopicRefused(Event):
    """``dropped`` waiting messages were about it; ``source`` is where it was said."""

    about: ClassVar[str] = "customer_id"
    words = _("Topic refused")
    customer_id: int
    topic: str
    source: str
    dropped: int


@dataclass(frozen=True, kw_only=True)
class TopicAllowed(Event):
    about: ClassVar[str] = "customer_id"
    words = _("Topic allowed again")
    customer_id: int
    topic: str
    source: str


@dataclass(frozen=True, kw_only=True)
class CustomerRecognised(Event):
    """A customer on the phone has given the one-time code that was sent to the number or address on file."""

    about: ClassVar[str] = "customer_id"
    words = _("Customer recognised by a one-time code")
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class TouchMonthArchived(Event):
    """A month of the touch ledger moved to the lake: its Merkle root over all rows, and its file's digest."""

    about: ClassVar[str] = "month"
    words = _("A month of the message log moved to the lake")
    month: str
    rows: int
    root: str
    file_digest: str


@dataclass(frozen=True, kw_only=True)
class TouchMonthDeleted(Event):
    """Its time had passed. The sealed roots of its rows stay; the rows are no more."""

    about: ClassVar[str] = "month"
    words = _("A month of the message log deleted, its time having passed")
    month: str
    rows: int
    root: str


@dataclass(frozen=True, kw_only=True)
class TouchMonthDamaged(Event):
    about: ClassVar[str] = "month"
    words = _("A month of the message log differs from what was sealed")
    month: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class RowsForgotten(Event):
    """Rows whose declared time had passed (``delivery.rules.retention``): all before the day ``before``."""

    about: ClassVar[str] = "rows_of"
    words = _("Rows deleted, their time having passed")
    rows_of: str
    before: str
    count: int


@dataclass(frozen=True, kw_only=True)
class MessageLogExported(Event):
    """``asked`` is what was searched for, without anything that names a person: kinds of filters and ids."""

    words = _("Message log exported")
    count: int
    purpose: str
    asked: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class SmsProofKept(Event):
    """The file that shows the bank's right to a signature."""

    about: ClassVar[str] = "account_id"
    words = _("Proof of the right to an SMS signature kept")
    account_id: int
    signature_id: int
    digest: str
