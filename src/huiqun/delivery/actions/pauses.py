"""Quiet hours and holidays of a run, by the clocks of its people."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from huiqun.customers import queries as customers
from huiqun.delivery.actions.runs import locked_run, pause_run
from huiqun.delivery.models import Run
from huiqun.delivery.rules.orders import Closed
from huiqun.delivery.rules.timing import Pause, paused_at
from huiqun.lib.days import BANK_ZONE
from huiqun.lib.holidays import HolidaysUnknown

PUT_ASIDE = """
UPDATE delivery_recipient r SET
    state = CASE WHEN NOT {drops} THEN 'held' WHEN r.is_uncertain THEN 'failed' ELSE 'dropped' END,
    reason = CASE WHEN {drops} AND NOT r.is_uncertain THEN %(reason)s ELSE '' END,
    failure = CASE WHEN {drops} AND r.is_uncertain THEN 'unknown' ELSE r.failure END,
    not_before = CASE WHEN {drops} THEN NULL ELSE %(until)s::timestamptz END
WHERE r.run_id = %(run)s AND r.state = 'queued' AND {of_zone}
"""
OF_BANK = "NOT EXISTS (SELECT FROM customers_elsewhere e WHERE e.customer_id = r.customer_id)"
OF_ZONE = "EXISTS (SELECT FROM customers_elsewhere e WHERE e.customer_id = r.customer_id AND e.time_zone = %(zone)s)"


def pause_of(run: Run, now: datetime, zone: ZoneInfo = BANK_ZONE) -> Pause | None:
    """What keeps the run's messages to customers of a zone waiting just now. :raises HolidaysUnknown"""
    return paused_at(
        now,
        quiet_hours=run.quiet_hours,
        on_quiet=Closed(run.on_quiet),
        on_holidays=Closed(run.on_holidays),
        zone=zone,
    )


def nobody_may_be_sent_to(run: Run, now: datetime) -> bool:
    """Whether it is a quiet time for everybody, so that looking for work is in vain."""
    return bool(pause_of(run, now)) and all(pause_of(run, now, zone) for zone in customers.time_zones())


def keep_quiet(*, run_id: int, now: datetime) -> int:
    """Hold or drop, as the run chose, all that is queued for people whose clock says not now; how many.

    A calendar without the year pauses the run: nobody is sent to on a day of which nobody knows what it is.
    """
    try:
        with transaction.atomic():
            return _put_aside(locked_run(run_id), now)
    except HolidaysUnknown as refusal:
        pause_run(run_id=run_id, by=None, now=now, because=refusal.code)
        return 0


def _put_aside(run: Run, now: datetime) -> int:
    count = 0
    for zone in (BANK_ZONE, *customers.time_zones()):
        pause = pause_of(run, now, zone)
        if pause is None:
            continue
        drops = "TRUE" if pause.policy == Closed.DROP else "FALSE"
        sql = PUT_ASIDE.format(drops=drops, of_zone=OF_BANK if zone == BANK_ZONE else OF_ZONE)
        values: dict[str, Any] = {
            "run": run.pk,
            "reason": pause.reason,
            "until": pause.until,
            "zone": zone.key,
        }
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            count += cursor.rowcount
    return count
