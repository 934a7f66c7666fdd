"""One-time codes: who is on the phone, before anything personal is shown or changed.

A link's token opens one campaign for one person, and links are forwarded. A code goes to the number or address
that the bank has on file, never to one that somebody types in.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from huiqun.customers import queries as customers
from huiqun.delivery.actions.opening import open_account
from huiqun.delivery.channels.base import Message, Verdict
from huiqun.delivery.events import CustomerRecognised
from huiqun.delivery.models import ChannelAccount, PhoneCode
from huiqun.delivery.queries.codes import digest_of
from huiqun.delivery.rules.codes import (
    CODE_SECONDS,
    PER_DAY,
    REST_SECONDS,
    TOMORROW,
    TOO_SOON,
    TRIES,
    VISIT_SECONDS,
)
from huiqun.delivery.rules.refusals import CodesTooMany, CodeWrong, NoWayToSendACode
from huiqun.foundation import facts
from huiqun.lib.channels import Channel

LOCK = 7_310_224
WORDS = "【{bank}】您的验证码是{code}，{minutes}分钟内有效，用于确认您的身份。请勿告诉他人；如非本人操作，请忽略。"
"""As a bank registers it with its operator: signature, code, minutes."""
SUBJECT = "验证码"
WAYS = (Channel.SMS, Channel.EMAIL)
TAKEN = (Verdict.ACCEPTED, Verdict.UNKNOWN)


class Way(NamedTuple):
    account_id: int
    contact: str


def send_code(*, customer_id: int, now: datetime) -> None:
    """Send a customer a new code by SMS, or by mail where that cannot be; codes before it end.

    It is what the customer asks for at this moment, so no run and no gate; how often is limited instead.
    :raises NoWayToSendACode, CodesTooMany
    """
    ways = list(_ways(customer_id))
    if not ways:
        raise NoWayToSendACode
    code = f"{secrets.randbelow(10**6):06d}"
    noted = _note(customer_id, code, now)
    words = WORDS.format(bank=settings.HUIQUN_BANK_NAME, code=code, minutes=CODE_SECONDS // 60)
    if not any(_carry(way, noted, words, now) for way in ways):
        noted.delete()
        raise NoWayToSendACode


def _ways(customer_id: int) -> Iterator[Way]:
    """The head office's accounts before a branch's."""
    for channel in WAYS:
        known = customers.addressees(customer_ids=[customer_id], channel=channel, with_names=False)
        accounts = ChannelAccount.objects.filter(channel=channel, enabled=True)
        account_id = accounts.order_by("branch__path", "pk").values_list("pk", flat=True).first()
        if account_id is not None and customer_id in known:
            yield Way(account_id, known[customer_id].contact)


def _carry(way: Way, noted: PhoneCode, words: str, now: datetime) -> bool:
    sender = open_account(way.account_id)
    try:
        key = f"code-{noted.code_digest[:8]}-{noted.pk}"
        return (
            sender.send(Message(key=key, to=way.contact, subject=SUBJECT, body=words, at=now)).verdict
            in TAKEN
        )
    finally:
        sender.close()


@transaction.atomic
def _note(customer_id: int, code: str, now: datetime) -> PhoneCode:
    """Two requests at once queue here, so that the second finds the first. :raises CodesTooMany"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, str(customer_id)])
    lately = PhoneCode.objects.filter(customer_id=customer_id, made_at__gt=now - timedelta(days=1))
    if lately.filter(made_at__gt=now - timedelta(seconds=REST_SECONDS)).exists():
        raise CodesTooMany(wait=TOO_SOON)
    if lately.count() >= PER_DAY:
        raise CodesTooMany(wait=TOMORROW)
    lately.filter(used_at=None, until_at__gt=now).update(until_at=now)
    noted: PhoneCode = PhoneCode.objects.create(
        customer_id=customer_id,
        code_digest=digest_of(str(customer_id), code),
        made_at=now,
        until_at=now + timedelta(seconds=CODE_SECONDS),
    )
    return noted


def open_visit(*, customer_id: int, code: str, now: datetime) -> str:
    """The secret of a visit that the code opens, for a quarter of an hour. A code opens one visit.

    The guess is counted and committed before it is looked at: no two guesses at once cost one.
    :raises CodeWrong
    """
    waiting = PhoneCode.objects.filter(
        customer_id=customer_id, used_at=None, until_at__gt=now, tries__lt=TRIES
    )
    newest = waiting.order_by("-made_at", "-pk").first()
    if newest is None or not waiting.filter(pk=newest.pk).update(tries=F("tries") + 1):
        raise CodeWrong
    given = digest_of(str(customer_id), code.strip())
    if not secrets.compare_digest(given, newest.code_digest):
        raise CodeWrong
    return _open(newest.pk, customer_id, now)


@transaction.atomic
def _open(code_id: int, customer_id: int, now: datetime) -> str:
    secret = secrets.token_urlsafe(24)
    opened = PhoneCode.objects.filter(pk=code_id, used_at=None).update(
        used_at=now,
        visit_digest=digest_of("visit", secret),
        visit_until_at=now + timedelta(seconds=VISIT_SECONDS),
    )
    if not opened:
        raise CodeWrong
    facts.record(CustomerRecognised(customer_id=customer_id), at=now)
    return secret


def end_visit(*, secret: str, now: datetime) -> None:
    """The customer is done, or hands the phone to somebody else."""
    PhoneCode.objects.filter(visit_digest=digest_of("visit", secret)).update(visit_until_at=now)


def forget_codes(*, before: datetime) -> int:
    """Delete codes that count for nothing any more; how many."""
    return PhoneCode.objects.filter(made_at__lt=before).delete()[0]
