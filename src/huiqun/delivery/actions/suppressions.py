"""Who is not to be written to. Recipients are locked before consents, as the senders do."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from huiqun.customers import actions as customers
from huiqun.customers.queries import visible_customer
from huiqun.delivery.actions.touches import touch_many
from huiqun.delivery.events import CustomerSuppressed
from huiqun.delivery.models import Suppression
from huiqun.delivery.models.people import COMPLAINED
from huiqun.delivery.queries.links import read_link
from huiqun.delivery.rules.refusals import BlockStands
from huiqun.delivery.rules.states import Reason, TouchKind
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.channels import Purpose
from huiqun.lib.days import end_of_day

DROP = """
WITH mine AS (
    SELECT r.id, r.is_uncertain FROM delivery_recipient r JOIN delivery_run run ON run.id = r.run_id
    WHERE r.customer_id = %(customer)s AND r.state IN ('queued', 'held')
      AND (%(channel)s = '' OR r.channel = %(channel)s) AND (%(purpose)s = '' OR run.purpose = %(purpose)s)
      AND (%(topic)s = '' OR run.topic = %(topic)s)
    ORDER BY r.id FOR UPDATE OF r
)
UPDATE delivery_recipient r SET
    state = CASE WHEN mine.is_uncertain THEN 'failed' ELSE 'dropped' END,
    reason = CASE WHEN mine.is_uncertain THEN '' ELSE %(reason)s END,
    failure = CASE WHEN mine.is_uncertain THEN 'unknown' ELSE '' END,
    not_before = NULL
FROM mine WHERE r.id = mine.id
"""


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
    """Write to a customer no more on a channel ("" is all of them); whether that is new.

    Once this has committed, nothing more is marked for sending: what waited is dropped in the same
    transaction, and what a sender holds just now was marked before.
    """
    _, created = Suppression.objects.update_or_create(
        customer_id=customer_id,
        channel=channel,
        defaults={"reason": reason, "until_at": until_at},
        create_defaults={"reason": reason, "until_at": until_at, "since_at": now},
    )
    dropped = drop_waiting(customer_id=customer_id, channel=channel, reason=Reason.SUPPRESSED)
    if created:
        fact = CustomerSuppressed(customer_id=customer_id, channel=channel, reason=reason, dropped=dropped)
        facts.record(fact, at=now, by=by)
    return created


@transaction.atomic
def block_customer(
    *, customer_id: int, channel: str, reason: str, until_date: date | None, by: Staff, now: datetime
) -> None:
    """Somebody of the bank blocks one customer, to the end of ``until_date`` or for good (None).

    :raises NotFound, BlockStands when a block stands that is as long, or that a complaint has made
    """
    visible_customer(customer_id, by)
    until_at = end_of_day(until_date) if until_date else None
    values = {"reason": reason, "until_at": until_at, "since_at": now}
    row, is_new = Suppression.objects.get_or_create(customer_id=customer_id, channel=channel, defaults=values)
    if not is_new:
        row = Suppression.objects.select_for_update().get(pk=row.pk)
        if _stands(row, until_at, now):
            raise BlockStands
        Suppression.objects.filter(pk=row.pk).update(**values)
    dropped = drop_waiting(customer_id=customer_id, channel=channel, reason=Reason.SUPPRESSED)
    fact = CustomerSuppressed(
        customer_id=customer_id,
        channel=channel,
        reason=reason,
        dropped=dropped,
        until=until_date.isoformat() if until_date else "",
    )
    facts.record(fact, at=now, by=by, branch_id=by.branch_id)


def _stands(row: Suppression, until_at: datetime | None, now: datetime) -> bool:
    if row.until_at is None:
        return True
    if row.until_at <= now:
        return False
    return row.reason == COMPLAINED or (until_at is not None and until_at <= row.until_at)


@transaction.atomic
def drop_waiting(*, customer_id: int, channel: str, reason: str, purpose: str = "", topic: str = "") -> int:
    """Drop what waits for a customer in all runs; how many."""
    values: dict[str, Any] = {
        "customer": customer_id,
        "channel": channel,
        "purpose": purpose,
        "topic": topic,
        "reason": str(reason),
    }
    with connection.cursor() as cursor:
        cursor.execute(DROP, values)
        return int(cursor.rowcount)


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
