"""The ledger of consents, as `evidence verify` reads it."""

from collections.abc import Iterable, Iterator

from django.db import connection

from huiqun.customers.models import ConsentRecord
from huiqun.foundation.ledgers import Ledger, LedgerBatch, register
from huiqun.foundation.models import Fact
from huiqun.lib.canonical import canonical_json

STRAYS = """
SELECT r.id FROM customers_consentrecord r
  LEFT JOIN foundation_fact f
    ON f.subject = 'customer:' || r.customer_id
   AND f.kind IN ('customers.ConsentGiven', 'customers.ConsentWithdrawn')
   AND f.body ->> 'record_id' = r.id::text
   AND f.body ->> 'channel' = r.channel
   AND f.body ->> 'purpose' = r.purpose
   AND coalesce(f.body ->> 'text_version', '') = r.text_version
   AND f.body ->> 'source' = r.source
   AND f.kind = CASE r.state WHEN 'given' THEN 'customers.ConsentGiven' ELSE 'customers.ConsentWithdrawn' END
 WHERE r.batch_id IS NULL AND f.id IS NULL
 ORDER BY r.id
"""


def batches() -> Iterable[LedgerBatch]:
    """Those of the recorded facts, so that a batch that vanished is missed."""
    for fact in Fact.objects.filter(kind="customers.ConsentsImported").order_by("id").iterator():
        body = fact.body
        yield LedgerBatch(body["batch_id"], body["count"], body["root"], subject=fact.subject)


def rows(batch_id: int) -> Iterator[bytes]:
    for record in ConsentRecord.objects.filter(batch_id=batch_id).order_by("id").iterator():
        yield canonical_json(record.canonical())


def strays() -> Iterator[str]:
    """Answers given one by one that no fact tells of, or that say something else than their fact."""
    with connection.cursor() as cursor:
        cursor.execute(STRAYS)
        for (record_id,) in cursor.fetchall():
            yield f"consent record {record_id} has no fact that says the same"


def register_ledger() -> None:
    register(Ledger(name="consents", batches=batches, rows=rows, strays=strays))
