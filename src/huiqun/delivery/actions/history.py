"""Contacts that the bank had before: taken over as they are told, marked as imported, never sent."""

from datetime import datetime

import pyarrow as pa
from django.db import connection, transaction
from pyarrow import csv

from huiqun.delivery.events import HistoryImported
from huiqun.delivery.models import Run
from huiqun.delivery.models.runs import IMPORTED
from huiqun.delivery.models.touches import MONTH_OF_RUN
from huiqun.delivery.rules.states import RunState
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.canonical import digest
from huiqun.lib.channels import Purpose

STAGE = """
CREATE TEMP TABLE delivery_history (customer_id bigint, channel text, at timestamptz) ON COMMIT DROP
"""

RECIPIENTS = """
INSERT INTO delivery_recipient (run_id, customer_id, branch_id, channel, state, sent_at, source)
SELECT %(run)s, h.customer_id, c.branch_id, h.channel, 'sent', h.at, 'imported'
FROM (SELECT DISTINCT ON (customer_id) * FROM delivery_history ORDER BY customer_id, at) h
LEFT JOIN customers_reach c ON c.customer_id = h.customer_id AND c.channel = 'sms' AND c.purpose = 'marketing'
ORDER BY h.customer_id
"""

TOUCHES = f"""
INSERT INTO delivery_touch (recipient_id, run_id, customer_id, kind, at, source, month)
SELECT r.id, r.run_id, r.customer_id, 'sent', r.sent_at, 'imported', {MONTH_OF_RUN}
FROM delivery_recipient r JOIN delivery_run run ON run.id = r.run_id
WHERE r.run_id = %(run)s ORDER BY r.id
"""

COUNTS = """
INSERT INTO delivery_contactcount (customer_id, on_date, purpose, channel, count)
SELECT customer_id, (sent_at AT TIME ZONE 'Asia/Shanghai')::date, %(purpose)s, channel, 1
FROM delivery_recipient WHERE run_id = %(run)s ORDER BY customer_id
ON CONFLICT (customer_id, on_date, purpose, channel, topic) DO UPDATE SET count = delivery_contactcount.count + 1
"""


@transaction.atomic
def import_history(*, subject: str, branch_id: int, table: pa.Table, by: Staff | None, now: datetime) -> int:
    """Take over past contacts (customer_id, channel, at) as one finished run; its id.

    One contact per customer, the earliest. Nothing is sent, so no consent is asked; the contacts count
    in frequency caps. Every import is a run of its own: whoever calls sees to it that none comes twice.
    """
    run = Run.objects.create(
        subject=subject,
        branch_id=branch_id,
        digest=digest({"history": subject, "rows": table.num_rows}),
        purpose=Purpose.MARKETING,
        source=IMPORTED,
        state=RunState.FINISHED,
        opened_by=by,
        opened_at=now,
        gated_at=now,
        finished_at=now,
    )
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy("COPY delivery_history FROM STDIN (FORMAT csv)") as copy:
            copy.write(_as_csv(table))
        cursor.execute(RECIPIENTS, {"run": run.pk})
        run.audience = cursor.rowcount
        cursor.execute(TOUCHES, {"run": run.pk})
        cursor.execute(COUNTS, {"run": run.pk, "purpose": run.purpose})
    run.tally = {"sent": run.audience, "dropped": 0, "failed": 0}
    run.save(update_fields=["audience", "tally"])
    imported = HistoryImported(run_id=run.pk, ordered_by=subject, audience=run.audience)
    facts.record(imported, at=now, by=by, branch_id=branch_id)
    return int(run.pk)


def _as_csv(table: pa.Table) -> pa.Buffer:
    rows = pa.table(
        {
            "customer_id": table.column("customer_id").cast(pa.int64()),
            "channel": table.column("channel").cast(pa.string()),
            "at": _instants(table.column("at")),
        }
    )
    sink = pa.BufferOutputStream()
    csv.write_csv(rows, sink, csv.WriteOptions(include_header=False))
    return sink.getvalue()


def _instants(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Instants with a zone; those without one are UTC, as everything stored is."""
    return column.cast(pa.timestamp("us", tz="UTC"))
