"""One person's message log over five years, in the database and in the lake: the page's time at two sizes."""

import os
import random
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks import bank
from benchmarks.report import Result, percentiles

CUSTOMERS = int(os.environ.get("HUIQUN_BENCH_CUSTOMERS", "1000000"))
TOUCHES = int(os.environ.get("HUIQUN_BENCH_TOUCHES", "5000000"))
MONTHS, DELIVERED = 60, 2 / 3
"""Months there are, one run each; how many of its messages have a receipt as well."""
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WARM_UP, ROUNDS = 10, 300
WIPED = ("delivery_recipient", "delivery_touch", "delivery_run", "delivery_touchbatch", "delivery_touchmonth")

RUN = """
INSERT INTO delivery_run (key, subject, step, branch_id, digest, purpose, channels, caps, topic, priority, on_quiet,
                          on_holidays, "values", link_base, source, state, paused_because, audience, tally, opened_at)
VALUES (%(key)s, %(subject)s, '', %(branch)s, repeat('0', 64), 'marketing', '[]', '{}', '', 50, 'hold', 'send', '{}', '',
        'live', 'finished', '', %(people)s, '{}', %(at)s) RETURNING id
"""
RECIPIENTS = """
INSERT INTO delivery_recipient (run_id, customer_id, branch_id, channel, variant_key, state, sent_at, marked_at)
SELECT %(run)s, c.id, c.branch_id, CASE WHEN n %% 5 = 0 THEN 'email' ELSE 'sms' END, 'a', 'sent', %(at)s, %(at)s
FROM generate_series(1, %(people)s) AS n
JOIN customers_customer c ON c.id = 1 + (n::bigint * %(step)s + %(shift)s) %% %(customers)s ORDER BY c.id
ON CONFLICT DO NOTHING
"""
SENT = """
INSERT INTO delivery_touch (recipient_id, run_id, customer_id, kind, at, month)
SELECT id, run_id, customer_id, 'sent', sent_at + make_interval(secs => id %% 86400), %(month)s
FROM delivery_recipient WHERE run_id = %(run)s ORDER BY id
"""
RECEIPTS = """
INSERT INTO delivery_touch (recipient_id, run_id, customer_id, kind, at, month)
SELECT id, run_id, customer_id, 'delivered', sent_at + make_interval(secs => id %% 86400 + 60), %(month)s
FROM delivery_recipient WHERE run_id = %(run)s AND id %% 3 > 0 ORDER BY id
"""


def run() -> Result:
    bank.connect(f"person_log_{CUSTOMERS}")
    outlets = bank.make_branches()
    bank.make_customers(CUSTOMERS, outlets)
    result = Result(
        header=(
            "touches",
            "asked",
            "p50 ms",
            "p95 ms",
            "lines",
            "filled s",
            "sealed s",
            "archived s",
            "MB in lake",
        )
    )
    for touches in (TOUCHES // 10, TOUCHES):
        took = _fill(touches)
        for asked, span in _spans().items():
            times, lines = _measure(span)
            shown = percentiles(times)
            result.rows.append((touches, asked, shown[50], shown[95], lines, *took))
            result.values[f"{asked}_{touches}"] = shown[95]
            print(f"  {touches:,} touches, {asked}: p95 {shown[95]:.1f} ms", flush=True)
    small = TOUCHES // 10
    result.values = {
        "p95_ms": result.values[f"here_{TOUCHES}"],
        "archived_p95_ms": result.values[f"archived_{TOUCHES}"],
        "both_p95_ms": result.values[f"both_{TOUCHES}"],
        "growth": float(result.values[f"both_{TOUCHES}"]) / float(result.values[f"both_{small}"]),
        "touches": TOUCHES,
        "load": os.getloadavg()[0],
    }
    return result


def _fill(touches: int) -> tuple[float, float, float, float]:
    """Runs of five years, sealed, and what is old enough in the lake; seconds for each, and the lake's megabytes."""
    from huiqun.delivery import actions
    from huiqun.delivery.models import TouchMonth

    _wipe()
    began = time.monotonic()
    people = int(touches / MONTHS / (1 + DELIVERED))
    for back in range(MONTHS, 0, -1):
        _fill_month(NOW - timedelta(days=30.4 * back), people, shift=back * 7919)
    actions.make_parts(now=NOW)
    _analyse()
    filled = time.monotonic()
    actions.seal_touches(now=NOW)
    sealed = time.monotonic()
    months = actions.archive_touches(now=NOW)
    archived = time.monotonic()
    size = sum(TouchMonth.objects.values_list("bytes", flat=True)) / 1e6
    print(f"  {touches:,} touches, {len(months)} months in the lake ({archived - began:.0f} s)", flush=True)
    return filled - began, sealed - filled, archived - sealed, size


def _fill_month(at: datetime, people: int, *, shift: int) -> None:
    from django.db import connection, transaction

    from huiqun.delivery.models import touch_parts
    from huiqun.foundation.models import Branch
    from huiqun.lib.days import local_date

    month = touch_parts.first_day(local_date(at))
    values: dict[str, Any] = {
        "key": f"b{shift}",
        "subject": f"campaign:{shift}",
        "branch": Branch.objects.get(code="HO").pk,
        "at": at,
        "month": month,
        "people": people,
        "step": max(1, CUSTOMERS // people),
        "shift": shift,
        "customers": CUSTOMERS,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(touch_parts.create(month))
        cursor.execute(RUN, values)
        values["run"] = cursor.fetchone()[0]
        for sql in (RECIPIENTS, SENT, RECEIPTS):
            cursor.execute(sql, values)


def _wipe() -> None:
    from django.db import connection

    from huiqun.delivery.queries import archived_touches

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(WIPED)} CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")
    for path in archived_touches.folder().glob("*.parquet"):
        path.unlink()


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE delivery_recipient, delivery_touch")


def _spans() -> dict[str, dict[str, str]]:
    """What is asked for: this year's months, those before, or all there is."""
    from huiqun.delivery.models import TouchMonth

    last = TouchMonth.objects.order_by("-month").values_list("last_at", flat=True)[0]
    border: date = last.date() + timedelta(days=2)
    return {
        "here": {"first": border.isoformat()},
        "archived": {"until": (border - timedelta(days=2)).isoformat()},
        "both": {},
    }


def _measure(span: dict[str, str]) -> tuple[list[float], float]:
    """The page as the service desk opens it, for customers at random; seconds, and lines on a page."""
    from django.test import Client
    from django.urls import reverse

    from huiqun.foundation.models import Branch

    staff = bank.make_staff("bench-desk", Branch.objects.get(code="HO"), "service_desk")
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    chance, address = random.Random(7), reverse("delivery:log_page")
    times, lines = [], 0
    for number in range(WARM_UP + ROUNDS):
        asked = {"q": f"N{chance.randint(1, CUSTOMERS):08d}", **span}
        began = time.perf_counter()
        answer = client.get(address, asked)
        if number >= WARM_UP:
            times.append(time.perf_counter() - began)
            lines += max(0, answer.content.count(b"<tr>") - 1)
        assert answer.status_code == 200
    return times, lines / ROUNDS
