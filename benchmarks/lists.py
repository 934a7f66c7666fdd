"""Staff list pages at a million customers: server time beside the page's own SQL alone; limit p95 150 ms."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks import bank
from benchmarks.report import Result, percentiles

CUSTOMERS = int(os.environ.get("HUIQUN_BENCH_CUSTOMERS", "1000000"))
LIMIT_MS = 150
WARM_UP, ROUNDS = 5, 60


@dataclass(frozen=True)
class Place:
    """One list as one person opens it."""

    title: str
    staff: Any
    address: str


def run() -> Result:
    bank.connect(f"lists_{CUSTOMERS}")
    began = time.monotonic()
    outlets = bank.make_branches()
    bank.make_customers(CUSTOMERS, outlets)
    print(f"{CUSTOMERS:,} customers in {len(outlets)} outlets ({time.monotonic() - began:.0f} s)", flush=True)
    result = Result(
        header=("list", "page p50 ms", "p95 ms", "its SQL p50 ms", "p95 ms", "queries", "page/SQL", "KB")
    )
    worst, counted = 0.0, 0
    for place in _places(outlets):
        row, p95, counts = _measure(place)
        result.rows.append(row)
        worst, counted = max(worst, p95), counted + counts
        print(f"  {place.title}: p95 {p95:.1f} ms", flush=True)
    result.values = {
        "customers": CUSTOMERS,
        "lists": len(result.rows),
        "worst_p95_ms": worst,
        "of_limit": worst / LIMIT_MS,
        "counts_over_tables": counted,
    }
    return result


def _places(outlets: list[Any]) -> Iterator[Place]:
    from django.core import signing
    from django.urls import reverse

    from huiqun.foundation.models import Branch
    from huiqun.foundation.paging import SALT

    head, branch, outlet = Branch.objects.get(code="HO"), Branch.objects.get(code="B01"), outlets[0]
    people = {
        "head office": bank.make_staff("bench-head", head, "marketer", "risk_officer"),
        "branch of 10 outlets": bank.make_staff("bench-branch", branch, "marketer"),
        "outlet": bank.make_staff("bench-outlet", outlet, "relationship_manager", "marketer"),
    }
    customers = reverse("customers:customer_list")
    middle = signing.dumps([CUSTOMERS // 2], salt=SALT)
    asked = {
        "first page": "",
        "page in the middle": f"?after={middle}",
        "by lifecycle": "?lifecycle=dormant",
        "by level and day": "?risk_level=3&opened_from=2020-01-01&opened_to=2020-12-31",
        "by level on one day": "?risk_level=3&opened_from=2020-01-01&opened_to=2020-01-01",
        "by number": f"?number=N{CUSTOMERS // 3:08d}",
        "by phone": "?phone=13900000007",
        "nothing found": "?name=%E6%97%A0%E6%AD%A4%E4%BA%BA",
    }
    for who, staff in people.items():
        for what, query in asked.items():
            yield Place(f"customers, {who}, {what}", staff, customers + query)
    administrator = bank.make_staff("bench-admin", head, "administrator")
    for name in ("workforce:staff_list", "workforce:branch_list"):
        yield Place(name, administrator, reverse(name))


def _measure(place: Place) -> tuple[tuple[Any, ...], float, int]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(place.staff, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(place.address)
    if response.status_code != 200:
        raise RuntimeError(f"{place.address} gave {response.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(place.address)
    queries = [str(query["sql"]) for query in captured]
    statements = [query for query in queries if query.startswith("SELECT")]
    page = percentiles(_times(lambda: client.get(place.address)))
    sql = percentiles(_times(lambda: _execute(statements)))
    counts = sum("COUNT(*)" in statement and "customers_customer" in statement for statement in statements)
    size = len(response.content) / 1024
    ratio = page[50] / sql[50] if sql[50] else 0.0
    return (place.title, page[50], page[95], sql[50], sql[95], len(queries), ratio, size), page[95], counts


def _times(work: Callable[[], object]) -> list[float]:
    for _ in range(WARM_UP):
        work()
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return seconds


def _execute(statements: list[str]) -> None:
    """The page's own queries, without Django between them and the database."""
    from django.db import connection

    assert connection.connection is not None
    with connection.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.encode())
            cursor.fetchall()
