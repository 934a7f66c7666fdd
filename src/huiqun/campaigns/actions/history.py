"""Campaigns of before: taken over with their contacts, so that results can be told in one way."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from huiqun.campaigns.contacts import (
    ContactsTakenOverAlready,
    ContactsUnreadable,
    read_contacts,
    read_mapping,
)
from huiqun.campaigns.events import PastCampaignRecorded
from huiqun.campaigns.models import Author, Campaign
from huiqun.campaigns.words import ConversionKind, State
from huiqun.customers import queries as customers
from huiqun.delivery import actions as delivery
from huiqun.foundation import facts, lake
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound

CHUNK = 20_000


def take_over_contacts(*, path: Path, mapping_text: str, by: Staff, now: datetime) -> int:
    """Read a file of past contacts by its mapping and record it as a past campaign; the campaign's id.

    Customers whom the bank does not know are left out. What the file calls a conversion goes to the lake
    as a transaction of source "history", and the lake is published.
    :raises ContactsUnreadable, ContactsTakenOverAlready
    """
    mapping = read_mapping(mapping_text)
    if Campaign.objects.filter(is_historical=True, name=mapping["name"]).exists():
        raise ContactsTakenOverAlready(name=mapping["name"])
    table = _with_ids(read_contacts(path, mapping))
    if not table.num_rows:
        raise ContactsUnreadable(problem="none of its customers is known")
    first, last = pc.min(table["at"]).as_py(), pc.max(table["at"]).as_py()
    conversion: dict[str, Any] = mapping.get("conversion", {})
    campaign_id = record_past_campaign(
        name=mapping["name"],
        start_at=first,
        end_at=last + timedelta(days=1),
        contacts=table.select(["customer_id", "channel", "at"]),
        conversion_kind=conversion.get("kind", ConversionKind.SUBSCRIBE),
        conversion_product_kind=conversion.get("product_kind", ""),
        window_days=(local_date(last) - local_date(first)).days + 1,
        by=by,
        now=now,
    )
    if conversion:
        lake.stage("transactions", _conversions(table, conversion, campaign_id), replace=False)
        lake.publish(now=now)
    return campaign_id


def _with_ids(contacts: pa.Table) -> pa.Table:
    """The contacts of known customers, with customer_id."""
    numbers = contacts["number"].to_pylist()
    ids: dict[str, int] = {}
    for start in range(0, len(numbers), CHUNK):
        ids |= customers.customer_ids_by_number(numbers[start : start + CHUNK])
    column = pa.array([ids.get(number) for number in numbers], pa.int64())
    return contacts.append_column("customer_id", column).filter(pc.is_valid(column))


def _conversions(table: pa.Table, conversion: dict[str, Any], campaign_id: int) -> pa.Table:
    converted = table.filter(table["converted"])
    rows, moments = converted.num_rows, converted["at"].to_pylist()
    shape = lake.DATASETS["transactions"].schema
    columns = {
        "event_id": [f"history:{campaign_id}:{number}" for number in converted["number"].to_pylist()],
        "at": moments,
        "dt": [local_date(moment) for moment in moments],
        "customer_id": converted["customer_id"],
        "kind": [conversion["kind"]] * rows,
        "product_kind": [conversion.get("product_kind")] * rows,
        "product_code": [None] * rows,
        "amount_fen": [0] * rows,
        "source": ["history"] * rows,
    }
    return pa.table({name: columns[name] for name in shape.names}, schema=shape)


@transaction.atomic
def record_past_campaign(
    *,
    name: str,
    start_at: datetime,
    end_at: datetime,
    contacts: pa.Table,
    conversion_kind: str,
    conversion_product_kind: str = "",
    window_days: int = 30,
    by: Staff,
    now: datetime,
) -> int:
    """Take over a campaign that ran elsewhere; its id.

    ``contacts`` has customer_id int64, channel string, at timestamp: one row per contacted customer.
    Nothing is sent, so no consent is asked; the contacts are marked as imported.
    :raises NotFound for somebody without a branch
    """
    if by.branch is None:
        raise NotFound()
    campaign: Campaign = Campaign.objects.create(
        name=name,
        branch=by.branch,
        owner=by,
        state=State.FINISHED,
        start_at=start_at,
        end_at=end_at,
        started_at=start_at,
        conversion_kind=conversion_kind,
        conversion_product_kind=conversion_product_kind,
        window_days=window_days,
        is_historical=True,
        created_at=now,
    )
    Author.objects.create(campaign=campaign, staff=by)
    campaign.run_id = delivery.import_history(
        subject=campaign.subject, branch_id=campaign.branch_id, table=contacts, by=by, now=now
    )
    campaign.save(update_fields=["run_id"])
    fact = PastCampaignRecorded(campaign_id=campaign.pk, contacts=contacts.num_rows)
    facts.record(fact, at=now, by=by, branch_id=campaign.branch_id)
    return int(campaign.pk)
