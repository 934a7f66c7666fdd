"""What judging one claim costs beside more and more claims of before; asked: flat (ratio of medians at most 1.5)."""

import os
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import bank
from benchmarks.report import Result, percentiles

SIZES = tuple(int(size) for size in os.environ.get("HUIQUN_BENCH_JUDGEMENTS", "10000,1000000").split(","))
CUSTOMERS = 20_000
CLAIMS = 400
HOT = "f" * 32
"""One device, address and account that a twentieth of all claims share: the worst that a claim can meet."""
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FILL = """
INSERT INTO risk_judgement (at, customer_id, branch_id, subject, benefit_id, device, address, payee, document,
                            value_fen, outcome, reason, points, signals, times)
SELECT %(now)s - make_interval(secs => n * %(days)s * 86400.0 / %(size)s),
       %(first)s + (n * 7919) %% %(customers)s, %(branch)s, 'campaign:' || n %% 100, n %% 100,
       CASE WHEN n %% 20 = 0 THEN %(hot)s ELSE md5('device' || (n * 7919) %% 15000) END,
       CASE WHEN n %% 20 = 0 THEN %(hot)s ELSE md5('address' || (n * 7919) %% 5000) END,
       CASE WHEN n %% 20 = 0 THEN %(hot)s ELSE md5('payee' || (n * 7919) %% %(customers)s) END,
       md5('document' || (n * 7919) %% %(customers)s), 4000, 'allow', '', 0, '{"account_days": 900}', 1
  FROM generate_series(%(from)s + 1, %(size)s) n
"""


def run() -> Result:
    bank.connect("judging")
    from django.db import connection

    from huiqun.customers.models import Customer

    branch = bank.make_branches()[0]
    first = _customers(branch)
    result = Result(header=("past claims", "claim", "p50 ms", "p95 ms"))
    medians: dict[str, list[float]] = {"ordinary": [], "hot": []}
    for size in SIZES:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE risk_judgement CASCADE")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(FILL, _values(size, first, branch.pk))
            cursor.execute("SET session_replication_role = origin")
            cursor.execute("VACUUM ANALYZE risk_judgement")
        for kind in medians:
            took = percentiles(_judge(first, branch.pk, hot=kind == "hot"))
            result.rows.append((size, kind, took[50], took[95]))
            medians[kind].append(took[50])
    assert Customer.objects.count() >= CUSTOMERS
    result.values = {
        "largest": SIZES[-1],
        "ordinary_ms": medians["ordinary"][-1],
        "hot_ms": medians["hot"][-1],
        "growth": medians["ordinary"][-1] / medians["ordinary"][0],
        "hot_growth": medians["hot"][-1] / medians["hot"][0],
    }
    return result


def _values(size: int, first: int, branch_id: int) -> dict[str, Any]:
    return {
        "now": NOW - timedelta(seconds=1),
        "days": 365,
        "size": size,
        "from": 0,
        "first": first,
        "customers": CUSTOMERS,
        "branch": branch_id,
        "hot": HOT,
    }


def _customers(branch: Any) -> int:
    from huiqun.customers.models import Customer

    if Customer.objects.count() < CUSTOMERS:
        rows = (
            Customer(number=f"J{number:07d}", branch=branch, created_at=NOW, updated_at=NOW)
            for number in range(CUSTOMERS)
        )
        Customer.objects.bulk_create(rows, batch_size=2_000)
    return int(Customer.objects.order_by("pk").values_list("pk", flat=True)[0])


def _judge(first: int, branch_id: int, *, hot: bool) -> Sequence[float]:
    """Each in a transaction that is undone, so that all see the same past."""
    from django.db import transaction

    from huiqun.risk import actions
    from huiqun.risk.rules.signals import ClaimSignals

    chance, seconds = random.Random(7), []
    for _ in range(CLAIMS):
        who = chance.randrange(CUSTOMERS)
        key = HOT if hot else f"{who:032d}"
        signals = ClaimSignals(
            subject="campaign:1",
            benefit_id=1,
            customer_id=first + who,
            branch_id=branch_id,
            opened_date=NOW.date(),
            value_fen=4_000,
            device=key,
            address=key,
            payee=key,
        )
        with transaction.atomic():
            began = time.perf_counter()
            actions.judge_claim(signals=signals, now=NOW)
            seconds.append(time.perf_counter() - began)
            transaction.set_rollback(True)
    return seconds
