"""Who is not to be written to. Recipients are locked before consents, as the senders do."""

from datetime import date, datetime

from django.db import transaction

from huiqun.customers import actions as customers
from huiqun.customers import queries as customer_queries
from huiqun.delivery.actions.blocking import Block, block, drop
from huiqun.delivery.actions.touches import touch_many
from huiqun.delivery.events import CustomerSuppressed
from huiqun.delivery.queries.links import read_link
from huiqun.delivery.queries.suppressions import last_day
from huiqun.delivery.rules.refusals import BlockStands
from huiqun.delivery.rules.states import Reason, TouchKind
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.channels import Purpose
from huiqun.lib.days import end_of_day


@transaction.atomic
def suppress(
    *,
    customer_id: int,
    channel: str = "",
    reason: str = "manual",
    now: datetime,
    by: Staff | None = None,
    until_at: datetime | None = None,
) -> bool:
    """Write to a customer no more on a channel ("" is all of them); whether that changed anything."""
    wanted = Block(customer_id=customer_id, channel=channel, reason=reason, until_at=until_at)
    changed, dropped = block([wanted], now=now)
    for each in changed:
        fact = CustomerSuppressed(
            customer_id=customer_id,
            channel=channel,
            reason=each.reason,
            dropped=dropped,
            until=last_day(each.until_at),
        )
        branch_id = customer_queries.branch_of(customer_id)
        facts.record(fact, at=now, by=by, branch_id=branch_id)
    return bool(changed)


@transaction.atomic
def block_customer(
    *, customer_id: int, channel: str, reason: str, until_date: date | None, by: Staff, now: datetime
) -> None:
    """Somebody of the bank blocks one customer, to the end of ``until_date`` or for good (None).

    :raises NotFound, BlockStands when a block stands that is as long
    """
    customer_queries.visible_customer(customer_id, by)
    until_at = end_of_day(until_date) if until_date else None
    if not suppress(
        customer_id=customer_id, channel=channel, reason=reason, until_at=until_at, by=by, now=now
    ):
        raise BlockStands


def drop_waiting(*, customer_id: int, channel: str, reason: str, purpose: str = "", topic: str = "") -> int:
    """Drop what waits for a customer in all runs; how many."""
    return drop([(customer_id, channel)], reason=reason, purpose=purpose, topic=topic)


def drop_withdrawn(*, customer_id: int, channel: str, purpose: str) -> int:
    """What a withdrawal of consent leaves without ground. The senders would find it too; this is sooner."""
    return drop_waiting(customer_id=customer_id, channel=channel, purpose=purpose, reason=Reason.NO_CONSENT)


@transaction.atomic
def unsubscribe(*, token: str, now: datetime, source: str = "link") -> bool:
    """The person behind a link wants no more marketing on its channel; whether that is new.

    :raises UnknownLink
    """
    link = read_link(token)
    is_new = stop_marketing(customer_id=link.customer_id, channel=link.channel, source=source, now=now)
    touch_many([link.recipient_id], TouchKind.UNSUBSCRIBED, now)
    return is_new


def stop_marketing(*, customer_id: int, channel: str, source: str, now: datetime) -> bool:
    """Withdraw the consent to marketing and drop what waits, in the caller's transaction.

    Recipients first, then the consent: the order in which senders lock. A withdrawal is enough to stop
    marketing for good; a suppression would also stop service messages, which nobody asked for.
    """
    drop_waiting(
        customer_id=customer_id, channel=channel, purpose=Purpose.MARKETING, reason=Reason.NO_CONSENT
    )
    return customers.withdraw_consent(
        customer_id=customer_id, channel=channel, purpose=Purpose.MARKETING, source=source, now=now
    )
