"""Large transfers and many openings in the bank's delivered data, read from the lake."""

from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from huiqun.foundation import lake
from huiqun.risk.rules.anomalies import Anomaly, judge_traffic
from huiqun.risk.rules.feeds import (
    LARGE_FEN,
    MOST_CASES,
    MOVES,
    OPENED,
    OPENINGS_DAYS,
    OPENINGS_LEAST,
)

TRANSFERS = f"""
SELECT t.customer_id, any_value(p.branch_id), sum(t.amount_fen)::BIGINT AS amount, max(t.amount_fen), count(*)
  FROM transactions t JOIN profiles p USING (customer_id)
 WHERE t.dt = ? AND t.source = 'delivered' AND t.kind IN ({", ".join("?" for _kind in MOVES)})
 GROUP BY t.customer_id HAVING sum(t.amount_fen) >= ? ORDER BY amount DESC, t.customer_id LIMIT {MOST_CASES}
"""
OPENINGS = """
SELECT p.branch_id, t.dt, count(DISTINCT t.customer_id)
  FROM transactions t JOIN profiles p USING (customer_id)
 WHERE t.dt > ? AND t.dt <= ? AND t.source = 'delivered' AND t.kind = ? GROUP BY p.branch_id, t.dt
"""


@dataclass(frozen=True, kw_only=True)
class LargeTransfer:
    customer_id: int
    branch_id: int
    day: date
    amount_fen: int
    largest_fen: int
    count: int


@dataclass(frozen=True, kw_only=True)
class Openings:
    branch_id: int
    day: date
    anomaly: Anomaly


def large_transfers(day: date) -> list[LargeTransfer]:
    """Customers whose moves of a day come to the limit, the largest first."""
    limit = int(getattr(settings, "HUIQUN_LARGE_TRANSFER_FEN", 0) or LARGE_FEN)
    with closing(lake.connect(reach={"transactions": day})) as connection:
        rows = connection.execute(TRANSFERS, [day, *MOVES, limit]).fetchall()
    return [
        LargeTransfer(
            customer_id=row[0], branch_id=row[1], day=day, amount_fen=row[2], largest_fen=row[3], count=row[4]
        )
        for row in rows
    ]


def many_openings(day: date) -> list[Openings]:
    """Branches with far more new accounts on a day than on the sixty before it, days without any among them."""
    first = day - timedelta(days=OPENINGS_DAYS)
    with closing(lake.connect(reach={"transactions": first})) as connection:
        rows = connection.execute(OPENINGS, [first - timedelta(days=1), day, OPENED]).fetchall()
    counts = {(branch_id, dt): count for branch_id, dt, count in rows}
    days = [day - timedelta(days=back) for back in range(1, OPENINGS_DAYS + 1)]
    found = []
    for branch_id in sorted({branch_id for branch_id, dt in counts if dt == day}):
        anomaly = judge_traffic(counts[branch_id, day], [counts.get((branch_id, each), 0) for each in days])
        if anomaly.is_unusual and anomaly.seen >= OPENINGS_LEAST:
            found.append(Openings(branch_id=branch_id, day=day, anomaly=anomaly))
    return found
