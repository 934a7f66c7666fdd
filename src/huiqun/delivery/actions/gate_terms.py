"""What the gate is told before it judges anybody: the run's terms, the clocks, the quotas, the rivals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from huiqun.customers import queries as customers
from huiqun.delivery.models import ChannelAccount, Run
from huiqun.delivery.queries.rivals import Rivals, rivals_of
from huiqun.delivery.queries.topics import is_refused_by_anybody
from huiqun.delivery.rules.orders import Caps, ChannelPlan, Closed, RunOrder
from huiqun.delivery.rules.quotas import Quota
from huiqun.delivery.rules.states import Reason
from huiqun.delivery.rules.timing import paused_at
from huiqun.lib.channels import Purpose
from huiqun.lib.days import BANK_ZONE, start_of_tomorrow

LENDING = frozenset({"loan"})


@dataclass(frozen=True)
class Clock:
    """What time it is in one zone: the date, until when messages are held, or why they are dropped."""

    zone: str
    today: date
    held_until: datetime | None
    drops: str


@dataclass(frozen=True, kw_only=True)
class GateTerms:
    """``clocks`` begin with the bank's own; ``quotas`` are in the order of ``plans``."""

    run_id: int | None
    subject: str
    step: str
    purpose: str
    topic: str
    priority: int
    product_kind: str | None
    product_risk: int | None
    plans: tuple[ChannelPlan, ...]
    caps: Caps
    quotas: tuple[Quota, ...]
    clocks: tuple[Clock, ...]
    rivals: Rivals
    now: datetime
    is_late: bool
    topic_is_refused: bool = False
    """Whether anybody refuses the topic: when nobody does, nothing is joined."""

    @property
    def is_lending(self) -> bool:
        return (self.product_kind or "") in LENDING

    @property
    def is_marketing(self) -> bool:
        return self.purpose == Purpose.MARKETING

    @property
    def rivals_waiting(self) -> list[int]:
        return list(self.rivals.waiting)

    @property
    def tomorrow(self) -> datetime:
        return start_of_tomorrow(self.now)

    def clock_rows(self, values: dict[str, Any]) -> str:
        """The clocks of other zones as a small table (time_zone, today, held_until, drops)."""
        rows = []
        for number, clock in enumerate(self.clocks[1:]):
            values |= {
                f"zone_{number}": clock.zone,
                f"today_{number}": clock.today,
                f"until_{number}": clock.held_until,
                f"drops_{number}": clock.drops,
            }
            rows.append(
                f"(%(zone_{number})s::text, %(today_{number})s::date, %(until_{number})s::timestamptz,"
                f" %(drops_{number})s::text)"
            )
        return f"SELECT * FROM (VALUES {', '.join(rows)}) AS z (time_zone, today, held_until, drops)"


def terms_of_run(run: Run, *, now: datetime) -> GateTerms:
    """:raises HolidaysUnknown"""
    return GateTerms(
        run_id=run.pk,
        subject=run.subject,
        step=run.step,
        purpose=run.purpose,
        topic=run.topic,
        priority=run.priority,
        product_kind=run.product_kind,
        product_risk=run.product_risk,
        plans=run.plans,
        caps=run.limits,
        quotas=_quotas(run.plans),
        clocks=_clocks(run.quiet_hours, Closed(run.on_quiet), Closed(run.on_holidays), now),
        rivals=rivals_of(priority=run.priority, purpose=run.purpose, now=now, but=run.pk),
        now=now,
        is_late=run.deadline_at is not None and run.deadline_at <= now,
        topic_is_refused=is_refused_by_anybody(run.topic, purpose=run.purpose),
    )


def terms_of_order(order: RunOrder, *, now: datetime) -> GateTerms:
    """Of a run that is only thought of. It is judged as if its time were an open one: an estimate is of people."""
    return GateTerms(
        run_id=None,
        subject=order.subject,
        step=order.step,
        purpose=order.purpose,
        topic=order.topic,
        priority=order.priority,
        product_kind=order.product_kind,
        product_risk=order.product_risk,
        plans=order.channels,
        caps=order.caps,
        quotas=_quotas(order.channels),
        clocks=_clocks(None, Closed.HOLD, Closed.SEND, now),
        rivals=rivals_of(priority=order.priority, purpose=order.purpose, now=now, but=None),
        now=now,
        is_late=False,
        topic_is_refused=is_refused_by_anybody(order.topic, purpose=order.purpose),
    )


def _quotas(plans: Sequence[ChannelPlan]) -> tuple[Quota, ...]:
    ids = [plan.account_id for plan in plans]
    configs: Mapping[int, Any] = dict(ChannelAccount.objects.filter(pk__in=ids).values_list("pk", "config"))
    return tuple(Quota.of(configs.get(account_id, {})) for account_id in ids)


def _clocks(
    quiet_hours: tuple[time, time] | None, on_quiet: Closed, on_holidays: Closed, now: datetime
) -> tuple[Clock, ...]:
    return tuple(
        _clock(zone, quiet_hours, on_quiet, on_holidays, now) for zone in (BANK_ZONE, *customers.time_zones())
    )


def _clock(
    zone: ZoneInfo,
    quiet_hours: tuple[time, time] | None,
    on_quiet: Closed,
    on_holidays: Closed,
    now: datetime,
) -> Clock:
    pause = paused_at(now, quiet_hours=quiet_hours, on_quiet=on_quiet, on_holidays=on_holidays, zone=zone)
    today = now.astimezone(zone).date()
    if pause is None:
        return Clock(zone.key, today, None, "")
    if pause.policy == Closed.DROP:
        return Clock(zone.key, today, None, Reason(pause.reason).value)
    return Clock(zone.key, today, pause.until, "")
