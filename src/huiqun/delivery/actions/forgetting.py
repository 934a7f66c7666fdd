"""Rows whose declared time has passed go, batch by batch; never a statement that holds millions.

How many went is counted in the transaction in which they go. A fact tells it at the end; whoever is killed before that
leaves them untold, and the next night's fact tells them too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from huiqun.delivery.events import RowsForgotten
from huiqun.delivery.models import Forgotten
from huiqun.delivery.rules.retention import first_day_kept
from huiqun.foundation import facts
from huiqun.lib.days import local_date, start_of_day

BATCH, BATCHES = 5_000, 400
"""At most two million rows of a kind in one night; the rest goes the next one."""


@dataclass(frozen=True)
class Old:
    """``condition`` over %(day)s and %(moment)s, the first that are kept."""

    table: str
    condition: str


LINES = (
    "of_list_id IN (SELECT id FROM delivery_suppressionlist"
    " WHERE {} AND coalesce(applied_at, brought_at) < %(moment)s)"
)
OLD: Mapping[str, Old] = {
    "contact_counts": Old("delivery_contactcount", "on_date < %(day)s"),
    "account_days": Old("delivery_accountday", "on_date < %(day)s"),
    "list_lines": Old("delivery_suppressionline", LINES.format("state = 'applied'")),
    "discarded_lines": Old("delivery_suppressionline", LINES.format("state = 'discarded'")),
    "ended_blocks": Old("delivery_suppression", "until_at < %(moment)s"),
}


def forget_old(*, now: datetime, batches: int = BATCHES) -> dict[str, int]:
    """How many rows of each kind went."""
    gone = {}
    for kind in OLD:
        before = first_day_kept(settings.HUIQUN_KEEP_DAYS, kind, today=local_date(now))
        left = batches
        while left and _forget(kind, before, now) == BATCH:
            left -= 1
        gone[kind] = _tell(kind, before, now)
    return gone


@transaction.atomic
def _forget(kind: str, before: date, now: datetime) -> int:
    """One batch. Rows that somebody else holds are passed by; another night finds them."""
    old = OLD[kind]
    values: dict[str, Any] = {"day": before, "moment": start_of_day(before), "batch": BATCH}
    with connection.cursor() as cursor:
        cursor.execute(
            # Chosen once, before: a subquery may be run again for another row, and choose others then.
            f"WITH batch AS MATERIALIZED (SELECT id FROM {old.table} WHERE {old.condition}"
            " ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)"
            f" DELETE FROM {old.table} t USING batch WHERE t.id = batch.id",
            values,
        )
        count = int(cursor.rowcount)
        if count:
            cursor.execute(COUNT, {"kind": kind, "count": count, "now": now})
    return count


COUNT = """
INSERT INTO delivery_forgotten AS f (kind, rows, untold, last_rows, last_at)
VALUES (%(kind)s, %(count)s, %(count)s, 0, %(now)s)
ON CONFLICT (kind) DO UPDATE SET rows = f.rows + %(count)s, untold = f.untold + %(count)s, last_at = %(now)s
"""


@transaction.atomic
def _tell(kind: str, before: date, now: datetime) -> int:
    row = Forgotten.objects.select_for_update().filter(pk=kind, untold__gt=0).first()
    if row is None:
        return 0
    count, row.last_rows, row.untold = row.untold, row.untold, 0
    row.save(update_fields=["untold", "last_rows"])
    facts.record(RowsForgotten(rows_of=kind, before=before.isoformat(), count=count), at=now)
    return count
