"""The lake's worker: takes in what was delivered, publishes what was staged."""

from pathlib import Path

from django.conf import settings

from huiqun.audiences import actions
from huiqun.customers import queries as customers
from huiqun.foundation import clock, jobs, lake


def inbox() -> Path:
    """Where the bank's systems put their files."""
    return Path(settings.HUIQUN_VAR) / "inbox"


@jobs.periodic("* * * * * */20", name="audiences.take_in_deliveries", queue="lake")
def take_in_deliveries() -> None:
    """Whatever lies in the inbox, and whatever importers have staged."""
    now = clock.now()
    if inbox().is_dir():
        actions.ingest_delivery(inbox(), now=now, customer_ids=numbers_to_ids)
    lake.publish(now=now)


@jobs.periodic("17 3 * * *", name="audiences.sweep_lake", queue="lake")
def sweep_lake() -> None:
    lake.sweep(now=clock.now())


def numbers_to_ids(numbers: list[str]) -> dict[str, int]:
    return customers.customer_ids_by_number(numbers)
