"""Past contacts are taken over as they are told: marked, counted, never sent."""

import gzip
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from huiqun.delivery import actions, queries
from huiqun.delivery.actions import Caps
from huiqun.delivery.models import ContactCount, Recipient, Run, Touch
from huiqun.foundation.models import Fact
from tests.makers.customers import make_customer
from tests.makers.delivery import NOW, open_run, outcome

UCI = Path(__file__).parents[3] / "shared" / "data" / "uci_bank" / "bank-additional-full.csv.gz"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def table(ids: list[int], *, channel: str = "phone", at: datetime = NOW) -> pa.Table:
    return pa.table(
        {
            "customer_id": pa.array(ids, pa.int64()),
            "channel": pa.array([channel] * len(ids)),
            "at": pa.array([at] * len(ids), pa.timestamp("us", tz="UTC")),
        }
    )


def take_over(branch: Any, rows: pa.Table) -> Run:
    run_id = actions.import_history(subject="campaign:77", branch_id=branch.pk, table=rows, by=None, now=NOW)
    return Run.objects.get(pk=run_id)


def test_asks_no_consent_and_marks_each_contact(north: Any) -> None:
    person = make_customer(branch=north)
    when = datetime(2026, 5, 5, 8, 0, tzinfo=UTC)
    run = take_over(north, table([person.pk], at=when))
    row = Recipient.objects.get(run=run)
    assert (row.state, row.source, row.channel, row.sent_at, row.branch_id) == (
        "sent", "imported", "phone", when, north.pk,
    )  # fmt: skip
    assert (run.state, run.source, run.audience) == ("finished", "imported", 1)
    assert Touch.objects.get().source == "imported"
    assert queries.touches_of(person.pk)[0].source == "imported"
    assert Fact.objects.get(kind="delivery.HistoryImported").body["audience"] == 1


def test_takes_the_earliest_of_several_contacts(north: Any) -> None:
    person = make_customer(branch=north)
    rows = pa.concat_tables([table([person.pk]), table([person.pk], at=NOW - timedelta(days=3))])
    run = take_over(north, rows)
    assert Recipient.objects.get(run=run).sent_at == NOW - timedelta(days=3)


def test_counts_in_frequency_caps(north: Any) -> None:
    person = make_customer(branch=north, consents=["sms"])
    take_over(north, table([person.pk], channel="sms", at=NOW - timedelta(days=1)))
    assert ContactCount.objects.get().on_date.isoformat() == "2026-11-19"
    run = open_run(branch=north, people=[person], caps=Caps(per_channel_days=7))
    assert outcome(run, person) == ("dropped", "over_frequency")


def test_gives_no_way_to_send(north: Any) -> None:
    run = take_over(north, table([make_customer(branch=north).pk]))
    with pytest.raises(Exception, match="nothing here"):
        actions.resume_run(run_id=run.pk, by=None, now=NOW)


@pytest.mark.skipif(not UCI.exists(), reason="the public data set is not here")
def test_takes_over_a_real_banks_contacts_in_seconds(north: Any) -> None:
    """41,188 calls of a Portuguese bank; the channel is the file's own."""
    with gzip.open(UCI, "rt") as file:
        header = file.readline().strip().replace('"', "").split(";")
        place = header.index("contact")
        channels = [line.split(";")[place].strip('"') for line in file]
    rows = pa.table(
        {
            "customer_id": pa.array(range(1, len(channels) + 1), pa.int64()),
            "channel": pc.if_else(pc.equal(pa.array(channels), "cellular"), "phone", "branch_counter"),
            "at": pa.array([NOW - timedelta(days=400)] * len(channels), pa.timestamp("us", tz="UTC")),
        }
    )
    start = time.monotonic()
    run = take_over(north, rows)
    assert run.audience == Touch.objects.count() == 41_188
    assert time.monotonic() - start < 30
