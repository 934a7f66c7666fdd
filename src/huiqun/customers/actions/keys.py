"""Moving stored identifiers to the key that is first in the settings."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from huiqun.customers.events import CustomerKeysRotated
from huiqun.customers.models import Customer
from huiqun.customers.rules import IDENTIFIERS
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.foundation.secrets import decrypt, encrypt, key_id_of, writing_key

BATCH = 2_000


def rotate_keys(
    *,
    now: datetime,
    by: Staff | None = None,
    after: int = 0,
    progress: Callable[[int], None] = lambda customer_id: None,
) -> int:
    """Encrypt again, in batches, whatever an older key holds; how many customers were rewritten.

    Safe to repeat and to interrupt: a value that has the right key is left alone.
    """
    rewritten, last = 0, after
    while batch := _batch(last):
        rewritten += _rotate(batch)
        last = batch[-1]
        progress(last)
    with transaction.atomic():
        facts.record(CustomerKeysRotated(rewritten=rewritten), at=now, by=by)
    return rewritten


def _batch(after: int) -> list[int]:
    return list(Customer.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _rotate(ids: Sequence[int]) -> int:
    """Raw columns, because the model would decrypt every value only to write it back."""
    key_id = writing_key().id
    table, columns = Customer._meta.db_table, ", ".join(IDENTIFIERS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {columns} FROM {table} WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [list(ids)],
        )
        changed = [row for row in (_again(row, key_id) for row in cursor.fetchall()) if row]
        places = ", ".join(f"{column} = %s" for column in IDENTIFIERS)
        cursor.executemany(f"UPDATE {table} SET {places} WHERE id = %s", changed)
    return len(changed)


def _again(row: Sequence[Any], key_id: str) -> list[Any] | None:
    stale = [value is not None and key_id_of(bytes(value)) != key_id for value in row[1:]]
    if not any(stale):
        return None
    values = [
        encrypt(decrypt(value, context_of(name)), context_of(name)) if old else value
        for name, value, old in zip(IDENTIFIERS, row[1:], stale, strict=True)
    ]
    return [*values, row[0]]


def context_of(field: str) -> str:
    """What a column's values are bound to, as the model's field has it."""
    return str(Customer._meta.get_field(field).context)  # type: ignore[union-attr]
