"""The gateway's own reading of the signature rule (written apart from the product, so that both are checked)."""

import hashlib
import hmac
import os
import time
from collections.abc import Mapping


def sign(secret: str, stamp: str, nonce: str, body: bytes) -> str:
    return hmac.new(
        secret.encode(), b"\n".join((stamp.encode(), nonce.encode(), body)), hashlib.sha256
    ).hexdigest()


def is_genuine(headers: Mapping[str, str], secret: str, body: bytes) -> bool:
    stamp, nonce = headers.get("X-Timestamp") or "", headers.get("X-Nonce") or ""
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > 300 or not nonce:
        return False
    return hmac.compare_digest(sign(secret, stamp, nonce, body), headers.get("X-Signature") or "")


def signed_headers(account: str, secret: str, body: bytes) -> dict[str, str]:
    stamp, nonce = str(int(time.time())), os.urandom(12).hex()
    return {
        "Content-Type": "application/json",
        "X-Account": account,
        "X-Timestamp": stamp,
        "X-Nonce": nonce,
        "X-Signature": sign(secret, stamp, nonce, body),
    }
