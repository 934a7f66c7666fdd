"""Encryption of identifiers at rest, and blind indexes by which they are found again.

A stored value is ``version | length of key id | key id | nonce | ciphertext and tag``; the additional
data is the column's name, so that a value cannot be moved to another column. New values use the first
key; the others can still be read. Keys come from settings, never from the database.
"""

import hmac
import os
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

VERSION = 1
NONCE = 12
TAG = 16


@dataclass(frozen=True)
class Key:
    id: str
    algorithm: str
    secret: bytes

    def encrypt(self, nonce: bytes, plain: bytes, context: bytes) -> bytes:
        if self.algorithm == "aes":
            return _aes(self.secret).encrypt(nonce, plain, context)
        encryptor = Cipher(algorithms.SM4(self.secret), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        if self.algorithm == "aes":
            return _aes(self.secret).decrypt(nonce, sealed, context)
        decryptor = Cipher(algorithms.SM4(self.secret), modes.GCM(nonce, sealed[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(context)
        return decryptor.update(sealed[:-TAG]) + decryptor.finalize()


@cache
def _aes(secret: bytes) -> AESGCM:
    return AESGCM(secret)


SIZES = {"aes": 32, "sm4": 16}


@cache
def parse_keys(text: str) -> dict[str, Key]:
    """``k2:aes:<base64>,k1:sm4:<base64>`` → keys by id, the one for writing first. :raises ImproperlyConfigured"""
    keys: dict[str, Key] = {}
    for part in filter(None, text.split(",")):
        try:
            key_id, algorithm, encoded = part.strip().split(":", 2)
            secret = b64decode(encoded, validate=True)
        except ValueError:
            raise ImproperlyConfigured("HUIQUN_KEYS: write each key as id:aes|sm4:base64") from None
        if len(secret) != SIZES.get(algorithm):
            raise ImproperlyConfigured(f"HUIQUN_KEYS: key {key_id} must be aes (32 bytes) or sm4 (16 bytes)")
        keys[key_id] = Key(key_id, algorithm, secret)
    if not keys:
        raise ImproperlyConfigured("HUIQUN_KEYS is empty: make one with `huiqun keys new`")
    return keys


def writing_key() -> Key:
    return next(iter(parse_keys(settings.HUIQUN_KEYS).values()))


def encrypt(plain: str, context: str) -> bytes:
    """``context`` names the column (``customers.name``); decryption needs the same."""
    key = writing_key()
    nonce = os.urandom(NONCE)
    head = bytes([VERSION, len(key.id)]) + key.id.encode()
    return head + nonce + key.encrypt(nonce, plain.encode(), context.encode())


def key_id_of(stored: bytes) -> str:
    return stored[2 : 2 + stored[1]].decode()


def decrypt(stored: bytes, context: str) -> str:
    """:raises ImproperlyConfigured when the key is gone, InvalidTag when the value was altered"""
    stored = bytes(stored)
    key_id = key_id_of(stored)
    key = parse_keys(settings.HUIQUN_KEYS).get(key_id)
    if key is None:
        raise ImproperlyConfigured(f"HUIQUN_KEYS lacks key {key_id}, with which stored data is encrypted")
    start = 2 + stored[1]
    return key.decrypt(stored[start : start + NONCE], stored[start + NONCE :], context.encode()).decode()


def opener(context: str) -> Callable[[bytes], str]:
    """``decrypt`` for many values of one column: what is the same for all is looked up once."""
    column, ways = context.encode(), dict[bytes, Callable[[bytes, bytes, bytes], bytes]]()

    def open_one(stored: bytes) -> str:
        head = stored[: 2 + stored[1]]
        way = ways.get(head)
        if way is None:
            plain, key = decrypt(stored, context), parse_keys(settings.HUIQUN_KEYS)[key_id_of(stored)]
            ways[head] = _aes(key.secret).decrypt if key.algorithm == "aes" else key.decrypt
            return plain
        start = len(head)
        return way(stored[start : start + NONCE], stored[start + NONCE :], column).decode()

    return open_one


def keyed_digest(purpose: str, *parts: str) -> str:
    """64 characters by which a secret is known again and never read; six digits without a key would be found by
    trying them all. Each purpose has a key of its own."""
    key = hmac.digest(settings.HUIQUN_INDEX_KEY.encode(), purpose.encode(), "sha256")
    return hmac.digest(key, "\0".join(parts).encode(), "sha256").hex()


def blind_index(value: str, kind: str) -> bytes:
    """16 bytes by which equal values of one kind find each other, and nobody without the key can guess."""
    key = settings.HUIQUN_INDEX_KEY.encode()
    return hmac.digest(key, f"{kind}\x00{value.strip().casefold()}".encode(), "sha256")[:16]


if TYPE_CHECKING:
    _TextInBinary = models.BinaryField[str | None, str | None]
    _Binary = models.BinaryField[bytes | None, bytes | None]
else:  # the stubs' generic class is not one at run time
    _TextInBinary = _Binary = models.BinaryField


class EncryptedField(_TextInBinary):
    """Text that is encrypted in the database and plain in Python; empty and null stay what they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    @property
    def context(self) -> str:
        """The additional data: model and column."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = encrypt(value, self.context)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(value, self.context)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return self.value_from_object(obj) or ""


class BlindIndexField(_Binary):
    """Where the blind index of another column is kept; always indexed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("max_length", 16)
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)
