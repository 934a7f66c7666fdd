"""What claims are measured on: a server of its own, people, offers, and pgbench on the same server.

It does not wait for the disk, nor for pgbench: what is compared is work, not the disk of this machine.
"""

import os
import re
import subprocess
from importlib import import_module
from typing import Any

from benchmarks import bank
from huiqun.config import postgres

FOLDER = bank.ROOT / "var" / "bench-claims"
CLIENTS, JOBS = 8, 2
BARE_TABLES = """
CREATE TABLE IF NOT EXISTS bare_stock (id int PRIMARY KEY, claimed int NOT NULL, quantity int NOT NULL);
CREATE TABLE IF NOT EXISTS bare_claim (id bigserial PRIMARY KEY, stock int NOT NULL, customer int NOT NULL);
TRUNCATE bare_stock, bare_claim;
INSERT INTO bare_stock SELECT n, 0, 2000000000 FROM generate_series(1, 10000) n;
"""
BARE = """\\set stock random(1, {rows})
\\set customer random(1, 1000000)
BEGIN;
UPDATE bare_stock SET claimed = claimed + 1 WHERE id = :stock AND claimed < quantity;
INSERT INTO bare_claim (stock, customer) VALUES (:stock, :customer);
COMMIT;
"""
MORE_OFFERS = """
INSERT INTO benefits_benefit ({columns}, name, subject)
SELECT {columns}, 'grown ' || n, '' FROM benefits_benefit, generate_series(1, %s) n WHERE id = %s
"""
MORE_CLAIMS = """
INSERT INTO benefits_claim (benefit_id, customer_id, code, because, state, claimed_at, ended_because, device, address)
SELECT offers.id, people.id, 'G' || lpad(to_hex(n), 11, '0'), 'grown:' || n, 'claimed', now(), '', '', ''
  FROM generate_series(1, %(claims)s) n
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM benefits_benefit WHERE name LIKE 'grown%%') offers
       ON offers.place = n %% %(offers)s
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM customers_customer) people
       ON people.place = n %% (SELECT count(*) FROM customers_customer)
"""
SURROUNDINGS: dict[str, str] = {}


def connect() -> None:
    """Make and start the server if need be, and point Django at it; every run begins without claims."""
    url = postgres.ensure(FOLDER / "postgres", fast=True)
    SURROUNDINGS.update(bank.surround(var=FOLDER / "var", lake=FOLDER / "lake", url=url))
    bank.start()
    _execute("SET session_replication_role = replica")
    _execute(
        "TRUNCATE benefits_benefit, benefits_claim, benefits_quota, benefits_turn, foundation_fact,"
        " delivery_recipient, delivery_run, campaigns_campaign, campaigns_participation CASCADE"
    )
    _execute("SET session_replication_role = DEFAULT")


def make_people(count: int) -> list[int]:
    from huiqun.customers.models import Customer

    bank.make_customers(count, bank.make_branches())
    return list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:count])


def make_offers(count: int, *, quantity: int, subject: str = "") -> list[int]:
    """Frozen, open offers for now."""
    from huiqun.benefits.models import Benefit
    from huiqun.foundation.models import Branch

    makers = import_module("tests.makers.benefits")
    branch = Branch.objects.order_by("pk")[0]
    terms = makers.benefit_terms(quantity=quantity, **_period())
    made = []
    for _ in range(count):
        benefit = Benefit(branch=branch, subject=subject, created_at=makers.THEN, updated_at=makers.THEN)
        benefit.take(terms)
        benefit.frozen_digest = "f" * 64
        made.append(benefit)
    return [benefit.pk for benefit in Benefit.objects.bulk_create(made)]


def _period() -> dict[str, Any]:
    from datetime import timedelta

    from huiqun.foundation import clock
    from huiqun.lib.days import local_date

    now = clock.now()
    return {
        "claim_start_at": now - timedelta(days=1),
        "claim_end_at": now + timedelta(days=30),
        "use_last_date": local_date(now) + timedelta(days=60),
    }


