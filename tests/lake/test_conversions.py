"""What a campaign was for reaches the lake as touches, of both arms, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from huiqun.campaigns import actions
from huiqun.campaigns.models import Campaign
from huiqun.foundation import lake
from tests.makers.audiences import event, make_lake, transaction
from tests.makers.campaigns import make_campaign

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def started(north: Any, *, days_ago: int = 10) -> Campaign:
    campaign = make_campaign(
        branch=north, conversion_kind="subscribe", conversion_product_kind="fund", window_days=7
    )
    Campaign.objects.filter(pk=campaign.pk).update(started_at=NOW - timedelta(days=days_ago))
    return campaign


def touch(event_id: str, customer_id: int, kind: str, campaign: Campaign) -> dict[str, Any]:
    return event(event_id, customer_id, kind, days_ago=9, campaign_id=campaign.pk)


def buys(event_id: str, customer_id: int, days_ago: int, product: str = "fund") -> dict[str, Any]:
    return transaction(event_id, customer_id, "subscribe", days_ago=days_ago, product_kind=product)


def converted() -> list[tuple[Any, ...]]:
    lake.publish(now=NOW)
    return (
        lake.connect()
        .execute(
            "SELECT customer_id, dt::VARCHAR, campaign_id FROM touches WHERE kind = 'converted' ORDER BY 1"
        )
        .fetchall()
    )


def test_the_first_conversion_of_each_customer_of_either_arm(north: Any):
    campaign = started(north)
    make_lake(
        touches=[
            touch("a", 1, "sent", campaign),
            touch("b", 2, "control", campaign),
            touch("c", 3, "sent", campaign),
        ],
        transactions=[
            buys("t1", 1, 5),
            buys("t2", 1, 4),
            buys("t3", 2, 10),
            buys("t4", 3, 11),
            buys("t5", 3, 3),
            buys("t6", 3, 5, "wealth"),
            buys("t7", 4, 5),
        ],
    )
    assert actions.stage_conversions(now=NOW) == 2
    assert converted() == [(1, "2026-11-15", campaign.pk), (2, "2026-11-10", campaign.pk)]
    assert actions.stage_conversions(now=NOW) == 0


def test_a_late_delivery_adds_those_who_were_missing(north: Any):
    campaign = started(north)
    make_lake(
        touches=[touch("a", 1, "sent", campaign), touch("b", 2, "sent", campaign)],
        transactions=[buys("t1", 1, 5)],
    )
    actions.stage_conversions(now=NOW)
    lake.stage("transactions", _table(buys("t2", 2, 6)))
    lake.publish(now=NOW)
    assert actions.stage_conversions(now=NOW) == 1
    assert [row[0] for row in converted()] == [1, 2]


def _table(*rows: dict[str, Any]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist(list(rows), schema=lake.DATASETS["transactions"].schema)


def test_campaigns_long_over_are_left_alone(north: Any):
    campaign = started(north, days_ago=100)
    Campaign.objects.filter(pk=campaign.pk).update(created_at=NOW - timedelta(days=100))
    make_lake(touches=[touch("a", 1, "sent", campaign)], transactions=[buys("t1", 1, 98)])
    assert actions.stage_conversions(now=NOW) == 0
