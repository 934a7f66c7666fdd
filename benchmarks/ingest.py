"""A file of transactions into the lake: rows a second, peak memory, beside bare DuckDB turning the same CSV to Parquet.

HUIQUN_BENCH_ROWS is how many (5,000,000), HUIQUN_BENCH_CUSTOMERS of how many customers (100,000). The product reads,
judges and refuses rows, finds customers, sorts by month, leaves out events that it has, and publishes a version.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from benchmarks import bank
from benchmarks.report import Result

ROWS = int(os.environ.get("HUIQUN_BENCH_ROWS", "5000000"))
CUSTOMERS = int(os.environ.get("HUIQUN_BENCH_CUSTOMERS", "100000"))
MONTHS = 12
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FILE = bank.ROOT / "var" / "bench" / f"transactions-{ROWS}-{CUSTOMERS}.csv"
BARE = bank.ROOT / "var" / "bench" / "ingest-bare.parquet"


def run() -> Result:
    bank.connect(f"ingest_{CUSTOMERS}")
    bank.make_customers(CUSTOMERS, bank.make_branches())
    _file()
    result = Result(header=("into Parquet", "rows", "seconds", "CPU s", "rows/s", "peak MB"))
    measured = {name: _child(name) for name in ("bare", "product")}
    for name, (seconds, cpu, peak, rows) in measured.items():
        if rows != ROWS:
            raise RuntimeError(f"{name}: {rows:,} rows instead of {ROWS:,}")
        result.rows.append((name, rows, seconds, cpu, rows / seconds, peak))
    (bare, bare_cpu, *_), (seconds, cpu, peak, _rows) = measured["bare"], measured["product"]
    result.values = {
        "rows_per_s": ROWS / seconds,
        "times_bare": seconds / bare,
        "peak_mb": peak,
        "times_bare_cpu": cpu / bare_cpu,
        "rows": ROWS,
    }
    return result


def _child(name: str) -> tuple[float, float, float, int]:
    """Seconds and processor seconds of the work itself, peak resident megabytes of a process of its own, and rows that came of it."""
    child = subprocess.Popen([sys.executable, "-m", "benchmarks.ingest", name], stdout=subprocess.PIPE)
    assert child.stdout is not None
    told = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{name} ended with {child.returncode}")
    found = json.loads(told.splitlines()[-1])
    return found["seconds"], found["cpu"], usage.ru_maxrss / 1024, found["rows"]


def bare() -> int:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{FILE}')) TO '{BARE}' (FORMAT parquet, COMPRESSION zstd)"
        )
        ((rows,),) = connection.execute(f"SELECT count(*) FROM '{BARE}'").fetchall()
    return int(rows)


def product() -> int:
    from huiqun.audiences import actions
    from huiqun.audiences.tasks import numbers_to_ids
    from huiqun.foundation import lake

    actions.ingest_delivery(FILE, now=NOW, customer_ids=numbers_to_ids, keep=True)
    return sum(file.rows for file in lake.manifest().of("transactions"))


def _file() -> None:
    """The same for the same size; written once and kept."""
    if FILE.exists():
        return
    import duckdb

    draft = FILE.with_suffix(".part")
    kinds = "['spend', 'buy', 'redeem', 'salary', 'deposit_in']"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 'T' || lpad(n::VARCHAR, 12, '0') AS event_id,"
            f" strftime(TIMESTAMP '2025-11-01' + to_seconds((hash(n) % {MONTHS * 30 * 86400})::BIGINT),"
            f" '%Y-%m-%d %H:%M:%S') AS at,"
            f" 'N' || lpad((1 + hash(n + 7) % {CUSTOMERS})::VARCHAR, 8, '0') AS number,"
            f" {kinds}[1 + (hash(n + 13) % 5)::INT] AS kind,"
            f" CASE hash(n + 17) % 4 WHEN 0 THEN 'fund' WHEN 1 THEN 'wealth' END AS product_kind,"
            f" 'P' || (hash(n + 19) % 500)::VARCHAR AS product_code,"
            f" (1 + hash(n + 23) % 1000000)::BIGINT AS amount_fen, 'delivered' AS source"
            f" FROM range(1, {ROWS + 1}) AS t(n)) TO '{draft}' (FORMAT csv, HEADER)"
        )
    draft.rename(FILE)


def _main(name: str) -> None:
    works: Mapping[str, Callable[[], int]] = {"bare": bare, "product": product}
    if name == "product":
        import django

        django.setup()
        _empty()
    began, worked = time.monotonic(), time.process_time()
    rows = works[name]()
    told = {"seconds": time.monotonic() - began, "cpu": time.process_time() - worked, "rows": rows}
    print(json.dumps(told))


def _empty() -> None:
    """What an earlier run brought in goes."""
    from django.db import connection

    rmtree(Path(os.environ["HUIQUN_LAKE"]), ignore_errors=True)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE audiences_delivery, foundation_fact CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")


if __name__ == "__main__":
    _main(sys.argv[1])
