"""Links in messages: 22 characters that say nothing and cannot be guessed.

The recipient's number, the link's number within the message and 64 fixed bits are one block under AES with a key
of its own: a made-up token opens to other than the fixed bits with all but 2⁻⁶⁴ probability, and numbers cannot be
counted through. Link 0 is the campaign's own page, the others are the targets of the dossier in their order.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

from huiqun.delivery.models import Recipient
from huiqun.delivery.rules.refusals import UnknownLink

MARK = b"hqlink01"
NUMBER_BITS = 48
"""Above these bits of the first eight bytes stands the link's number, below them the recipient's."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """Who opened what. ``subject`` is what was sent ("campaign:12"), ``step`` which part of it, ``number`` which
    link of it, ``topic`` what it was about."""

    recipient_id: int
    run_id: int
    subject: str
    digest: str
    step: str
    customer_id: int
    channel: str
    variant_key: str
    number: int = 0
    topic: str = ""
    sent_at: datetime | None = None


@cache
def _cipher(index_key: str) -> Cipher[modes.ECB]:
    key = hmac.new(index_key.encode(), b"delivery.link", hashlib.sha256).digest()
    return Cipher(algorithms.AES(key), modes.ECB())


def make_link(recipient_id: int, number: int = 0) -> str:
    """The token for one of a recipient's links, always the same."""
    return make_links([recipient_id], number)[0]


def make_links(recipient_ids: Sequence[int], number: int = 0) -> list[str]:
    """The tokens of many: all their blocks in one go, as opening the cipher is what costs."""
    encryptor = _cipher(settings.HUIQUN_INDEX_KEY).encryptor()
    above = number << NUMBER_BITS
    plain = b"".join([(above | recipient_id).to_bytes(8) + MARK for recipient_id in recipient_ids])
    blocks = encryptor.update(plain) + encryptor.finalize()
    return [urlsafe_b64encode(blocks[i : i + 16])[:22].decode() for i in range(0, len(blocks), 16)]


def _opened(token: str) -> tuple[int, int]:
    """The recipient's number and the link's. :raises UnknownLink"""
    try:
        block = urlsafe_b64decode(token + "==")
    except (Error, ValueError):
        raise UnknownLink from None
    if len(token) != 22 or len(block) != 16:
        raise UnknownLink
    decryptor = _cipher(settings.HUIQUN_INDEX_KEY).decryptor()
    plain = decryptor.update(block) + decryptor.finalize()
    if not hmac.compare_digest(plain[8:], MARK):
        raise UnknownLink
    value = int.from_bytes(plain[:8])
    return value & ((1 << NUMBER_BITS) - 1), value >> NUMBER_BITS


def read_link(token: str) -> Link:
    """:raises UnknownLink"""
    recipient_id, number = _opened(token)
    recipient = Recipient.objects.select_related("run").filter(pk=recipient_id).first()
    if recipient is None:
        raise UnknownLink
    return Link(
        recipient_id=recipient.pk,
        run_id=recipient.run_id,
        subject=recipient.run.subject,
        digest=recipient.run.digest,
        step=recipient.run.step,
        customer_id=recipient.customer_id,
        channel=recipient.channel,
        variant_key=recipient.variant_key,
        number=number,
        topic=recipient.run.topic,
        sent_at=recipient.sent_at,
    )
