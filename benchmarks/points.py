"""A night of earning for a million customers, beside bare COPY and INSERT of the same rows; and many paying at once."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

from benchmarks import bank
from benchmarks.report import Result

CUSTOMERS = int(os.environ.get("HUIQUN_BENCH_CUSTOMERS", "1000000"))
LIMIT_RATIO = 12
"""A booked point has a movement, two lines, a lot and six indexes; a bare row has one of each."""
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 19)
PAYERS, PAYMENTS = 16, 1_600


def run() -> Result:
    bank.connect(f"points_{CUSTOMERS}")
    outlets = bank.make_branches()
    bank.make_customers(CUSTOMERS, outlets)
    _empty()
    result = Result(header=("step", "rows", "seconds", "rows/s"))
    rows = _rows()
    bare = _timed(result, "bare COPY and INSERT", rows.num_rows, lambda: _bare(rows))
    first = _timed(result, "earning, the first night", rows.num_rows, lambda: _earn(rows))
    again = _timed(result, "the same night again", rows.num_rows, lambda: _earn(rows))
    second = _timed(
        result, "earning, the next night", rows.num_rows, lambda: _earn(rows, day=date(2026, 11, 20))
    )
    paid = _timed(result, f"{PAYERS} threads paying from one balance", PAYMENTS, _pay)
    from huiqun.benefits.queries.points_verify import prove_ledger

    proof = prove_ledger(now=NOW)
    result.rows.append(("the proof of everything", proof.movements, proof.took_ms / 1000, ""))
    result.values = {
        "customers": rows.num_rows,
        "earn_ratio": first / bare,
        "next_ratio": second / bare,
        "again_ratio": again / bare,
        "limit_ratio": LIMIT_RATIO,
        "paid_per_s": PAYMENTS / paid,
        "problems": len(proof.problems),
    }
    return result


def _timed(result: Result, step: str, rows: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    result.rows.append((step, rows, seconds, round(rows / seconds)))
    print(f"  {step}: {seconds:.1f} s", flush=True)
    return seconds


def _rows() -> Any:
    """Everybody has earned something, in the order of ids, as the lake answers."""
    import pyarrow as pa

    from huiqun.customers.models import Customer

    ids = list(Customer.objects.order_by("id").values_list("id", flat=True)[:CUSTOMERS])
    return pa.table({"customer_id": ids, "points": [1 + each % 500 for each in ids]})


def _bare(rows: Any) -> None:
    """The same customers and points into one table with one key, by COPY and one INSERT."""
    from django.db import connection

    from huiqun.benefits.actions.earning import stage_due

    stage_due(rows)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute(
            "CREATE TABLE bench_bare (id bigserial PRIMARY KEY, customer_id bigint, points bigint, at timestamptz)"
        )
        cursor.execute(
            "INSERT INTO bench_bare (customer_id, points, at) SELECT customer_id, points, %s FROM benefits_due",
            [NOW],
        )


def _earn(rows: Any, day: date = DAY) -> None:
    """The night's own statements for one rule and day, without the lake's answer."""
    from huiqun.benefits.actions import earning
    from huiqun.benefits.queries.earning_lake import Due

    due = Due(rows=rows, digest=f"{day}", lake_version=1)
    earning._earn_day(rule=_rule(), day=day, due=due, clock=lambda: NOW, batch=earning.BATCH)


def _rule() -> Any:
    from huiqun.benefits.models import EarningRule
    from huiqun.foundation.models import Branch

    head = Branch.objects.get(code="HO")
    values = {
        "name": "bench", "kind": "spending", "codes": ["spend"], "points": 1, "per": 1_000, "cap_day": 500,
        "keeps_months": 12, "first_date": DAY, "last_date": date(2027, 1, 1), "branch": head,
        "author": bank.make_staff("bench-writer", head, "marketer"), "created_at": NOW, "state": "in_force",
    }  # fmt: skip
    return EarningRule.objects.filter(name="bench").first() or EarningRule.objects.create(**values)


def _pay() -> None:
    from django.db import connection

    from huiqun.benefits import actions
    from huiqun.customers.models import Customer

    customer_id = Customer.objects.order_by("id").values_list("id", flat=True)[0]
    actions.give_points(customer_id=customer_id, points=PAYMENTS, source="bench", now=NOW)

    def pay(payer: int) -> None:
        try:
            for place in range(payer, PAYMENTS, PAYERS):
                actions.spend_points(customer_id=customer_id, points=1, source=f"bench:{place}", now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(PAYERS) as pool:
        list(pool.map(pay, range(PAYERS)))


def _empty() -> None:
    """What an earlier run has left; the ledger's triggers look away."""
    from django.db import connection, transaction

    tables = "benefits_pointsline, benefits_pointsmovement, benefits_pointslot, benefits_earningday, benefits_pointsday"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("benefits_pointsline", "benefits_pointsmovement"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {tables} CASCADE")
        for table in ("benefits_pointsline", "benefits_pointsmovement"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
