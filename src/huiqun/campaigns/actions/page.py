"""What a customer does on the campaign's page: each is recorded once, however often it is tapped."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from huiqun.benefits import actions as benefits
from huiqun.campaigns.events import CustomerJoined, InterestExpressed
from huiqun.campaigns.models import Campaign, Participation
from huiqun.campaigns.queries.pages import open_campaign
from huiqun.campaigns.rules import PageClosed
from huiqun.campaigns.words import ParticipationKind
from huiqun.delivery import actions as delivery
from huiqun.delivery.queries import Link, Visit
from huiqun.foundation import facts

FIRST = benefits.Attempt()
FACTS = {ParticipationKind.JOINED: CustomerJoined, ParticipationKind.INTERESTED: InterestExpressed}


def see_page(*, link: Link, user_agent: str, purpose: str, now: datetime) -> None:
    """Somebody has the page on a screen: the first time counts as the click, unless it is a machine."""
    visit = Visit(method="POST", user_agent=user_agent, purpose=purpose, by_script=True)
    delivery.record_click(link=replace(link, number=0), visit=visit, now=now)


def join_campaign(*, link: Link, now: datetime) -> bool:
    """Whether this was the first time. :raises PageClosed"""
    return _take_part(link, ParticipationKind.JOINED, now)


def express_interest(*, link: Link, now: datetime) -> bool:
    """Whether this was the first time. :raises PageClosed"""
    return _take_part(link, ParticipationKind.INTERESTED, now)


def claim_offer(*, link: Link, now: datetime, attempt: benefits.Attempt = FIRST) -> int:
    """The claim's id, the same again for a second tap; standing in line for the offer is taking part.

    :raises PageClosed, WaitYourTurn, Stopped, SoldOut, NotOpen, …
    """
    place = _stand_in_line(link, attempt, now)
    return benefits.await_turn(place=place, now=now).claim_id


@transaction.atomic
def _stand_in_line(link: Link, attempt: benefits.Attempt, now: datetime) -> benefits.InLine:
    campaign = open_campaign(link.subject, now=now)
    if campaign.benefit_id is None:
        raise PageClosed()
    _take_part(link, ParticipationKind.JOINED, now)
    return benefits.stand_in_line(
        benefit_id=campaign.benefit_id, customer_id=link.customer_id, now=now, attempt=attempt
    )


def opt_out(*, token: str, now: datetime) -> bool:
    """No more marketing by this channel; whether that is new. Works for ever, also after the campaign."""
    return delivery.unsubscribe(token=token, now=now)


@transaction.atomic
def _take_part(link: Link, kind: ParticipationKind, now: datetime) -> bool:
    campaign = open_campaign(link.subject, now=now)
    delivery.record_touch(recipient_id=link.recipient_id, kind="clicked", at=now)
    return _note(campaign, link, kind, now)


def _note(campaign: Campaign, link: Link, kind: ParticipationKind, now: datetime) -> bool:
    """One INSERT decides: of two taps at once, one row and one fact remain."""
    _, first = Participation.objects.get_or_create(
        campaign=campaign,
        customer_id=link.customer_id,
        kind=kind,
        defaults={"recipient_id": link.recipient_id, "at": now},
    )
    if first:
        fact = FACTS[kind](campaign_id=campaign.pk, customer_id=link.customer_id)
        facts.record(fact, at=now, branch_id=campaign.branch_id)
    return first
