"""Signatures of requests to and from gateways: HMAC-SHA256 over timestamp, nonce and body."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

TOLERANCE_SECONDS = 300


@dataclass(frozen=True)
class Signed:
    timestamp: str
    nonce: str


def signature(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    text = timestamp.encode() + b"\n" + nonce.encode() + b"\n" + body
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def headers(account: str, secret: str, body: bytes, now: datetime) -> dict[str, str]:
    timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
    return {
        "X-Account": account,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": signature(secret, timestamp, nonce, body),
    }


def verify(given: Mapping[str, str], secret: str, body: bytes, now: datetime) -> Signed | None:
    """What was signed, or None for a missing, wrong or stale signature. Replays are the caller's to find."""
    timestamp, nonce = given.get("X-Timestamp", ""), given.get("X-Nonce", "")
    if not secret or not timestamp.isdigit() or not 8 <= len(nonce) <= 64 or len(timestamp) > 12:
        return None
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        return None
    right = signature(secret, timestamp, nonce, body)
    if not hmac.compare_digest(right.encode(), given.get("X-Signature", "").encode()):
        return None
    return Signed(timestamp, nonce)
