"""What delivery keeps how long, how much there is of it, and what last went."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from huiqun.delivery.models import Forgotten, TouchMonth
from huiqun.delivery.rules.retention import FOR_GOOD, KINDS, Kept

SIZES = """
SELECT c.relname, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid)
FROM pg_class c WHERE c.relkind = 'r' AND c.relname LIKE 'delivery\\_%%' ORDER BY c.relname
"""
TABLES = {
    "contact_counts": "delivery_contactcount",
    "account_days": "delivery_accountday",
    "recipients": "delivery_recipient",
    "batches": "delivery_touchbatch",
    "lifts": "delivery_suppressionlift",
    "blocks": "delivery_suppression",
}
PARTS = "delivery_touch_"


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """``rows`` as the database estimates them; None where a table holds more than this kind."""

    kept: Kept
    days: int | None
    rows: int | None
    bytes: int | None
    last_rows: int
    last_at: datetime | None

    @property
    def is_for_good(self) -> bool:
        return self.kept.then == FOR_GOOD


def keepings() -> list[Keeping]:
    sizes = _sizes()
    gone = {row.kind: row for row in Forgotten.objects.all()}
    return [_keeping(kept, sizes, gone.get(kept.kind)) for kept in KINDS]


def _keeping(kept: Kept, sizes: dict[str, tuple[int, int]], gone: Forgotten | None) -> Keeping:
    rows, size = _held(kept.kind, sizes)
    last_rows, last_at = (gone.last_rows, gone.last_at) if gone else _moved(kept.kind)
    return Keeping(
        kept=kept,
        days=settings.HUIQUN_KEEP_DAYS.get(kept.kind),
        rows=rows,
        bytes=size,
        last_rows=last_rows,
        last_at=last_at,
    )


def _held(kind: str, sizes: dict[str, tuple[int, int]]) -> tuple[int | None, int | None]:
    if kind == "archived_touches":
        months = list(TouchMonth.objects.filter(deleted_at=None))
        return sum(month.rows for month in months), sum(month.bytes for month in months)
    if kind == "touches":
        parts = [size for name, size in sizes.items() if name.startswith(PARTS)]
        return sum(rows for rows, _ in parts), sum(size for _, size in parts)
    return sizes.get(TABLES.get(kind, ""), (None, None))


def _moved(kind: str) -> tuple[int, datetime | None]:
    """Of the log: the last month that went to the lake, or left it."""
    moment = {"touches": "archived_at", "archived_touches": "deleted_at"}.get(kind)
    if moment is None:
        return 0, None
    row = TouchMonth.objects.exclude(**{moment: None}).order_by(f"-{moment}", "-month").first()
    return (row.rows, getattr(row, moment)) if row else (0, None)


def _sizes() -> dict[str, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(SIZES.replace("%%", "%"))
        return {name: (rows, size) for name, rows, size in cursor.fetchall()}


def months_in_lake() -> list[TouchMonth]:
    return list(TouchMonth.objects.order_by("-month")[:120])
