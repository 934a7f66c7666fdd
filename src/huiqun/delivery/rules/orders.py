"""What a caller orders: to whom, with which approved words, through which channels, under which limits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

import pyarrow as pa

from huiqun.delivery.rules.refusals import OrderInvalid
from huiqun.lib.words import gettext_noop as _

USUAL_PRIORITY, HIGHEST_PRIORITY = 50, 100


@dataclass(frozen=True, kw_only=True)
class VariantPlan:
    key: str
    weight: int = 1


@dataclass(frozen=True, kw_only=True)
class ChannelPlan:
    """One way to reach people; the order's tuple of them is in order of preference."""

    channel: str
    account_id: int
    variants: tuple[VariantPlan, ...]


@dataclass(frozen=True, kw_only=True)
class Cap:
    """At most ``count`` messages in the last ``days`` local days, today included.

    Of one channel and one topic; "" is all of them. ``every_purpose`` counts service messages and surveys too.
    """

    count: int
    days: int
    channel: str = ""
    topic: str = ""
    every_purpose: bool = False


@dataclass(frozen=True, kw_only=True)
class Caps:
    """How often one person may be written to, in calendar days of the customer's own time zone.

    ``per_channel_days`` 7 means: at most ``per_channel_limit`` per channel within 7 days; a mapping
    ({"sms": 7, "email": 3}) sets it channel by channel. ``per_topic_days`` counts messages of the run's own
    topic, ``all_channels_days`` all channels together: these three within the run's purpose. ``overall_days``
    counts everything the bank sends, whatever its purpose. 0 days is no cap.
    """

    per_channel_days: int | Mapping[str, int] = 0
    per_channel_limit: int = 1
    per_topic_days: int = 0
    per_topic_limit: int = 1
    all_channels_days: int = 0
    all_channels_limit: int = 1
    overall_days: int = 0
    overall_limit: int = 1

    def for_message(self, *, channel: str, topic: str = "") -> tuple[Cap, ...]:
        """The caps that a message by ``channel`` about ``topic`` must keep."""
        days = self.per_channel_days
        own = days if isinstance(days, int) else days.get(channel, 0)
        caps = (
            Cap(count=self.per_channel_limit, days=own, channel=channel),
            Cap(count=self.per_topic_limit, days=self.per_topic_days if topic else 0, topic=topic),
            Cap(count=self.all_channels_limit, days=self.all_channels_days),
            Cap(count=self.overall_limit, days=self.overall_days, every_purpose=True),
        )
        return tuple(cap for cap in caps if cap.days > 0)


class Closed(StrEnum):
    """What becomes of a message whose time is a quiet hour or a public holiday."""

    SEND = "send"
    HOLD = "hold"
    DROP = "drop"


@dataclass(frozen=True, kw_only=True)
class RunOrder:
    """``members`` are Arrow batches of customer_id (int64), arm, bucket (int32), as a snapshot gives them.

    ``values`` are the merge values that are the same for everybody (bank, product). ``step`` tells
    several runs of one approved dossier apart; ordering the same step twice gives the same run.
    ``product_risk`` is the higher of the issuer's and the bank's rating. A person whom a run of higher
    ``priority`` reaches today gets nothing of this one.
    """

    subject: str
    branch_id: int
    digest: str
    members: Iterable[pa.RecordBatch]
    channels: tuple[ChannelPlan, ...]
    purpose: str = "marketing"
    product_kind: str | None = None
    product_risk: int | None = None
    caps: Caps = field(default_factory=Caps)
    topic: str = ""
    priority: int = USUAL_PRIORITY
    quiet_hours: tuple[time, time] | None = None
    on_quiet: Closed = Closed.HOLD
    on_holidays: Closed = Closed.SEND
    deadline_at: datetime | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    link_base: str = ""
    step: str = ""


def check_order(order: RunOrder) -> None:
    """:raises OrderInvalid"""
    if not order.channels:
        raise OrderInvalid(problem=_("no channel is planned"))
    names = [plan.channel for plan in order.channels]
    if len(set(names)) != len(names):
        raise OrderInvalid(problem=_("a channel is planned twice"))
    for plan in order.channels:
        if not plan.variants or any(variant.weight < 0 for variant in plan.variants):
            raise OrderInvalid(problem=_("a channel has no variant, or one of negative weight"))
        if not sum(variant.weight for variant in plan.variants):
            raise OrderInvalid(problem=_("the variants of a channel have no weight"))
    if not 0 <= order.priority <= HIGHEST_PRIORITY:
        raise OrderInvalid(problem=_("its priority is not between 0 and 100"))
    if order.on_quiet == Closed.SEND:
        raise OrderInvalid(problem=_("quiet hours hold or drop; they cannot be passed over"))
