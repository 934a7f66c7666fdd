"""A campaign begins: blank, or from a playbook."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from huiqun.audiences import actions as audiences
from huiqun.audiences import queries as audience_queries
from huiqun.benefits import actions as benefits
from huiqun.benefits.actions import BenefitKind, BenefitTerms
from huiqun.campaigns.events import CampaignCreated
from huiqun.campaigns.models import Author, Campaign, KpiTarget, Variant
from huiqun.campaigns.playbooks import Offer, Playbook, playbooks
from huiqun.campaigns.words import DEFAULT_TARGETS, OfferFor
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.channels import Channel
from huiqun.lib.days import local_date, start_of_day
from huiqun.lib.refusal import NotFound
from huiqun.products import queries as products

OPENS_AT = timedelta(hours=9)
LASTS = timedelta(days=30)


@transaction.atomic
def create_campaign(*, name: str, playbook: str = "", by: Staff, now: datetime) -> int:
    """Begin a plan in the person's own branch; its id. :raises NotFound for an unknown playbook"""
    book = playbooks().get(playbook)
    if by.branch_id is None or (playbook and book is None):
        raise NotFound()
    start = start_of_day(local_date(now)) + timedelta(days=1) + OPENS_AT
    campaign = Campaign.objects.create(
        name=name, branch_id=by.branch_id, owner=by, start_at=start, end_at=start + LASTS, created_at=now
    )
    Author.objects.create(campaign=campaign, staff=by)
    KpiTarget.objects.bulk_create(
        KpiTarget(campaign=campaign, metric=metric, target=target)
        for metric, target in DEFAULT_TARGETS.items()
    )
    if book:
        _follow(campaign, book, by=by, now=now)
    facts.record(
        CampaignCreated(campaign_id=campaign.pk, playbook=playbook),
        at=now,
        by=by,
        branch_id=campaign.branch_id,
    )
    return int(campaign.pk)


def _follow(campaign: Campaign, book: Playbook, *, by: Staff, now: datetime) -> None:
    """Fill the plan in from a playbook: everything stays editable."""
    campaign.playbook, campaign.kind, campaign.goal = book.code, book.kind, book.goal
    campaign.channels = [Channel.SMS, Channel.EMAIL]
    campaign.page_title, campaign.page_body = book.page_title, book.page_body
    campaign.conversion_kind, campaign.conversion_product_kind = book.conversion, book.conversion_product_kind
    campaign.referral_levels, campaign.referral_cap = book.referral_levels, book.referral_cap
    campaign.offer_for = OfferFor.REFERRER if book.referral_levels else OfferFor.INVITED
    campaign.product_code = _product_for(book.product_kind, now)
    if book.preset:
        campaign.audience_version_id = _audience(campaign, book.preset, by=by, now=now)
    if book.offer:
        campaign.benefit_id = benefits.create_benefit(
            subject=campaign.subject,
            terms=_terms(campaign, book.offer, now),
            branch_id=campaign.branch_id,
            by=by,
            now=now,
        )
    campaign.save()
    Variant.objects.bulk_create(_variants(campaign, book))


def _audience(campaign: Campaign, key: str, *, by: Staff, now: datetime) -> int:
    """A preset saved as an audience of the campaign's own branch; the version's id."""
    preset = audience_queries.preset(key)
    if preset is None:
        raise NotFound()
    saved = audiences.save_audience(
        name=f"{gettext(preset.title)} · {campaign.name}",
        rule=preset.rule,
        branch_id=campaign.branch_id,
        by=by,
        now=now,
    )
    return saved.version_id


def _terms(campaign: Campaign, offer: Offer, now: datetime) -> BenefitTerms:
    """Open from now on: nobody has a link before the campaign starts, and it may be started early."""
    assert campaign.end_at
    return BenefitTerms(
        name=offer.item,
        kind=BenefitKind(offer.kind),
        item=offer.item,
        specification=offer.specification,
        quantity=offer.quantity,
        claim_start_at=now,
        claim_end_at=campaign.end_at,
        use_last_date=local_date(campaign.end_at) + timedelta(days=offer.valid_days),
        how_to_use=offer.how_to_use,
        terms=offer.terms,
    )


def _variants(campaign: Campaign, book: Playbook) -> list[Variant]:
    share = 100 // len(book.sms)
    texts = [
        Variant(campaign=campaign, key=f"sms-{letter}", channel=Channel.SMS, weight=share, body=body)
        for letter, body in zip("abcd", book.sms, strict=False)
    ]
    mail = Variant(
        campaign=campaign, key="email-a", channel=Channel.EMAIL, title=book.mail_title, body=book.mail_body
    )
    return [*texts, mail]


def _product_for(kind: str, now: datetime) -> str:
    """The least risky product of the kind that is on sale."""
    fitting = [p for p in products.products_on_sale(on=local_date(now)) if p.kind == kind] if kind else []
    return min(fitting, key=lambda p: (p.risk_level or 0, p.code)).code if fitting else ""
