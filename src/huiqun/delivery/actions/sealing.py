"""Sealing the touch ledger: a Merkle root per batch of settled rows, recorded as a fact."""

from datetime import datetime

from django.db import connection, transaction

from huiqun.delivery.events import TouchesSealed
from huiqun.delivery.models import TouchBatch
from huiqun.delivery.queries.ledger import touch_rows
from huiqun.foundation import facts
from huiqun.foundation.horizon import horizon
from huiqun.lib.merkle import root

LOCK = 7_310_221


@transaction.atomic
def seal_touches(*, now: datetime) -> int | None:
    """Seal what has settled since the last batch; the new batch's id, None when there is nothing new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT coalesce(max(until_xid), 0) FROM delivery_touchbatch")
        first = cursor.fetchone()[0]
        until = horizon()
        cursor.execute("SELECT count(*) FROM delivery_touch WHERE xid >= %s AND xid < %s", [first, until])
        count = cursor.fetchone()[0]
    if not count:
        return None
    top = root(touch_rows(first, until)).hex()
    batch = TouchBatch.objects.create(first_xid=first, until_xid=until, count=count, root=top, sealed_at=now)
    sealed = TouchesSealed(batch_id=batch.pk, first_xid=first, until_xid=until, count=count, root=top)
    facts.record(sealed, at=now)
    return int(batch.pk)
