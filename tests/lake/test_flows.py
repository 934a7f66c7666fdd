"""What is recorded about customers reaches the lake: each row once, and every night it is compared."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from huiqun.benefits.events import BenefitClaimed
from huiqun.campaigns.events import CustomerJoined
from huiqun.delivery.models import Recipient
from huiqun.foundation import facts, flows, lake, reconciling
from huiqun.foundation.models import Fact
from tests.makers.audiences import make_lake
from tests.makers.customers import make_customer
from tests.makers.delivery import drain, open_run
from tests.settling import wait_until_settled

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
"""Half past midnight of the first of November at the bank."""


def touches(columns: str = "*") -> list[tuple[Any, ...]]:
    return lake.connect().execute(f"SELECT {columns} FROM touches ORDER BY ALL").fetchall()


def tell(*events: Any, at: datetime = NOW) -> None:
    from django.db import transaction

    with transaction.atomic():
        for event in events:
            facts.record(event, at=at)
    wait_until_settled()


def flush() -> int:
    rows = flows.flush()
    lake.publish(now=NOW)
    return rows


def joined(customer_id: int) -> CustomerJoined:
    return CustomerJoined(campaign_id=3, customer_id=customer_id)


def test_what_became_of_messages_and_who_was_held_back(north: Any):
    sent, held_back = (make_customer(branch=north, consents=["sms"]) for _ in range(2))
    run = open_run(branch=north, people=[sent], control=[held_back], subject="campaign:12")
    drain(run)
    wait_until_settled()
    flush()
    assert touches("customer_id, kind, campaign_id, channel, dt") == [
        (sent.pk, "sent", 12, "sms", date(2026, 11, 20)),
        (held_back.pk, "control", 12, None, date(2026, 11, 20)),
    ]
    assert Recipient.objects.filter(run=run, reason="control").count() == 1


def test_facts_about_a_customer_with_their_campaign_and_the_banks_day():
    offer = {"benefit_id": 1, "claim_id": 1, "left": 4}
    tell(
        joined(7),
        BenefitClaimed(customer_id=8, offered_by="campaign:12", **offer),
        BenefitClaimed(customer_id=9, offered_by="counter", **offer),
        at=MIDNIGHT,
    )
    flush()
    first = date(2026, 11, 1)
    assert touches('customer_id, kind, campaign_id, dt, "at"::VARCHAR') == [
        (7, "joined", 3, first, "2026-10-31 16:30:00+00"),
        (8, "claimed", 12, first, "2026-10-31 16:30:00+00"),
        (9, "claimed", None, first, "2026-10-31 16:30:00+00"),
    ]


def test_each_row_comes_once_and_nothing_makes_no_version():
    tell(joined(7))
    assert flush() == 1
    version = lake.version()
    assert flush() == 0 and lake.version() == version
    tell(joined(8))
    assert flush() == 1
    assert touches("customer_id") == [(7,), (8,)]


def test_whoever_dies_before_the_cursor_is_saved_begins_again(monkeypatch: pytest.MonkeyPatch):
    tell(joined(7))
    with monkeypatch.context() as broken:
        broken.setattr("huiqun.foundation.models.SubscriberCursor.save", _die)
        with pytest.raises(KeyboardInterrupt):
            flows.flush()
    flows.flush()
    lake.publish(now=NOW)
    assert touches("customer_id") == [(7,)]


def _die(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


def test_a_row_of_a_transaction_under_way_is_waited_for():
    """Ids commit out of order: whoever reads past an open transaction never sees what it writes."""
    import psycopg
    from django.db import connection

    settings = connection.get_connection_params()
    known = {key: settings[key] for key in ("dbname", "user", "password", "host", "port") if key in settings}
    with psycopg.connect(**known) as other:
        other.execute(
            "INSERT INTO foundation_fact (kind, subject, body, at) VALUES ('campaigns.CustomerJoined', '',"
            ' \'{"campaign_id": 3, "customer_id": 7}\', %s)',
            [NOW],
        )
        from django.db import transaction

        with transaction.atomic():
            facts.record(joined(8), at=NOW)
        assert flush() == 0
        other.commit()
    wait_until_settled()
    flush()
    assert touches("customer_id") == [(7,), (8,)]


def test_months_are_partitions():
    tell(joined(7), at=MIDNIGHT - timedelta(days=3))
    tell(joined(8), at=MIDNIGHT)
    flush()
    assert {(file.partition, file.rows) for file in lake.manifest().of("touches")} == {
        ("2026-10", 1),
        ("2026-11", 1),
    }


def test_the_night_finds_nothing_when_all_is_there():
    tell(joined(7), joined(8))
    assert reconciling.reconcile(now=NOW) == ()
    assert touches("customer_id") == [(7,), (8,)]
    assert not Fact.objects.filter(kind="foundation.LakeDiffered").exists()


def test_what_the_lake_lost_is_staged_again_and_told():
    tell(joined(7), joined(8))
    flush()
    kept = pa.Table.from_pylist(
        [
            {
                "event_id": "campaigns:0",
                "at": NOW,
                "dt": date(2026, 11, 19),
                "customer_id": 1,
                "kind": "joined",
            }
        ],
        schema=lake.DATASETS["touches"].schema,
    )
    lake.stage("touches", kept, partition="2026-11", replace=True)
    lake.publish(now=NOW)
    (found,) = reconciling.reconcile(now=NOW)
    assert found.flow == "campaigns" and not found.mended
    assert found.days == (("2026-11-19", 0, 1), ("2026-11-20", 2, 0))
    assert touches("customer_id") == [(1,), (7,), (8,)]
    fact = Fact.objects.get(kind="foundation.LakeDiffered")
    assert (fact.body["missing"], fact.body["surplus"], fact.body["mended"]) == (2, 1, False)


def test_who_was_erased_is_not_brought_back_by_the_night():
    tell(joined(7), joined(8))
    flush()
    lake.erase([7], now=NOW)
    assert reconciling.reconcile(now=NOW) == ()
    assert touches("customer_id") == [(8,)]


def test_other_datasets_stay_as_they_are():
    make_lake(profiles=[{"customer_id": 7, "branch_id": 1}])
    tell(joined(7))
    flush()
    assert lake.connect().execute("SELECT count(*) FROM profiles").fetchall() == [(1,)]
