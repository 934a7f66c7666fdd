"""The phone page: what an approved campaign shows to one customer."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from huiqun.benefits import queries as benefits
from huiqun.campaigns.models import Campaign, Participation
from huiqun.campaigns.rules import PageClosed
from huiqun.campaigns.words import ParticipationKind, State
from huiqun.compliance import queries as compliance
from huiqun.delivery import queries as delivery
from huiqun.delivery.queries import Link
from huiqun.lib.days import local_date

OPEN_STATES = {State.RUNNING, State.PAUSED, State.FINISHED}


@dataclass(frozen=True)
class PhonePage:
    """Words come from the frozen dossier, so that the customer reads what was approved."""

    title: str
    body: str
    offer: benefits.Offer | None
    claim_code: str
    joined: bool
    interested: bool
    product: str
    closed: bool
    about: "AboutTheBank"


@dataclass(frozen=True)
class AboutTheBank:
    """What the law wants shown with the words: whose page it is, under which numbers, and of a product that
    the bank only sells, who issues it."""

    bank: str
    licence: str
    filings: tuple[str, ...]
    issuer: str


def campaign_of(subject: str) -> Campaign:
    """:raises PageClosed for a subject that is no campaign of ours"""
    noun, _, campaign_id = subject.partition(":")
    campaign: Campaign | None = (
        Campaign.objects.filter(pk=campaign_id).first() if noun == "campaign" else None
    )
    if campaign is None:
        raise PageClosed()
    return campaign


def open_campaign(subject: str, *, now: datetime) -> Campaign:
    """The campaign, while one may take part: under way, not over, not stopped. :raises PageClosed"""
    campaign = campaign_of(subject)
    if compliance.is_stopped(subject):
        raise PageClosed()
    if campaign.state not in OPEN_STATES or campaign.end_at is None or now >= campaign.end_at:
        raise PageClosed()
    return campaign


def phone_page(link: Link, *, now: datetime) -> PhonePage:
    """:raises PageClosed"""
    campaign = campaign_of(link.subject)
    body = compliance.dossier_body(link.digest)
    done = set(
        Participation.objects.filter(campaign=campaign, customer_id=link.customer_id).values_list(
            "kind", flat=True
        )
    )
    claim = benefits.claim_of(campaign.benefit_id, link.customer_id) if campaign.benefit_id else None
    return PhonePage(
        title=body["page"]["title"],
        body=body["page"]["body"],
        offer=benefits.offer_of(campaign.subject),
        claim_code=claim.code if claim else "",
        joined=ParticipationKind.JOINED in done,
        interested=ParticipationKind.INTERESTED in done,
        product=(body["product"] or {}).get("name", ""),
        closed=_is_closed(campaign, now),
        about=about_the_bank(campaign.branch_id, issuer=body.get("shown", {}).get("issuer", ""), now=now),
    )


def about_the_bank(branch_id: int, *, issuer: str, now: datetime) -> AboutTheBank:
    """The numbers are the register's of today: one that has expired since the approval is shown to nobody."""
    lines = compliance.shown_licences(branch_id=branch_id, on=local_date(now))
    filings = tuple(line.number for line in lines if line.kind in compliance.FILINGS)
    licence = next((line.number for line in lines if line.kind not in compliance.FILINGS), "")
    return AboutTheBank(bank=settings.HUIQUN_BANK_NAME, licence=licence, filings=filings, issuer=issuer)


def turn_of(link: Link) -> benefits.PlaceInLine | None:
    """Where the customer stands in line for the campaign's offer. :raises PageClosed"""
    benefit_id = campaign_of(link.subject).benefit_id
    return benefits.place_of(benefit_id, link.customer_id) if benefit_id else None


def _is_closed(campaign: Campaign, now: datetime) -> bool:
    try:
        open_campaign(campaign.subject, now=now)
    except PageClosed:
        return True
    return False


@dataclass(frozen=True)
class Why:
    """Why this person was written to, in words for that person."""

    bank: str
    campaign: str
    channel: str
    audience: str
    sent_at: datetime | None


def why_contacted(link: Link) -> Why:
    """:raises PageClosed"""
    body = compliance.dossier_body(link.digest)
    reached = delivery.reached_by(recipient_id=link.recipient_id)
    return Why(
        bank=settings.HUIQUN_BANK_NAME,
        campaign=body["title"],
        channel=link.channel,
        audience=body["audience"]["sentence"],
        sent_at=reached.sent_at if reached else None,
    )
