"""The keys that sign seals. They come from the settings, never from the database."""

import base64
import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings


@lru_cache(maxsize=4)
def _keys(configured: str) -> tuple[Ed25519PrivateKey, ...]:
    seeds = [base64.b64decode(each.strip()) for each in configured.split(",") if each.strip()]
    return tuple(Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds)


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id_of(public_key: bytes) -> str:
    return hashlib.sha256(public_key).hexdigest()[:16]


def signing_key() -> tuple[str, Ed25519PrivateKey]:
    """The first key of HUIQUN_SEAL_KEY signs; those after it are earlier ones, kept to verify old seals."""
    key = _keys(settings.HUIQUN_SEAL_KEY)[0]
    return key_id_of(_raw(key.public_key())), key


def public_keys() -> dict[str, bytes]:
    """Public keys by key id."""
    raws = [_raw(key.public_key()) for key in _keys(settings.HUIQUN_SEAL_KEY)]
    return {key_id_of(raw): raw for raw in raws}


def is_signed(message: bytes, signature: str, public_key: bytes | None) -> bool:
    if public_key is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
