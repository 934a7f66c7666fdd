"""Everybody a campaign was about, with what became of them, as one relation to count and to list from.

The outcome of each recipient comes from delivery's ledger, joining and interest from the campaign's page,
claims from benefits, conversions from the transactions that the bank delivered to the lake: for both arms
alike, within the campaign's attribution window.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from huiqun.benefits import queries as benefits
from huiqun.campaigns import queries as campaigns
from huiqun.campaigns.queries import CampaignFacts
from huiqun.delivery import queries as delivery
from huiqun.foundation import lake
from huiqun.foundation.lake.conversions import FIRST_OF_KIND
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.days import local_date

PEOPLE = f"""
CREATE TEMP TABLE people AS
SELECT o.*, o.state IN ('sent', 'delivered') AS reached,
       o.customer_id IN (SELECT customer_id FROM joined) AS joined,
       o.customer_id IN (SELECT customer_id FROM interested) AS interested,
       o.customer_id IN (SELECT customer_id FROM claimed) AS claimed,
       c.dt AS converted_date, c.dt IS NOT NULL AS converted,
       EXISTS (
           SELECT 1 FROM app_events a
           WHERE a.customer_id = o.customer_id AND a.dt > o.sent_date + 23 AND a.dt <= o.sent_date + 30
       ) AS returned,
       o.reason IN ('', 'control') AND o.failure <> 'unrenderable' AS comparable
FROM outcomes o
LEFT JOIN (
    {FIRST_OF_KIND}
) c USING (customer_id)
"""


@contextmanager
def people_of(campaign: CampaignFacts, staff: Staff) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the temporary table ``people``, one row per recipient that the person may see.

    Columns: those of ``delivery.queries.outcomes`` and the flags reached, joined, interested, claimed,
    converted (with converted_date), returned (used the app on one of the days 24 to 30 after the message)
    and comparable (no reason but the arm).
    """
    first = local_date(campaign.started_at) if campaign.started_at else date.max
    with lake.connect(reach={"transactions": first, "app_events": first}) as connection:
        for name, table in _tables(campaign, staff).items():
            connection.register(name, table)
        connection.execute("DROP TABLE IF EXISTS people")
        connection.execute(PEOPLE, _window(campaign))
        yield connection
        connection.execute("DROP TABLE IF EXISTS people")


def _tables(campaign: CampaignFacts, staff: Staff) -> dict[str, pa.Table]:
    outcomes = delivery.outcomes(campaign.run_id) if campaign.run_id else _nobody()
    visible = Branch.objects.visible_to(staff).values_list("pk", flat=True)
    in_scope = pc.is_in(outcomes["branch_id"], value_set=pa.array(list(visible), pa.int64()))
    return {
        "outcomes": outcomes.filter(in_scope),
        "joined": _ids(who for who, _ in campaigns.participants(campaign_id=campaign.id, kind="joined")),
        "interested": _ids(
            who for who, _ in campaigns.participants(campaign_id=campaign.id, kind="interested")
        ),
        "claimed": _ids(who for who, _ in benefits.claim_times(campaign.subject)),
    }


def _ids(customers: Any) -> pa.Table:
    return pa.table({"customer_id": pa.array(list(customers), pa.int64())})


def _nobody() -> pa.Table:
    return pa.schema(list(delivery.OUTCOME_TYPES.items())).empty_table()


def _window(campaign: CampaignFacts) -> list[Any]:
    """Kind, product kind (twice) and the half-open days in which a transaction counts as a conversion:
    none before the campaign has started."""
    product = campaign.conversion_product_kind
    if campaign.started_at is None:
        return [campaign.conversion_kind, product, product, date.max, date.max]
    start = local_date(campaign.started_at)
    until = start + timedelta(days=campaign.window_days)
    return [campaign.conversion_kind, product, product, start, until]
