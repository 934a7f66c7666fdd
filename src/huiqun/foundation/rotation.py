"""Moving whatever is encrypted to the key that is first in the settings.

Each domain registers what it keeps encrypted, by name; a guard finds encrypted columns that nobody registered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, models, transaction

from huiqun.foundation import facts
from huiqun.foundation.events import KeysRotated
from huiqun.foundation.models import Staff
from huiqun.foundation.secrets import EncryptedField, decrypt, encrypt, key_id_of, writing_key

BATCH = 2_000
Progress = Callable[[str, int], None]
Rewrite = Callable[[Callable[[int], None]], int]


@dataclass(frozen=True)
class Rotation:
    """``models`` are the labels of the models whose values ``rewrite`` encrypts again. It works in batches,
    tells the last id of each, leaves alone what has the right key, and says how many rows it rewrote."""

    name: str
    models: frozenset[str]
    rewrite: Rewrite


_rotations: dict[str, Rotation] = {}


def register(rotation: Rotation) -> None:
    _rotations[rotation.name] = rotation


def register_model(name: str, model: type[models.Model]) -> None:
    """All columns of ``model`` that are an EncryptedField."""
    register(Rotation(name, frozenset((model._meta.label,)), partial(rewrite_columns, model)))


def registered() -> tuple[Rotation, ...]:
    return tuple(_rotations[name] for name in sorted(_rotations))


def rotate_keys(
    *, now: datetime, by: Staff | None = None, progress: Progress = lambda name, last: None
) -> dict[str, int]:
    """Encrypt again whatever an older key holds; how many rows of each name were rewritten.

    Safe to repeat and to interrupt.
    """
    rewritten = {}
    for rotation in registered():
        count = rewritten[rotation.name] = rotation.rewrite(partial(progress, rotation.name))
        with transaction.atomic():
            facts.record(KeysRotated(what=rotation.name, rewritten=count), at=now, by=by)
    return rewritten


def rewrite_columns(model: type[models.Model], progress: Callable[[int], None]) -> int:
    columns = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedField)]
    rewritten, last = 0, 0
    while batch := next_ids(model, last):
        rewritten += _rewrite(model, columns, batch)
        last = batch[-1]
        progress(last)
    return rewritten


def next_ids(model: type[models.Model], after: int) -> list[int]:
    rows = model._default_manager.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _rewrite(model: type[models.Model], fields: Sequence[EncryptedField], ids: Sequence[int]) -> int:
    """Raw columns, because the model would decrypt every value only to write it back."""
    assert model._meta.pk is not None
    key_id, table, key = writing_key().id, model._meta.db_table, model._meta.pk.column
    contexts = [field.context for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {', '.join(str(field.column) for field in fields)} FROM {table}"
            f" WHERE {key} = ANY(%s) ORDER BY {key} FOR UPDATE",
            [list(ids)],
        )
        changed = [row for row in (_again(row, contexts, key_id) for row in cursor.fetchall()) if row]
        places = ", ".join(f"{field.column} = %s" for field in fields)
        cursor.executemany(f"UPDATE {table} SET {places} WHERE {key} = %s", changed)
    return len(changed)


def _again(row: Sequence[Any], contexts: Sequence[str], key_id: str) -> list[Any] | None:
    stale = [value is not None and key_id_of(bytes(value)) != key_id for value in row[1:]]
    if not any(stale):
        return None
    values = [
        encrypt(decrypt(value, context), context) if old else value
        for context, value, old in zip(contexts, row[1:], stale, strict=True)
    ]
    return [*values, row[0]]
