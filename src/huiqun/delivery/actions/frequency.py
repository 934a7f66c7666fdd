"""Caps and monthly quotas, kept exactly even when several runs mark the same person at the same moment.

The day of a count is the customer's own. ``days`` is the day it is for each person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from huiqun.delivery.actions import arrays
from huiqun.delivery.actions.count_sql import highest_today, this_month, within_cap
from huiqun.delivery.models import Run
from huiqun.delivery.rules.orders import Cap
from huiqun.delivery.rules.quotas import Quota
from huiqun.delivery.rules.states import Reason

TODAY, CHANNEL = "p.today", "%(channel)s"
PEOPLE = "unnest(%(people)s::bigint[], %(days)s::date[]) AS p (customer_id, today)"

LOCK_TODAY = f"""
INSERT INTO delivery_contactcount (customer_id, on_date, purpose, channel, topic, count)
SELECT customer_id, today, '', '', '', 0 FROM {PEOPLE} ORDER BY customer_id
ON CONFLICT (customer_id, on_date, purpose, channel, topic) DO UPDATE SET count = delivery_contactcount.count
"""
"""A row that counts nothing: whoever marks a person today, by whatever channel and for whatever purpose, waits here."""

COUNT = f"""
INSERT INTO delivery_contactcount (customer_id, on_date, purpose, channel, topic, count, priority)
SELECT customer_id, today, %(purpose)s, %(channel)s, %(topic)s, 1, %(priority)s FROM {PEOPLE} ORDER BY customer_id
ON CONFLICT (customer_id, on_date, purpose, channel, topic) DO UPDATE
SET count = delivery_contactcount.count + 1,
    priority = greatest(delivery_contactcount.priority, excluded.priority)
"""

SUMS = f"""
SELECT p.customer_id, {{columns}} FROM {PEOPLE}
JOIN delivery_contactcount c ON c.customer_id = p.customer_id AND c.on_date >= p.today - {{days}}
WHERE c.count > 0 GROUP BY p.customer_id
"""

OVER = "SELECT customer_id, {case} FROM ({sums}) f WHERE {case} IS NOT NULL"


@dataclass(frozen=True)
class Limits:
    """What a message of a run by a channel must keep. ``is_outranked``: somebody ranks higher these days."""

    caps: tuple[Cap, ...]
    quota: Quota
    is_outranked: bool

    @property
    def is_free(self) -> bool:
        return not self.caps and self.quota.person_month is None and not self.is_outranked


def over_limits(run: Run, channel: str, limits: Limits, days: Mapping[int, date]) -> dict[int, Reason]:
    """Those who may not be written to today, with the first reason in the gate's order.

    Today's row of each person is locked first; the sums are read after that, so that two runs marking
    one person see each other's counts.
    """
    if limits.is_free or not days:
        return {}
    values = _values(run, channel, days)
    with connection.cursor() as cursor:
        cursor.execute(LOCK_TODAY, values)
        cursor.execute(*_over(run, limits, values))
        return {customer_id: Reason(reason) for customer_id, reason in cursor.fetchall()}


def count_people(run: Run, channel: str, days: Mapping[int, date]) -> None:
    """Count a message for each of them, in the caller's transaction."""
    if days:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, _values(run, channel, days))


def _values(run: Run, channel: str, days: Mapping[int, date]) -> dict[str, Any]:
    return {
        "people": arrays.numbers(days),
        "days": "{" + ",".join(day.isoformat() for day in days.values()) + "}",
        "purpose": run.purpose,
        "channel": channel,
        "topic": run.topic,
        "priority": run.priority,
    }


def _over(run: Run, limits: Limits, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    columns, often, span = [], [], 1
    for number, cap in enumerate(limits.caps):
        columns.append(f"{within_cap(cap, today=TODAY, channel=CHANNEL)} AS cap_{number}")
        often.append(f"cap_{number} >= {int(cap.count)}")
        span = max(span, cap.days)
    whens = {Reason.OVER_FREQUENCY: " OR ".join(often)}
    if limits.quota.person_month is not None:
        columns.append(f"{this_month(today=TODAY, channel=CHANNEL)} AS month")
        whens = {Reason.OVER_QUOTA: f"month >= {int(limits.quota.person_month)}"} | whens
        span = max(span, 31)
    if limits.is_outranked:
        columns.append(f"{highest_today(today=TODAY)} AS highest")
        whens[Reason.LOWER_PRIORITY] = f"highest > {int(run.priority)}"
    case = (
        "CASE " + " ".join(f"WHEN {when} THEN '{reason}'" for reason, when in whens.items() if when) + " END"
    )
    sums = SUMS.format(columns=", ".join(columns), days=span - 1 if span > 1 else 0)
    return OVER.format(case=case, sums=sums), values
