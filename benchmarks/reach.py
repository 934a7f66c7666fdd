"""The gate at a million recipients against a bare COPY and one UPDATE of as many rows on the same server."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from benchmarks import bank
from benchmarks.report import Result

MOST = int(os.environ.get("HUIQUN_BENCH_RECIPIENTS", "1000000"))
CUSTOMERS = 1_000_000
SIZES = tuple(size for size in (10_000, 100_000, MOST) if size <= MOST)
OTHERS = (1, 100, 10_000)
OTHERS_SIZE = min(100_000, MOST)
"""How many are gated while the number of other campaigns changes."""
CROWD = 200_000
"""How many messages of other campaigns wait in all, whatever the number of those campaigns."""
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BATCH = 10_000


def run() -> Result:
    bank.connect("reach")
    bank.make_customers(CUSTOMERS, bank.make_branches())
    _make_consents()
    result = Result(
        header=(
            "gate",
            "recipients",
            "other campaigns",
            "open s",
            "gate s",
            "all s",
            "bare s",
            "bare / all",
            "queued",
        )
    )
    ratio, million = 0.0, 0.0
    _others(0)
    _gate(MOST)  # Once before: a server that sends all day has its customers in memory.
    for size in SIZES:
        _others(0)
        bare = _bare(size)
        opened, gated, queued = _gate(size)
        ratio, million = bare / (opened + gated), opened + gated
        result.rows.append(("two channels", size, 0, opened, gated, million, bare, ratio, queued))
    flat = []
    for count in OTHERS:
        _others(count)
        opened, gated, queued = _gate(OTHERS_SIZE)
        flat.append(gated)
        result.rows.append(
            ("two channels", OTHERS_SIZE, count, opened, gated, opened + gated, "", "", queued)
        )
    _empty()
    result.values = {
        "bare_ratio": ratio,
        "million_s": million * 1_000_000 / MOST,
        "recipients": MOST,
        "others_ratio": flat[-1] / flat[0],
        "load": os.getloadavg()[0],
    }
    return result


def _make_consents() -> None:
    """Nine in ten were asked about SMS, one in five of them said no; six in ten agreed to mail."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM customers_consent)")
        if cursor.fetchone()[0]:
            return
        for channel in ("sms", "email"):
            cursor.execute(
                "INSERT INTO customers_consenttext (channel, purpose, version, title, body, accepted, published_at)"
                " VALUES (%s, 'marketing', '1', '授权书', '我同意……', true, now())",
                [channel],
            )
        cursor.execute(
            "INSERT INTO customers_consent (customer_id, channel, purpose, state, text_version, source, at)"
            " SELECT id, c.channel, 'marketing', CASE WHEN id %% 5 = 0 AND c.channel = 'sms' THEN 'withdrawn'"
            "        ELSE 'given' END, '1', 'bench', now()"
            " FROM customers_customer CROSS JOIN (VALUES ('sms', 9), ('email', 6)) AS c (channel, share)"
            " WHERE id %% 10 < c.share ORDER BY id, c.channel",
            [],
        )
        cursor.execute("VACUUM ANALYZE customers_consent")


