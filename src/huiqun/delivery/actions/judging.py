"""What may change between the gate and the moment of sending, judged again in the transaction that marks.

The caller holds the run and the recipients and has asked for suppressions and consents; this comes after, and
counts whoever is left. Locks: today's counts of the people in key order, then the account's day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db import connection

from huiqun.customers import queries as customers
from huiqun.delivery.actions import arrays
from huiqun.delivery.actions.frequency import Limits, count_people, over_limits
from huiqun.delivery.actions.pauses import pause_of
from huiqun.delivery.models import ChannelAccount, Run
from huiqun.delivery.queries.rivals import Rivals, rivals_of
from huiqun.delivery.rules.orders import Closed
from huiqun.delivery.rules.quotas import Quota
from huiqun.delivery.rules.states import Reason, State
from huiqun.lib.days import BANK_ZONE, local_date, start_of_tomorrow


class Waiting(Protocol):
    """A recipient of the batch."""

    @property
    def recipient_id(self) -> int: ...
    @property
    def customer_id(self) -> int: ...
    @property
    def is_counted(self) -> bool: ...


@dataclass
class Judgement:
    """By recipient: why somebody is dropped, or until when somebody waits. All others may be marked."""

    dropped: dict[int, Reason] = field(default_factory=dict)
    held: dict[int, datetime] = field(default_factory=dict)

    def is_open(self, person: Waiting) -> bool:
        return person.recipient_id not in self.dropped and person.recipient_id not in self.held


def judge_again(run: Run, channel: str, people: Sequence[Waiting], now: datetime) -> Judgement:
    """Quiet hours and holidays of each person's clock, priority, caps and quotas; those left are counted.

    Whoever was counted at an earlier attempt is not judged by counts again, nor counted twice.
    :raises HolidaysUnknown
    """
    zones = customers.elsewhere(customer_ids=[person.customer_id for person in people])
    judged = _paused(run, people, zones, now)
    fresh = [person for person in people if not person.is_counted and judged.is_open(person)]
    if not fresh:
        return judged
    rivals = rivals_of(priority=run.priority, purpose=run.purpose, now=now, but=run.pk)
    outranked = _outranked([person.customer_id for person in fresh], rivals, now)
    days = {person.customer_id: _today(zones, person.customer_id, now) for person in fresh}
    plan = next(plan for plan in run.plans if plan.channel == channel)
    quota = Quota.of(ChannelAccount.objects.values_list("config", flat=True).get(pk=plan.account_id))
    caps = run.limits.for_message(channel=channel, topic=run.topic)
    over = over_limits(run, channel, Limits(caps, quota, rivals.any_lately), days)
    for person in fresh:
        if reason := over.get(person.customer_id):
            judged.dropped[person.recipient_id] = reason
        elif person.customer_id in outranked:
            judged.dropped[person.recipient_id] = Reason.LOWER_PRIORITY
    fresh = [person for person in fresh if judged.is_open(person)]
    fresh = _within_the_day(run, plan.account_id, quota, fresh, judged, now)
    count_people(run, channel, {person.customer_id: days[person.customer_id] for person in fresh})
    return judged


def hold(held: dict[int, datetime]) -> None:
    """Put recipients aside until their moments."""
    if not held:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_recipient r SET state = %s, not_before = h.until_at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS h (id, until_at) WHERE r.id = h.id",
            [State.HELD, arrays.numbers(held), list(held.values())],
        )


def _paused(run: Run, people: Sequence[Waiting], zones: dict[int, ZoneInfo], now: datetime) -> Judgement:
    judged = Judgement()
    pauses = {zone.key: pause_of(run, now, zone) for zone in {BANK_ZONE, *zones.values()}}
    if not any(pauses.values()):
        return judged
    for person in people:
        pause = pauses[zones.get(person.customer_id, BANK_ZONE).key]
        if pause and pause.policy == Closed.DROP:
            judged.dropped[person.recipient_id] = pause.reason
        elif pause:
            judged.held[person.recipient_id] = pause.until
    return judged


def _today(zones: dict[int, ZoneInfo], customer_id: int, now: datetime) -> date:
    zone = zones.get(customer_id)
    return now.astimezone(zone).date() if zone else local_date(now)


def _outranked(customer_ids: list[int], rivals: Rivals, now: datetime) -> set[int]:
    """Those for whom a message of higher priority waits and goes out today.

    Asked before the counts: a rival's message that is marked meanwhile is either still waiting here, or
    counted there.
    """
    if not rivals.waiting:
        return set()
    tomorrow = start_of_tomorrow(now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id FROM delivery_recipient WHERE customer_id = ANY(%s::bigint[])"
            " AND run_id = ANY(%s::bigint[]) AND state IN ('held', 'queued')"
            " AND (not_before IS NULL OR not_before < %s)",
            [arrays.numbers(customer_ids), arrays.numbers(rivals.waiting), tomorrow],
        )
        return {row[0] for row in cursor.fetchall()}


def _within_the_day(
    run: Run, account_id: int, quota: Quota, people: list[Waiting], judged: Judgement, now: datetime
) -> list[Waiting]:
    """As many as the account may still send today. The others wait for tomorrow, or are dropped if that is late."""
    if quota.day is None or not people:
        return people
    granted = _take_day(account_id, quota.day, len(people), now)
    tomorrow = start_of_tomorrow(now)
    for person in people[granted:]:
        if run.deadline_at is not None and run.deadline_at <= tomorrow:
            judged.dropped[person.recipient_id] = Reason.OVER_QUOTA
        else:
            judged.held[person.recipient_id] = tomorrow
    return people[:granted]


def _take_day(account_id: int, most: int, wanted: int, now: datetime) -> int:
    """One statement takes as many as there are left and says how many."""
    values: dict[str, Any] = {"account": account_id, "today": local_date(now), "wanted": wanted, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO delivery_accountday (account_id, on_date, count) VALUES (%(account)s, %(today)s, 0)"
            " ON CONFLICT (account_id, on_date) DO NOTHING",
            values,
        )
        cursor.execute(
            "UPDATE delivery_accountday d SET count = o.count + greatest(0, least(%(wanted)s, %(most)s - o.count))"
            " FROM (SELECT id, count FROM delivery_accountday WHERE account_id = %(account)s"
            "        AND on_date = %(today)s FOR UPDATE) o"
            " WHERE d.id = o.id RETURNING d.count - o.count",
            values,
        )
        return int(cursor.fetchone()[0])
