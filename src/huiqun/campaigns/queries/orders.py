"""What delivery is told: the approved dossier turned into an order."""

from collections.abc import Iterator
from datetime import time, timedelta

import pyarrow as pa
from django.conf import settings

from huiqun.campaigns.caps import caps_of
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.accounts import account_for
from huiqun.campaigns.rules import NoAccount
from huiqun.compliance import queries as compliance
from huiqun.delivery.actions import USUAL_PRIORITY, ChannelPlan, Closed, RunOrder, VariantPlan


def run_order(campaign: Campaign, *, digest: str, members: Iterator[pa.RecordBatch]) -> RunOrder:
    """Taken from the frozen dossier, never from the plan, which may have been touched since."""
    body = compliance.dossier_body(digest)
    product = body["product"] or {}
    assert campaign.start_at is not None
    quiet_from, quiet_until = body["schedule"]["quiet_hours"]
    return RunOrder(
        subject=campaign.subject,
        branch_id=campaign.branch_id,
        digest=digest,
        members=members,
        channels=tuple(_channel_plan(campaign, body, channel) for channel in body["schedule"]["channels"]),
        purpose=body["policy"]["purpose"],
        product_kind=product.get("kind"),
        product_risk=product.get("risk"),
        caps=caps_of(body["policy"]["caps"]),
        topic=str(product.get("kind") or ""),
        priority=body["policy"].get("priority", USUAL_PRIORITY),
        on_quiet=Closed(body["schedule"].get("on_quiet", Closed.HOLD)),
        on_holidays=Closed(body["schedule"].get("on_holidays", Closed.SEND)),
        quiet_hours=(time.fromisoformat(quiet_from), time.fromisoformat(quiet_until)),
        deadline_at=campaign.start_at + timedelta(days=body["schedule"]["deadline_days"]),
        values=body["values"],
        link_base=settings.HUIQUN_PUBLIC_URL,
    )


def _channel_plan(campaign: Campaign, body: dict[str, list[dict[str, object]]], channel: str) -> ChannelPlan:
    account = account_for(channel=channel, branch_id=campaign.branch_id)
    if account is None:
        raise NoAccount(channel=channel)
    variants = tuple(
        VariantPlan(key=str(v["key"]), weight=int(str(v["weight"])))
        for v in body["variants"]
        if v["channel"] == channel
    )
    return ChannelPlan(channel=channel, account_id=account, variants=variants)