def _members(size: int) -> Iterator[pa.RecordBatch]:
    """Spread over all customers, one in ten in the control group, as a snapshot hands them over."""
    ids = np.arange(1, CUSTOMERS + 1, CUSTOMERS // size, dtype=np.int64)[:size]
    for start in range(0, size, BATCH):
        some = ids[start : start + BATCH]
        arms = np.where(some * 7919 % 10 == 0, "control", "treatment")
        yield pa.record_batch(
            {
                "customer_id": pa.array(some),
                "arm": pa.array(arms.tolist(), pa.string()),
                "bucket": pa.array((some * 7919 % 10_000).astype(np.int32)),
            }
        )


def _bare(size: int) -> float:
    """COPY into a table of a recipient's columns with its key and nothing else, then one UPDATE of every row."""
    from django.db import connection

    text = b"".join(_csv(batch) for batch in _members(size))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (LIKE delivery_recipient INCLUDING DEFAULTS INCLUDING IDENTITY)")
        cursor.execute("ALTER TABLE bare ADD PRIMARY KEY (id)")
        cursor.execute("CHECKPOINT")
        began = time.perf_counter()
        with cursor.copy("COPY bare (run_id, customer_id, arm, bucket) FROM STDIN (FORMAT csv)") as copy:
            copy.write(text)
        cursor.execute(
            "UPDATE bare SET branch_id = 1, channel = 'sms', variant_key = 'sms-a', state = 'queued', reason = ''"
        )
        took = time.perf_counter() - began
        cursor.execute("DROP TABLE bare")
    return took


def _csv(batch: pa.RecordBatch) -> bytes:
    rows = pa.table(
        {"run_id": pa.repeat(1, batch.num_rows), **dict(zip(batch.schema.names, batch.columns, strict=True))}
    )
    sink = pa.BufferOutputStream()
    csv.write_csv(rows, sink, csv.WriteOptions(include_header=False, quoting_style="none"))
    return bytes(sink.getvalue())


def _gate(size: int) -> tuple[float, float, int]:
    """Seconds to open a run and to gate it, through the actions themselves; how many it queued."""
    from django.db import connection

    from huiqun.delivery import actions
    from huiqun.delivery.models import Recipient

    order = _order(size)
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    began = time.perf_counter()
    run_id = actions.open_run(order=order, by=None, now=NOW)
    opened = time.perf_counter()
    actions.gate_run(run_id=run_id, now=NOW)
    gated = time.perf_counter()
    rows = Recipient.objects.filter(run_id=run_id)
    if rows.count() != size:
        raise RuntimeError("the gate lost somebody")
    queued = rows.filter(state="queued").count()
    _empty()
    return opened - began, gated - opened, queued


def _order(size: int) -> Any:
    """Two channels with two variants each, a product of risk R3, every kind of cap, a quota a month."""
    from huiqun.delivery.actions import Caps, ChannelPlan, RunOrder, VariantPlan

    plans = tuple(
        ChannelPlan(
            channel=channel,
            account_id=_account(channel),
            variants=(VariantPlan(key=f"{channel}-a"), VariantPlan(key=f"{channel}-b")),
        )
        for channel in ("sms", "email")
    )
    subject = f"bench:{time.monotonic_ns()}"
    return RunOrder(
        subject=subject,
        branch_id=_head_office(),
        digest=_approved(subject),
        members=_members(size),
        channels=plans,
        product_kind="fund",
        product_risk=3,
        topic="fund",
        priority=40,
        caps=Caps(per_channel_days=7, per_topic_days=30, all_channels_days=30, all_channels_limit=4),
    )


def _approved(subject: str) -> str:
    """A permit as the last reviewer's approval leaves it; its digest."""
    from django.db import connection

    digest = "b" * 64
    with connection.cursor() as cursor:  # without the reviews behind it, which the table's guard would miss
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO compliance_permit (subject, digest, approved, outdated, stopped, stop_reason, licence_ids)"
            " VALUES (%s, %s, true, false, false, '', '{}')",
            [subject, digest],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    return digest


def _account(channel: str) -> int:
    from huiqun.delivery.models import ChannelAccount

    account, _ = ChannelAccount.objects.get_or_create(
        name=f"bench {channel}",
        defaults={
            "channel": channel,
            "driver": "bench",
            "branch_id": _head_office(),
            "config": {"person_month_limit": 4},
        },
    )
    return int(account.pk)


def _head_office() -> int:
    from huiqun.foundation.models import Branch

    return int(Branch.objects.get(code="HO").pk)


def _others(count: int) -> None:
    """So many live campaigns of higher priority, CROWD messages waiting in all, and as many sent of late."""
    from django.db import connection

    _empty(every=True)
    if not count:
        return
    with connection.cursor() as cursor:
        cursor.execute(OTHER_RUNS, {"count": count, "branch": _head_office(), "now": NOW})
        cursor.execute(OTHER_PEOPLE, {"count": count, "crowd": CROWD, "customers": CUSTOMERS})
        cursor.execute(
            OTHER_COUNTS, {"crowd": CROWD, "customers": CUSTOMERS, "today": (NOW - timedelta(days=3)).date()}
        )
        cursor.execute("VACUUM ANALYZE delivery_recipient, delivery_contactcount, delivery_run")


OTHER_RUNS = """
INSERT INTO delivery_run (key, subject, branch_id, digest, purpose, channels, caps, values, link_base, source, state,
                          paused_because, audience, tally, opened_at, gated_at, priority)
SELECT 'other' || n, 'bench:other:' || n, %(branch)s, repeat('c', 64), 'marketing', '[]', '{}', '{}', '', 'live',
       'sending', '', 0, '{}', %(now)s, %(now)s, 60
FROM generate_series(1, %(count)s) AS n
"""
OTHER_PEOPLE = """
INSERT INTO delivery_recipient (run_id, customer_id, channel, state)
SELECT run.id, 1 + (n::bigint * 7919) %% %(customers)s, 'sms', 'queued'
FROM generate_series(1, %(crowd)s) AS n
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM delivery_run WHERE subject LIKE 'bench:other:%%') run
  ON run.place = 1 + n %% %(count)s
ORDER BY run.id, 2
"""
OTHER_COUNTS = """
INSERT INTO delivery_contactcount (customer_id, on_date, purpose, channel, topic, count, priority)
SELECT 1 + (n::bigint * 104729) %% %(customers)s, %(today)s, 'marketing', 'sms', 'fund', 1, 60
FROM generate_series(1, %(crowd)s) AS n ON CONFLICT DO NOTHING
"""


def _empty(*, every: bool = False) -> None:
    """Take away what a gate made; with ``every``, the other campaigns too."""
    from django.db import connection

    with connection.cursor() as cursor:
        if every:
            cursor.execute(
                "TRUNCATE delivery_recipient, delivery_contactcount, delivery_memberbatch, delivery_run CASCADE"
            )
        else:
            cursor.execute(
                "DELETE FROM delivery_recipient WHERE run_id IN (SELECT id FROM delivery_run WHERE subject !~ 'other')"
            )
            cursor.execute("DELETE FROM delivery_run WHERE subject !~ 'other'")
            cursor.execute("VACUUM delivery_recipient")
