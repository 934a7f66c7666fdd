"""The eight audiences elsewhere: embedded ClickHouse on the same files, PostgreSQL with an OLTP product's indexes, and
a loop over customers in the ORM."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import bank
from benchmarks.audience_lake import TODAY
from benchmarks.audiences_eight import EIGHT, PRIME
from benchmarks.audiences_measure import OFFLINE, ROUNDS, Clock

OLTP_CUSTOMERS = int(os.environ.get("HUIQUN_BENCH_OLTP", "200000"))
PYTHON = bank.ROOT / ".venv" / "bench" / "bin" / "python"
"""An environment of its own: what is there is for measuring and half a gigabyte."""
Found = dict[str, Any]

INDEXES: Mapping[str, tuple[str, ...]] = {
    "profiles": ("PRIMARY KEY (customer_id)", "birth_date", "sex", "risk_level", "opened_date"),
    "holdings": ("customer_id", "product_kind, status, matures_date", "product_kind, status, changed_date"),
    "aum": ("PRIMARY KEY (customer_id, dt)", "dt, aum_fen"),
    "transactions": ("customer_id, dt", "kind, dt", "product_kind, dt"),
    "app_events": ("customer_id, dt", "kind, topic, dt"),
    "contacts": ("customer_id, dt", "channel, dt"),
}
"""What a product on a relational database has on these tables."""


def chdb(files: Mapping[str, list[str]]) -> Found:
    """In a process of its own, with the same checks; dates as Date32, because its Date begins in 1970."""
    if not PYTHON.exists():
        print("  embedded ClickHouse is not installed: make bench NAME=audiences installs it")
        return {}
    asked = {
        "files": files,
        "queries": {each.name: clickhouse(each.preview) for each in EIGHT},
        "rounds": ROUNDS,
        "folder": str(bank.ROOT / "var" / "bench" / "chdb"),
    }
    script = Path(__file__).with_name("audiences_chdb.py")
    done = subprocess.run(
        [PYTHON, script], input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True
    )
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def clickhouse(sql: str) -> str:
    return re.sub(r"DATE '([0-9-]+)'", r"toDate32('\1')", sql)


def oltp(files: Mapping[str, list[str]], hand: Mapping[str, Found]) -> Mapping[str, Found]:
    """The same rows in PostgreSQL; ``hand`` is DuckDB by hand at this size, for the ratio."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        _load(connection, files)
        connection.execute("SET search_path = oltp; SET TimeZone = 'UTC'")
        found: dict[str, Found] = {}
        for audience in EIGHT:
            query = audience.preview.replace("INTERVAL 7 DAY", "INTERVAL '7 days'")
            seconds = []
            for _round in range(ROUNDS):
                with Clock() as clock:
                    (row,) = connection.execute(query.encode()).fetchall()
                seconds.append(clock.wall)
            found[audience.name] = _beside(median(seconds), int(row[0]), hand[audience.name])
            print(f"  PostgreSQL {audience.name}: {found[audience.name]}", flush=True)
        return {"PostgreSQL": found, "ORM, row by row,": {"s1": _row_loop(connection, hand["s1"])}}


def _beside(seconds: float, n: int, hand: Found) -> Found:
    if n != hand["n"]:
        raise RuntimeError(f"{n} customers instead of {hand['n']}")
    return {"n": n, "hand": hand["hand"], "seconds": seconds, "ratio": seconds / hand["hand"]}


def _load(connection: Any, files: Mapping[str, list[str]]) -> None:
    import duckdb

    connection.execute("DROP SCHEMA IF EXISTS oltp CASCADE; CREATE SCHEMA oltp; SET search_path = oltp")
    with duckdb.connect(":memory:", config=OFFLINE) as lake:
        lake.execute("SET TimeZone = 'UTC'")
        for name, paths in files.items():
            lake.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({paths})")
            columns = lake.execute(f"DESCRIBE {name}").fetchall()
            body = ", ".join(f'"{each[0]}" {_TYPES[each[1]]}' for each in columns)
            connection.execute(f"CREATE TABLE {name} ({body})")
            text = Path(os.environ["HUIQUN_VAR"]) / f"oltp-{name}.csv"
            lake.execute(f"COPY {name} TO '{text}' (HEADER false)")
            with (
                connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy,
                text.open("rb") as rows,
            ):
                while part := rows.read(1 << 20):
                    copy.write(part)
            text.unlink()
            for index in INDEXES[name]:
                key = f"ALTER TABLE {name} ADD {index}"
                connection.execute(
                    key if index.startswith("PRIMARY") else f"CREATE INDEX ON {name} ({index})"
                )
            connection.execute(f"VACUUM ANALYZE {name}")


_TYPES = {
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "VARCHAR": "text",
    "DATE": "date",
    "BOOLEAN": "boolean",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}


def _row_loop(connection: Any, hand: Found) -> Found:
    """The first audience as an ORM answers it when a rule is a method of the customer: candidates by their
    columns, then a question for each of them."""
    from datetime import timedelta

    from django.db import models

    class Transaction(models.Model):
        event_id = models.TextField(primary_key=True)
        dt = models.DateField()
        customer_id = models.BigIntegerField()
        kind = models.TextField()
        amount_fen = models.BigIntegerField()

        class Meta:
            app_label, managed, db_table = "audiences", False, 'oltp"."transactions'

    class Contact(models.Model):
        event_id = models.TextField(primary_key=True)
        dt = models.DateField()
        customer_id = models.BigIntegerField()
        channel = models.TextField()

        class Meta:
            app_label, managed, db_table = "audiences", False, 'oltp"."contacts'

    class Profile(models.Model):
        customer_id = models.BigIntegerField(primary_key=True)
        sex = models.TextField()
        birth_date = models.DateField()
        risk_level = models.IntegerField()
        risk_assessed_date = models.DateField()
        consent_sms = models.BooleanField()
        is_staff = models.BooleanField()
        do_not_disturb = models.BooleanField()

        class Meta:
            app_label, managed, db_table = "audiences", False, 'oltp"."profiles'

    d7, d30, d365 = (TODAY - timedelta(days=days) for days in (7, 30, 365))
    with Clock() as clock:
        chosen = []
        candidates = Profile._default_manager.filter(
            sex="F",
            birth_date__gt=TODAY.replace(year=TODAY.year - 41),
            birth_date__lte=TODAY.replace(year=TODAY.year - 25),
            risk_assessed_date__gt=d365,
            consent_sms=True,
            is_staff=False,
            do_not_disturb=False,
        )
        for each in candidates.iterator():
            spent = Transaction._default_manager.filter(
                customer_id=each.customer_id, dt__gt=d30, dt__lte=TODAY, kind="spend"
            ).aggregate(total=models.Sum("amount_fen"))["total"]
            if (spent or 0) <= 500_000:
                continue
            texts = Contact._default_manager.filter(customer_id=each.customer_id, dt__gt=d30, channel="sms")
            if texts.count() < 8 and texts.filter(dt__gt=d7).count() < 3:
                chosen.append(each.customer_id)
    assert sum(each * each % PRIME for each in chosen) >= 0
    return _beside(clock.wall, len(chosen), hand)
