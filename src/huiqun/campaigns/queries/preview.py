"""Copy as a real customer would get it, masked; and as test messages show it."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from huiqun.audiences import queries as audiences
from huiqun.campaigns.models import Campaign
from huiqun.campaigns.queries.blocks import with_blocks
from huiqun.campaigns.queries.values import preview_values
from huiqun.customers import queries as customers
from huiqun.customers.queries import CustomerCard
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.template import render

SAMPLE_LINK = "/m/preview/"


@dataclass(frozen=True)
class Words:
    """``customer`` is the masked number of whom the values come from, "" for made-up ones."""

    title: str
    body: str
    customer: str = ""


def preview_words(
    *,
    campaign: Campaign,
    title: str,
    body: str,
    staff: Staff,
    customer_id: int | None = None,
    channel: str = "",
) -> Words:
    """The copy filled in with one customer's values, or with the person's own where none is chosen.

    :raises TemplateInvalid, VariableMissing
    """
    values = {"name": staff.full_name, "salutation": staff.full_name, "branch": campaign.branch.name}
    shown = ""
    if customer_id is not None:
        customers.visible_customer(customer_id, staff)
        merged = customers.merge_values(customer_ids=[customer_id])[customer_id]
        # A preview is no reason to show a full name: the salutation keeps the surname only.
        values |= {"name": merged.salutation, "salutation": merged.salutation, "branch": merged.branch}
        shown = customers.customer_cards(ids=[customer_id], staff=staff)[0].number
    values |= preview_values(campaign, channel=channel, link=settings.HUIQUN_PUBLIC_URL + SAMPLE_LINK)
    body = with_blocks(campaign, body)
    return Words(title=render(title, values), body=render(body, values), customer=shown)


def sample_customers(campaign: Campaign, staff: Staff, *, today: date, limit: int = 5) -> list[CustomerCard]:
    """A few customers of the audience, masked, to preview copy with."""
    if campaign.audience_version_id is None:
        return []
    version = audiences.version(campaign.audience_version_id)
    found = audiences.sample(
        rule=version.rule,
        branch_ids=audiences.branches_below(campaign.branch_id),
        today=today,
        staff=staff,
        limit=limit,
    )
    return list(found.cards)


def block_preview(text: str, *, branch: Branch, staff: Staff) -> Words:
    """A shared block with the person's own values in its places. :raises TemplateInvalid, VariableMissing"""
    values = {
        "name": staff.full_name,
        "salutation": staff.full_name,
        "branch": branch.name,
        "bank": settings.HUIQUN_BANK_NAME,
        "product": "—",
        "optout": "拒收请回复R",
        "link": settings.HUIQUN_PUBLIC_URL + SAMPLE_LINK,
    }
    return Words(title="", body=render(text, values))