def make_campaign(customers: list[int], *, quantity: int) -> tuple[int, list[str]]:
    """A campaign under way with an offer; the offer and everybody's link."""
    from datetime import timedelta

    from huiqun.campaigns.models import Campaign
    from huiqun.delivery import queries as delivery
    from huiqun.delivery.models import Recipient
    from huiqun.foundation import clock
    from huiqun.foundation.models import Branch

    makers = import_module("tests.makers.delivery")
    now = clock.now()
    branch = Branch.objects.order_by("pk")[0]
    author = bank.make_staff("bench", branch, "marketer")
    campaign = Campaign.objects.create(
        name="bench",
        branch=branch,
        owner=author,
        state="running",
        start_at=now - timedelta(hours=1),
        end_at=now + timedelta(days=9),
        created_at=now,
    )
    (offer,) = make_offers(1, quantity=quantity, subject=campaign.subject)
    Campaign.objects.filter(pk=campaign.pk).update(benefit_id=offer)
    account = makers.make_account(branch=branch, name=f"bench {os.urandom(4).hex()}")
    run = makers.open_run(branch=branch, people=customers, accounts=[account], subject=campaign.subject)
    recipients = Recipient.objects.filter(run_id=run.pk).order_by("customer_id")
    return offer, [delivery.make_link(pk) for pk in recipients.values_list("pk", flat=True)]


def pgbench(*, rows: int, seconds: int) -> tuple[float, float]:
    """Transactions a second and milliseconds each, of ``CLIENTS`` clients."""
    _execute(BARE_TABLES)
    script = FOLDER / "bare.sql"
    script.write_text(BARE.format(rows=rows))
    cluster = postgres.Cluster(folder=(FOLDER / "postgres").resolve(), fast=True)
    options = (
        "-n",
        "-c",
        str(CLIENTS),
        "-j",
        str(JOBS),
        "-T",
        str(seconds),
        "-M",
        "prepared",
        "-f",
        str(script),
    )
    said = subprocess.run(
        [str(cluster.binaries / "pgbench"), *options, SURROUNDINGS["DATABASE_URL"]],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rate, latency = re.search(r"tps = ([\d.]+)", said), re.search(r"latency average = ([\d.]+)", said)
    assert rate and latency, said
    return float(rate[1]), float(latency[1])


def grow(*, claims: int, offers: int) -> None:
    """Many offers and claims of before, through the tables."""
    from huiqun.benefits.models import Benefit

    (one,) = make_offers(1, quantity=2_000_000_000)
    left_out = {"id", "name", "subject"}
    columns = ", ".join(
        field.column for field in Benefit._meta.local_fields if field.column and field.column not in left_out
    )
    _execute("SET session_replication_role = replica")
    _execute(MORE_OFFERS.format(columns=columns), [offers, one])
    _execute(MORE_CLAIMS, {"claims": claims, "offers": offers})
    _execute("SET session_replication_role = DEFAULT")
    _execute(
        "UPDATE benefits_benefit SET claimed = (SELECT count(*) FROM benefits_claim claim"
        " WHERE claim.benefit_id = benefits_benefit.id) WHERE name LIKE 'grown%%'"
    )
    _execute("VACUUM ANALYZE benefits_claim, benefits_benefit")


def given(offer: int) -> int:
    from huiqun.benefits.models import Claim

    return int(Claim.objects.filter(benefit_id=offer).count())


def oversold() -> int:
    """Pieces beyond what there was, and offers whose count is not the number of their claims."""
    return _number(
        "SELECT count(*) FROM benefits_benefit benefit WHERE claimed > quantity OR claimed <>"
        " (SELECT count(*) FROM benefits_claim claim WHERE claim.benefit_id = benefit.id)"
    )


def duplicates() -> int:
    """Second claims of one customer, and claims without exactly one fact."""
    return _number(
        "SELECT (SELECT count(*) - count(DISTINCT (benefit_id, customer_id)) FROM benefits_claim)"
        " + (SELECT count(*) - count(DISTINCT body ->> 'claim_id') FROM foundation_fact"
        "     WHERE kind = 'benefits.BenefitClaimed')"
        " + abs((SELECT count(*) FROM benefits_claim) - (SELECT count(*) FROM foundation_fact"
        "     WHERE kind = 'benefits.BenefitClaimed'))"
    )


def _number(sql: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _execute(sql: str, values: Any = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
