"""A run's people as one Arrow table, for those who count."""

import pyarrow as pa
from django.db import connection
from pyarrow import csv

from huiqun.delivery.models import Run, TouchMonth
from huiqun.delivery.models.touch_parts import first_day
from huiqun.delivery.queries.archived_touches import with_flags
from huiqun.delivery.queries.stages import runs_beside
from huiqun.lib.days import local_date

OUTCOMES = """
COPY (
    SELECT r.id AS recipient_id, r.customer_id, r.branch_id, r.arm, r.channel, r.variant_key, r.state, r.reason,
           r.failure, (coalesce(r.sent_at, r.marked_at) AT TIME ZONE 'Asia/Shanghai')::date AS sent_date,
           coalesce(t.delivered, false) AS delivered, coalesce(t.opened, false) AS opened,
           coalesce(t.clicked, false) AS clicked, coalesce(t.unsubscribed, false) AS unsubscribed,
           coalesce(t.complained, false) AS complained
    FROM delivery_recipient r
    LEFT JOIN (
        SELECT recipient_id, bool_or(kind = 'delivered') AS delivered, bool_or(kind = 'opened') AS opened,
               bool_or(kind = 'clicked') AS clicked, bool_or(kind = 'unsubscribed') AS unsubscribed,
               bool_or(kind = 'complained') AS complained
        FROM delivery_touch WHERE run_id IN ({run_ids}) GROUP BY recipient_id
    ) t ON t.recipient_id = r.id
    WHERE r.run_id IN ({run_ids}) ORDER BY r.customer_id
) TO STDOUT (FORMAT csv, HEADER)
"""

TYPES = {
    "recipient_id": pa.int64(),
    "customer_id": pa.int64(),
    "branch_id": pa.int64(),
    "arm": pa.string(),
    "channel": pa.string(),
    "variant_key": pa.string(),
    "state": pa.string(),
    "reason": pa.string(),
    "failure": pa.string(),
    "sent_date": pa.date32(),
    "delivered": pa.bool_(),
    "opened": pa.bool_(),
    "clicked": pa.bool_(),
    "unsubscribed": pa.bool_(),
    "complained": pa.bool_(),
}


def outcomes(run_id: int) -> pa.Table:
    """One row per recipient, by ascending customer id, with the columns of TYPES; "" where nothing applies.

    A dossier that was sent step by step is told whole, whichever of its runs is asked for; nobody is in two.
    """
    chunks: list[bytes] = []
    beside = runs_beside(run_id)
    run_ids = ", ".join(map(str, beside))
    with connection.cursor() as cursor, cursor.copy(OUTCOMES.format(run_ids=run_ids)) as copy:
        chunks.extend(bytes(chunk) for chunk in copy)
    options = csv.ConvertOptions(
        column_types=TYPES, true_values=["t"], false_values=["f"], strings_can_be_null=False
    )
    table = csv.read_csv(pa.BufferReader(b"".join(chunks)), convert_options=options)
    return with_flags(table, beside, _archived_months(beside))


def _archived_months(run_ids: list[int]) -> list[TouchMonth]:
    opened = Run.objects.filter(pk__in=run_ids).values_list("opened_at", flat=True)
    months = {first_day(local_date(moment)) for moment in opened}
    return list(TouchMonth.objects.filter(deleted_at=None, month__in=months))
