"""Secrets of authenticator apps and seeds of recovery codes move to a new key with everything else."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from huiqun.foundation.rotation import Rotation, next_ids, register
from huiqun.foundation.secrets import key_id_of, writing_key
from huiqun.foundation.sign_in import SealedSecrets

SEALED = ("secret", "seed")
"""Keys of an authenticator's data whose values are encrypted."""


def rewrite_authenticators(progress: Callable[[int], None]) -> int:
    rewritten, last = 0, 0
    while batch := next_ids(Authenticator, last):
        rewritten += _rewrite(batch)
        last = batch[-1]
        progress(last)
    return rewritten


@transaction.atomic
def _rewrite(ids: list[int]) -> int:
    key_id, rewritten = writing_key().id, 0
    for authenticator in Authenticator.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        again = {name: _again(value) for name, value in _stale(authenticator.data, key_id)}
        if again:
            authenticator.data |= again
            authenticator.save(update_fields=["data"])
            rewritten += 1
    return rewritten


def _stale(data: dict[str, Any], key_id: str) -> list[tuple[str, str]]:
    return [
        (name, data[name]) for name in SEALED if name in data and key_id_of(b64decode(data[name])) != key_id
    ]


def _again(sealed: str) -> str:
    box = SealedSecrets()
    return box.encrypt(box.decrypt(sealed))


register(Rotation("sign-in secrets", frozenset((Authenticator._meta.label,)), rewrite_authenticators))
