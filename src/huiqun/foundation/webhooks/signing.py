"""Signatures in both directions: HMAC-SHA256 over id, timestamp and the raw body, as the open convention of
standardwebhooks.com has it, so that receivers may verify with what they have.

    webhook-id: fact-123
    webhook-timestamp: 1795312800
    webhook-signature: v1,<base64> v1,<base64 of the secret before>
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
OVERLAP = timedelta(days=2)
"""So long the secret before stays good, so that the other side may change over."""


def new_secret() -> str:
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    text = f"{message_id}.{timestamp}.".encode() + body
    key = b64decode(secret.removeprefix(PREFIX))
    return "v1," + b64encode(hmac.digest(key, text, hashlib.sha256)).decode()


def headers(good: Iterable[str], message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    timestamp = str(int(now.timestamp()))
    signed = " ".join(signature(secret, message_id, timestamp, body) for secret in good)
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signed}


def verified(given: Mapping[str, str], good: Iterable[str], body: bytes, now: datetime) -> str | None:
    """The message's id, or None when anything is missing, wrong or out of time. Replays are the caller's to find."""
    message_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not 1 <= len(message_id) <= 100 or not message_id.isascii() or not message_id.isprintable():
        return None
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return None
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        return None
    told = [each.encode() for each in given.get("webhook-signature", "").split(" ")[:8]]
    right = [signature(secret, message_id, timestamp, body).encode() for secret in good]
    matches = [hmac.compare_digest(one, other) for one in right for other in told]
    return message_id if any(matches) else None
