"""Claims a second, one at a time and on one hot row, against pgbench's bare two statements on the same server.

HUIQUN_BENCH_CLAIMS is how many are claimed in each part, HUIQUN_BENCH_SECONDS how long pgbench runs each time.
HUIQUN_BENCH_GROWTH=1000000 adds what a claim costs beside so many claims and ten thousand offers.
"""

import os
import time

from benchmarks import claims_bank, claims_crowd
from benchmarks.report import Result

CLAIMS = int(os.environ.get("HUIQUN_BENCH_CLAIMS", "4000"))
SECONDS = int(os.environ.get("HUIQUN_BENCH_SECONDS", "6"))
GROWTH = int(os.environ.get("HUIQUN_BENCH_GROWTH", "0"))
SPREAD = 1_000
HANDS, THREADS = 2, 24


def run() -> Result:
    claims_bank.connect()
    result = Result(header=("part", "claims", "seconds", "a second", "p50 ms", "p99 ms"))
    customers = claims_bank.make_people(max(CLAIMS, 20_000))
    spread = _pgbench(result, "pgbench, spread over 10,000 rows", 10_000)
    hot = _pgbench(result, "pgbench, one hot row", 1)
    action = _one_at_a_time(customers, result)
    turns = _in_line(customers, result)
    http = _through_http(customers, result)
    result.values = {
        "action_ratio": f"{action / spread:.3f}",
        "hot_ratio": f"{turns / hot:.2f}",
        "http_per_s": round(http),
        "oversold": claims_bank.oversold(),
        "duplicates": claims_bank.duplicates(),
        "load": round(os.getloadavg()[0], 1),
    }
    if GROWTH:
        result.values["growth"] = f"{_growth(customers, result):.2f}"
    return result


def _pgbench(result: Result, part: str, rows: int) -> float:
    rate, latency = claims_bank.pgbench(rows=rows, seconds=SECONDS)
    result.rows.append((part, round(rate * SECONDS), SECONDS, rate, latency, ""))
    return rate


def _one_at_a_time(
    customers: list[int], result: Result, part: str = "claim_benefit, one at a time", claims: int = CLAIMS
) -> float:
    """The full action: period, stop, conditions, risk, stock, code, fact."""
    from huiqun.benefits import actions
    from huiqun.foundation import clock

    offers = claims_bank.make_offers(SPREAD, quantity=claims)
    took, began = [], time.monotonic()
    for place in range(claims):
        start = time.monotonic()
        actions.claim_benefit(
            benefit_id=offers[place % SPREAD], customer_id=customers[place % len(customers)], now=clock.now()
        )
        took.append(time.monotonic() - start)
    return _row(result, part, took, time.monotonic() - began)


def _in_line(customers: list[int], result: Result) -> float:
    """Two processes of threads, everybody for the same offer, with half as many pieces again as people."""
    (offer,) = claims_bank.make_offers(1, quantity=CLAIMS * 3 // 2)
    seconds, took = claims_crowd.in_line(offer, customers[:CLAIMS], hands=HANDS, threads=THREADS)
    return _row(result, f"in line for one offer, {HANDS} processes of {THREADS} threads", took, seconds)


def _through_http(customers: list[int], result: Result) -> float:
    """The page's own tap, by a web server of two processes, for one offer with fewer pieces than people."""
    count = min(CLAIMS, 1_500)
    offer, tokens = claims_bank.make_campaign(customers[:count], quantity=count * 2 // 3)
    seconds, took, claimed = claims_crowd.through_http(tokens)
    rate = _row(result, f"through HTTP, {claimed:,} of {count:,} got one", took, seconds)
    if claimed != claims_bank.given(offer):
        raise RuntimeError(f"{claimed} were told that they have one, {claims_bank.given(offer)} have")
    return rate


def _growth(customers: list[int], result: Result) -> float:
    """The rate among many over the rate among few: 1 is flat."""
    few = _one_at_a_time(customers, result, "again, among few", 2_000)
    claims_bank.grow(claims=GROWTH, offers=10_000)
    many = _one_at_a_time(customers, result, f"among {GROWTH:,} claims and 10,000 offers", 2_000)
    return many / few


def _row(result: Result, part: str, took: list[float], seconds: float) -> float:
    took = sorted(took)
    places = (took[len(took) // 2] * 1000, took[len(took) * 99 // 100] * 1000)
    result.rows.append((part, len(took), seconds, len(took) / seconds, *places))
    return len(took) / seconds
