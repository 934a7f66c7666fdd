"""What sending is measured on: customers with consents, an approved run, a channel that takes everything.

A PostgreSQL of its own under ``var/bench-sending``, as safe against crashes as a bank's: half of what is
measured here is what a commit costs, and the other half what is left after a kill.
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import bank
from huiqun.config import postgres

FOLDER = Path(os.environ.get("HUIQUN_BENCH_SENDING", bank.ROOT / "var" / "bench-sending"))
SURROUNDINGS: dict[str, str] = {}
"""What child processes are started with; the makers of tests change the environment for themselves."""

NAMES = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄")


def cluster() -> postgres.Cluster:
    return postgres.Cluster(folder=(FOLDER / "postgres").resolve())


def connect() -> None:
    """Make and start the server if need be, and point Django at it."""
    url = postgres.ensure(FOLDER / "postgres")
    SURROUNDINGS.update(bank.surround(var=FOLDER / "var", lake=FOLDER / "lake", url=url))
    bank.start()


def make_people(count: int) -> Any:
    """``count`` customers who agreed to SMS, each number encrypted for itself; the branch that orders."""
    from django.db import connection

    from huiqun.customers.models import Customer

    outlets = bank.make_branches()
    if Customer.objects.filter(phone_index__isnull=False).count() < count:
        _wipe("customers_customer", "customers_consent", "customers_consentrecord", "customers_consenttext")
        _copy_people(count, [outlet.pk for outlet in outlets])
        with connection.cursor() as cursor:
            cursor.execute(CONSENTS)
            cursor.execute("VACUUM ANALYZE customers_customer, customers_consent")
    return outlets[0]


CONSENTS = """
INSERT INTO customers_consenttext (channel, purpose, version, title, body, accepted, published_at)
VALUES ('sms', 'marketing', '1', '短信', '同意接收短信', true, now());
INSERT INTO customers_consent (customer_id, channel, purpose, state, text_version, source, at)
SELECT id, 'sms', 'marketing', 'given', '1', 'bench', now() FROM customers_customer ORDER BY id
"""


def _copy_people(count: int, outlets: list[int]) -> None:
    from django.db import connection

    from huiqun.customers.models import Customer
    from huiqun.customers.models.people import index_of
    from huiqun.foundation.secrets import encrypt

    fields: Any = {field.name: field for field in Customer._meta.get_fields()}
    name, phone = fields["name"].context, fields["phone"].context
    columns = "number, branch_id, name, phone, phone_index, sex, risk_level, risk_assessed_date, lifecycle, attributes"
    blank = "occupation, income_band, city"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE fresh (number text, branch_id bigint, name bytea, phone bytea, phone_index bytea)"
        )
        with cursor.copy("COPY fresh FROM STDIN") as copy:
            for n in range(count):
                who = f"{NAMES[n % 8]}{chr(0x4E00 + n % 2000)}"
                sealed = (encrypt(who, name), encrypt(f"139{n:08d}", phone), index_of("phone", f"139{n:08d}"))
                copy.write_row((f"S{n:08d}", outlets[n % len(outlets)], *sealed))
        cursor.execute(
            f"INSERT INTO customers_customer ({columns}, {blank}, overdue, created_at, updated_at)"
            " SELECT number, branch_id, name, phone, phone_index, 'F', 5, current_date, 'mature', '{}', '', '', '', false,"
            "        now(), now()"
            " FROM fresh ORDER BY number"
        )


def forget_sendings() -> None:
    """What an earlier run left: each begins with empty ledgers and no counts."""
    _wipe("delivery_recipient", "delivery_touch", "delivery_contactcount", "delivery_run")


def _wipe(*tables: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("DELETE FROM procrastinate_jobs")


def open_gated_run(branch: Any, *, count: int, driver: str, config: dict[str, Any], secret: str = "") -> int:
    """A run of an approved dossier to the first ``count`` customers, gated and ready; its id."""
    from huiqun.customers.models import Customer
    from huiqun.delivery import actions
    from huiqun.delivery.actions import Caps
    from huiqun.foundation import clock

    makers = import_module("tests.makers.delivery")  # the tests' approved dossier will do
    account = makers.make_account(
        branch=branch,
        name=f"bench {os.urandom(4).hex()}",
        driver=driver,
        config=config,
        secret=secret,
        rate_per_second=1_000_000,
    )
    people = list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:count])
    order = makers.make_order(
        branch=branch,
        people=people,
        accounts=[account],
        subject=f"campaign:{int.from_bytes(os.urandom(4))}",
        caps=Caps(per_channel_days=7),
    )
    now = clock.now()
    run_id = actions.open_run(order=order, by=None, now=now)
    actions.gate_run(run_id=run_id, now=now)
    return int(run_id)
