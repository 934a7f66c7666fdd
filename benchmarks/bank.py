"""A database of a million made-up customers, apart from demo and tests, made once and kept.

It lives under ``var/bench-postgres``; to have it made anew, delete that folder.
"""

import os
from pathlib import Path
from typing import Any

from huiqun.config import messages, postgres

ROOT = Path(__file__).parents[1]
BRANCHES = 20
OUTLETS_PER_BRANCH = 10
POOL = 2_000


def connect(name: str) -> None:
    """Point Django at the benchmark's own database and bring its tables up to date."""
    import psycopg

    url = postgres.ensure(ROOT / "var" / "bench-postgres", fast=True)
    database = f"bench_{name}"
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(f'CREATE DATABASE "{database}"')
    surround(
        var=ROOT / "var" / "bench",
        lake=ROOT / "var" / "bench" / f"lake-{name}",
        url=url.replace(f"/{postgres.DATABASE}?", f"/{database}?"),
    )
    start()


def surround(*, var: Path, lake: Path, url: str) -> dict[str, str]:
    """The environment that a benchmark runs in from here on; child processes may be started with what is returned,
    since the makers of tests change it for themselves."""
    os.environ |= {
        "HUIQUN_MODE": "test",
        "HUIQUN_VAR": str(var),
        "HUIQUN_LAKE": str(lake),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "huiqun.config.settings",
    }
    return dict(os.environ)


def start() -> None:
    """Django in this environment, its tables up to date."""
    Path(os.environ["HUIQUN_VAR"], "static").mkdir(parents=True, exist_ok=True)
    import django
    from django.core.management import call_command

    django.setup()
    messages.compile_stale()
    call_command("migrate", interactive=False, verbosity=0)


def make_branches() -> list[Any]:
    """A head office, branches, outlets under them; the outlets."""
    from huiqun.foundation.models import Branch

    if not Branch.objects.filter(code="HO").exists():
        head = Branch.objects.create(code="HO", name="总行")
        for number in range(1, BRANCHES + 1):
            branch = Branch.objects.create(code=f"B{number:02d}", name=f"第{number}分行", parent=head)
            for place in range(1, OUTLETS_PER_BRANCH + 1):
                Branch.objects.create(
                    code=f"B{number:02d}{place:02d}", name=f"第{number}-{place}支行", parent=branch
                )
    return list(Branch.objects.filter(code__regex="^B[0-9]{4}$").order_by("code"))


def make_staff(username: str, branch: Any, *roles: str) -> Any:
    from huiqun.foundation.models import Staff, StaffRole

    staff = Staff.objects.get_queryset().filter(username=username).first()
    if staff is None:
        staff = Staff.objects.create_user(username, None, full_name=username, branch=branch)
    for role in roles:
        StaffRole.objects.get_or_create(staff=staff, role=role)
    return staff


def make_customers(count: int, outlets: list[Any]) -> None:
    """``count`` customers over the outlets, through the model's columns; nothing if they are there.

    Names and phones are drawn from a pool that is encrypted once: a page decrypts as many either way.
    """
    from django.db import connection

    from huiqun.customers.models import Customer

    if Customer.objects.filter(number=f"N{count:08d}").exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE pool (place int PRIMARY KEY, name bytea, phone bytea)")
        cursor.executemany("INSERT INTO pool VALUES (%s, %s, %s)", _pool(Customer))
        cursor.execute(_INSERT, {"count": count, "pool": POOL, "outlets": [outlet.pk for outlet in outlets]})
        cursor.execute("DROP TABLE pool")
        cursor.execute("VACUUM ANALYZE customers_customer")


def _pool(customer: Any) -> list[tuple[int, bytes, bytes]]:
    from huiqun.foundation.secrets import encrypt

    name, phone = (customer._meta.get_field(field).context for field in ("name", "phone"))
    return [
        (place, encrypt(f"王{chr(0x4E00 + place)}", name), encrypt(f"139{place:08d}", phone))
        for place in range(POOL)
    ]


_INSERT = """
INSERT INTO customers_customer
  (number, branch_id, name, phone, phone_index, name_index, birth_date, sex, occupation, income_band, city,
   risk_level, risk_assessed_date, lifecycle, opened_date, overdue, attributes, created_at, updated_at)
SELECT 'N' || lpad(n::text, 8, '0'),
       (%(outlets)s::bigint[])[1 + (hashint8(n) & 2147483647) %% cardinality(%(outlets)s::bigint[])],
       pool.name, pool.phone,
       substring(sha256(('phone' || n)::bytea), 1, 16), substring(sha256(('name' || n %% 90000)::bytea), 1, 16),
       date '1945-01-01' + (hashint8(n + 1) & 2147483647) %% 22000,
       (ARRAY['F', 'M'])[1 + n %% 2], '职员', '10-20万', '杭州',
       1 + (hashint8(n + 2) & 2147483647) %% 5, date '2026-01-01' + (n %% 300)::int,
       (ARRAY['new', 'growing', 'mature', 'at_risk', 'dormant'])[1 + (hashint8(n + 3) & 2147483647) %% 5],
       date '2005-01-01' + (hashint8(n + 4) & 2147483647) %% 7900,
       false, '{}', now(), now()
FROM generate_series(1, %(count)s) AS n JOIN pool ON pool.place = n %% %(pool)s
ORDER BY n
"""
