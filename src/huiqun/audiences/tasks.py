"""The lake's worker: takes in what was delivered, publishes what was staged."""

from pathlib import Path

from django.conf import settings

from huiqun.audiences import actions, bitmaps, features
from huiqun.audiences.bitmaps import samples
from huiqun.audiences.turns import patient
from huiqun.customers import queries as customers
from huiqun.foundation import clock, jobs, lake
from huiqun.lib.days import local_date

REFRESH = "audiences.refresh_memberships"
LONGEST_WAIT = 900.0
"""Seconds that a job waits for its turn at heavy work."""


def inbox() -> Path:
    """Where the bank's systems put their files."""
    return Path(settings.HUIQUN_VAR) / "inbox"


@jobs.periodic("* * * * * */20", name="audiences.take_in_deliveries", queue="lake")
def take_in_deliveries() -> None:
    """Whatever lies in the inbox, and whatever importers have staged. The features follow: soon after a
    publication, and soon after midnight."""
    now = clock.now()
    if inbox().is_dir():
        actions.ingest_delivery(inbox(), now=now, customer_ids=numbers_to_ids)
    lake.publish(now=now)
    features.refresh(now=now, today=local_date(now))
    if actions.memberships_are_behind(now=now):
        jobs.enqueue(REFRESH, unique=REFRESH, lock=REFRESH)


@jobs.task(REFRESH, queue="lake", retry=False)
def refresh_memberships() -> None:
    """After the features, so that most audiences are read off them."""
    samples.draw()
    with patient(LONGEST_WAIT):
        actions.refresh_memberships(now=clock.now())


@jobs.periodic("* * * * *", name="audiences.freeze_scheduled", queue="lake")
def freeze_scheduled() -> None:
    with patient(LONGEST_WAIT):
        actions.freeze_scheduled(now=clock.now())


@jobs.periodic("*/10 * * * *", name="audiences.tell_of_late_deliveries", queue="lake")
def tell_of_late_deliveries() -> None:
    actions.tell_of_late_deliveries(now=clock.now())


@jobs.periodic("17 3 * * *", name="audiences.sweep_lake", queue="lake")
def sweep_lake() -> None:
    now = clock.now()
    lake.sweep(now=now)
    bitmaps.sweep(now=now)
    actions.sweep_memberships(now=now)


def numbers_to_ids(numbers: list[str]) -> dict[str, int]:
    return customers.customer_ids_by_number(numbers)
