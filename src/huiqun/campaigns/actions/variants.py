"""Copy: write, delete, try on oneself."""

from datetime import datetime

from django.db import transaction

from huiqun.campaigns.actions.opening import edited
from huiqun.campaigns.models import Campaign, Variant
from huiqun.campaigns.queries.accounts import account_for
from huiqun.campaigns.queries.blocks import place_names
from huiqun.campaigns.queries.links import link_names
from huiqun.campaigns.queries.preview import preview_words
from huiqun.campaigns.rules import COPY_VARIABLES, MOST_VARIANTS, TooManyVariants
from huiqun.delivery import actions as delivery
from huiqun.foundation.models import Staff
from huiqun.lib.refusal import NotFound
from huiqun.lib.template import check_template


def save_variant(
    *,
    campaign_id: int,
    edition: int,
    key: str = "",
    channel: str,
    weight: int,
    title: str,
    body: str,
    by: Staff,
    now: datetime,
) -> str:
    """Write a variant, or a new one when ``key`` is empty; its key.

    :raises TemplateInvalid, VariableMissing, TooManyVariants, NotEditable, ChangedMeanwhile, NotFound
    """
    check_template(title, COPY_VARIABLES)
    with edited(
        campaign_id=campaign_id, edition=edition, part=f"variant {key or channel}", by=by, now=now
    ) as campaign:
        check_template(body, (*COPY_VARIABLES, *link_names(campaign), *place_names(campaign.branch)))
        variant = _variant(campaign, key, channel)
        variant.weight, variant.title, variant.body = weight, title, body
        variant.save()
    return variant.key


def _variant(campaign: Campaign, key: str, channel: str) -> Variant:
    if key:
        found = campaign.variants.filter(key=key).first()
        if found is None:
            raise NotFound()
        return found
    taken = set(campaign.variants.filter(channel=channel).values_list("key", flat=True))
    free = [f"{channel}-{letter}" for letter in "abcd" if f"{channel}-{letter}" not in taken]
    if len(taken) >= MOST_VARIANTS or not free:
        raise TooManyVariants(most=MOST_VARIANTS)
    return Variant(campaign=campaign, key=free[0], channel=channel)


def delete_variant(*, campaign_id: int, edition: int, key: str, by: Staff, now: datetime) -> None:
    """:raises NotFound, NotEditable, ChangedMeanwhile"""
    with edited(campaign_id=campaign_id, edition=edition, part=f"variant {key}", by=by, now=now) as campaign:
        deleted, _ = campaign.variants.filter(key=key).delete()
        if not deleted:
            raise NotFound()


@transaction.atomic
def send_test(*, campaign_id: int, key: str, by: Staff, now: datetime) -> None:
    """Send a variant to the person's own address, marked as a test and never counted."""
    campaign = Campaign.objects.visible_to(by).filter(pk=campaign_id).first()
    variant = campaign.variants.filter(key=key).first() if campaign else None
    if campaign is None or variant is None:
        raise NotFound()
    words = preview_words(
        campaign=campaign, title=variant.title, body=variant.body, staff=by, channel=variant.channel
    )
    account = account_for(channel=variant.channel, branch_id=campaign.branch_id)
    if account is None:
        raise NotFound()
    delivery.test_send(
        account_id=account,
        channel=variant.channel,
        to=by.email if variant.channel == "email" else by.phone,
        subject=words.title,
        body=words.body,
        by=by,
        now=now,
    )
