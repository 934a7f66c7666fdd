"""What gateways tell us later: receipts and customers' replies. Late, doubled, out of order or forged: harmless."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from huiqun.customers import queries as customers
from huiqun.delivery.actions.suppressions import stop_marketing, suppress
from huiqun.delivery.actions.touches import touch_many
from huiqun.delivery.channels import signing
from huiqun.delivery.models import ChannelAccount, GatewayNonce
from huiqun.delivery.rules.refusals import BadSignature, Replayed
from huiqun.delivery.rules.states import TouchKind
from huiqun.delivery.rules.timing import is_stop_word


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """``key`` is the message's idempotency key; ``status`` is delivered, failed or complained; ``permanent``: the
    number or address does not exist."""

    key: str
    status: str
    at: datetime
    code: str = ""
    permanent: bool = False


@dataclass(frozen=True, kw_only=True)
class Reply:
    sender: str
    text: str
    at: datetime


@transaction.atomic
def accept_signed(*, account_id: int, headers: Mapping[str, str], body: bytes, now: datetime) -> int:
    """Check a gateway's signature and use up its nonce; the account's id. :raises BadSignature, Replayed"""
    account = ChannelAccount.objects.filter(pk=account_id).first()
    signed = signing.verify(headers, account.secret or "", body, now) if account else None
    if signed is None:
        raise BadSignature
    try:
        with transaction.atomic():
            GatewayNonce.objects.create(account_id=account_id, nonce=signed.nonce, received_at=now)
    except IntegrityError:
        raise Replayed from None
    return account_id


@transaction.atomic
def record_receipts(*, account_id: int, receipts: Iterable[Receipt], now: datetime) -> int:
    """Note what became of messages; how many receipts told something new.

    "Delivered" proves that a message was sent, whatever we believed. "Failed" counts unless it was
    delivered: at once where the number does not exist, otherwise when it happens too often. Whoever
    complained to the operator is written to no more. Only messages that this account sent are touched.
    """
    told = [(number, receipt) for receipt in receipts if (number := _recipient_id(receipt.key))]
    known = _locked(account_id, [number for number, _ in told])
    new = 0
    for number, receipt in sorted(told, key=lambda pair: pair[0]):
        mine = known.get(number)
        if mine is None or mine.key != receipt.key:
            continue
        at = min(receipt.at, now)
        if receipt.status == "delivered":
            new += _delivered(number, at)
        elif receipt.status == "failed":
            new += _failed(number, receipt, at)
            if receipt.permanent or _bounces_too_often(account_id, mine, now):
                suppress(customer_id=mine.customer_id, channel=mine.channel, reason="bounced", now=now)
        elif receipt.status == "complained":
            new += _complained(number, mine, at, now)
    return new


SOFT_BOUNCES = """
SELECT count(*) >= a.soft_bounces FROM delivery_channelaccount a
JOIN delivery_recipient r ON r.customer_id = %(customer)s AND r.channel = %(channel)s
 AND r.state = 'failed' AND r.failure = 'undelivered'
 AND r.sent_at > %(now)s - make_interval(days => a.soft_bounce_days)
 AND r.sent_at > coalesce((
     SELECT max(d.delivered_at) FROM delivery_recipient d
     WHERE d.customer_id = %(customer)s AND d.channel = %(channel)s AND d.state = 'delivered'
 ), '-infinity')
WHERE a.id = %(account)s AND a.soft_bounces > 0 GROUP BY a.id
"""


def _bounces_too_often(account_id: int, mine: "_Known", now: datetime) -> bool:
    """So many undelivered in so many days, as the account says, and none delivered since the first of them."""
    values: dict[str, Any] = {
        "account": account_id,
        "customer": mine.customer_id,
        "channel": mine.channel,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(SOFT_BOUNCES, values)
        row = cursor.fetchone()
    return bool(row and row[0])


def _complained(number: int, mine: "_Known", at: datetime, now: datetime) -> int:
    first = touch_many([number], TouchKind.COMPLAINED, at)
    if first:
        suppress(customer_id=mine.customer_id, channel=mine.channel, reason="complained", now=now)
    return len(first)


def _recipient_id(key: str) -> int:
    number = key.rpartition("-")[2]
    return int(number) if number.isdigit() and len(number) < 19 else 0


@dataclass(frozen=True)
class _Known:
    key: str
    customer_id: int
    channel: str


def _locked(account_id: int, numbers: list[int]) -> dict[int, _Known]:
    """The recipients among these that the account writes to, locked in key order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, run.key || '-' || r.id, r.customer_id, r.channel"
            " FROM delivery_recipient r JOIN delivery_run run ON run.id = r.run_id"
            " WHERE r.id = ANY(%s) AND r.marked_at IS NOT NULL AND run.source = 'live'"
            "   AND run.channels @> jsonb_build_array(jsonb_build_object("
            "       'account_id', %s::bigint, 'channel', r.channel))"
            " ORDER BY r.id FOR UPDATE OF r",
            [numbers, account_id],
        )
        return {
            number: _Known(key, customer, channel) for number, key, customer, channel in cursor.fetchall()
        }


def _delivered(number: int, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_recipient SET state = 'delivered', failure = '', failure_code = '', reason = '',"
            " sent_at = coalesce(sent_at, %s), delivered_at = %s, lease_by = NULL,"
            " not_before = NULL, is_uncertain = false WHERE id = %s AND state <> 'delivered'",
            [at, at, number],
        )
        changed = int(cursor.rowcount)
    if changed:
        touch_many([number], TouchKind.SENT, at)
        touch_many([number], TouchKind.DELIVERED, at)
    return changed


def _failed(number: int, receipt: Receipt, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_recipient SET state = 'failed', failure = 'undelivered', failure_code = %s,"
            " sent_at = coalesce(sent_at, %s), lease_by = NULL, is_uncertain = false"
            " WHERE id = %s AND state IN ('sent', 'sending')",
            [receipt.code[:60], at, number],
        )
        changed = int(cursor.rowcount)
    if changed:
        touch_many([number], TouchKind.SENT, at)
        touch_many([number], TouchKind.BOUNCED if receipt.permanent else TouchKind.FAILED, at)
    return changed


def record_replies(*, account_id: int, replies: Iterable[Reply], now: datetime) -> int:
    """Heed those who asked for no more messages; how many customers that was news of."""
    account = ChannelAccount.objects.get(pk=account_id)
    new = 0
    for reply in replies:
        if is_stop_word(reply.text):
            new += _stop(account.channel, reply.sender, now)
    return new


@transaction.atomic
def _stop(channel: str, sender: str, now: datetime) -> int:
    """Everybody who has this number: the person who answered is one of them, and no is no."""
    people = sorted(customers.customer_ids_by_contact(channel=channel, contact=sender))
    new = 0
    for customer_id in people:
        new += stop_marketing(customer_id=customer_id, channel=channel, source="reply", now=now)
        touch_many(_last_message(customer_id, channel), TouchKind.UNSUBSCRIBED, now)
    return new


def _last_message(customer_id: int, channel: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM delivery_recipient WHERE customer_id = %s AND channel = %s AND source = 'live'"
            " AND sent_at IS NOT NULL ORDER BY sent_at DESC, id DESC LIMIT 1",
            [customer_id, channel],
        )
        return [row[0] for row in cursor.fetchall()]
