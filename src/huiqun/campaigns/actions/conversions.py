"""Who did what a campaign was for: read from the bank's transactions, told to the lake as touches."""

from contextlib import closing
from datetime import date, datetime, timedelta

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from huiqun.campaigns.models import Campaign
from huiqun.foundation import lake
from huiqun.lib.days import local_date

LATE = timedelta(days=31)
"""So long after its window a campaign's conversions may still be delivered."""

CONVERSIONS = """
SELECT 'converted:' || $campaign || ':' || x.customer_id AS event_id, min(x."at") AS "at", min(x.dt) AS dt,
       x.customer_id AS customer_id, 'converted' AS kind, $campaign::BIGINT AS campaign_id,
       NULL::VARCHAR AS channel, $product AS topic
FROM transactions x
SEMI JOIN (SELECT customer_id FROM touches WHERE campaign_id = $campaign AND kind IN ('sent', 'control')) whom
     USING (customer_id)
ANTI JOIN (SELECT customer_id FROM touches WHERE campaign_id = $campaign AND kind = 'converted') told
     USING (customer_id)
WHERE x.kind = $kind AND ($product IS NULL OR x.product_kind = $product) AND x.dt >= $first AND x.dt < $until
GROUP BY x.customer_id
"""


def stage_conversions(*, now: datetime) -> int:
    """Stage the first conversion of each customer of either arm, from the campaign's start until its window
    ends; how many are new. Safe to repeat."""
    today = local_date(now)
    campaigns = Campaign.objects.filter(started_at__isnull=False).order_by("pk")
    return sum(_stage(campaign) for campaign in campaigns if _may_change(campaign, today))


def _may_change(campaign: Campaign, today: date) -> bool:
    return max(_until(campaign), local_date(campaign.created_at)) + LATE > today


def _first(campaign: Campaign) -> date:
    assert campaign.started_at is not None
    return local_date(campaign.started_at)


def _until(campaign: Campaign) -> date:
    return _first(campaign) + timedelta(days=campaign.window_days)


def _stage(campaign: Campaign) -> int:
    with closing(lake.connect(reach={"transactions": _first(campaign)})) as connection:
        found = _found(connection, campaign)
    months = pc.strftime(found["dt"], "%Y-%m")
    return sum(
        lake.stage(
            "touches",
            found.filter(pc.equal(months, month)),
            partition=str(month),
            source="flow campaigns.conversions",
        ).rows
        for month in pc.unique(months)
    )


def _found(connection: duckdb.DuckDBPyConnection, campaign: Campaign) -> pa.Table:
    values = {
        "campaign": campaign.pk,
        "kind": campaign.conversion_kind,
        "product": campaign.conversion_product_kind or None,
        "first": _first(campaign),
        "until": _until(campaign),
    }
    relation = connection.sql(CONVERSIONS, params=values)
    return relation.to_arrow_table().cast(lake.DATASETS["touches"].schema)
