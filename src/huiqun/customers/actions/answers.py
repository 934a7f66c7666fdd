"""Consents in bulk: ledger rows under one Merkle root, and the current answers they change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from huiqun.customers.events import ConsentsImported
from huiqun.customers.files.rows import Answer
from huiqun.customers.models import Consent, ConsentBatch, ConsentRecord
from huiqun.customers.rules import consent_changes
from huiqun.foundation import facts
from huiqun.lib import merkle
from huiqun.lib.canonical import canonical_json

COLUMNS = ("customer_id", "channel", "purpose", "state", "text_version", "source", "at")
LISTED = ", ".join(COLUMNS)
Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of a known customer; ``at`` in UTC, as the database gives it back."""

    customer_id: int
    channel: str
    purpose: str
    state: str
    text_version: str
    source: str
    at: datetime

    @classmethod
    def of(cls, customer_id: int, answer: Answer) -> "Told":
        return cls(
            customer_id,
            answer.channel,
            answer.purpose,
            str(answer.state),
            answer.text_version,
            answer.source,
            answer.at.astimezone(UTC),
        )

    @property
    def key(self) -> Key:
        return self.customer_id, self.channel, self.purpose

    @property
    def cells(self) -> tuple[Any, ...]:
        """In the order of COLUMNS."""
        return (*self.key, self.state, self.text_version, self.source, self.at)


@dataclass(frozen=True, slots=True)
class Applied:
    """``first`` answers where there was none, ``changed`` ones where there was another."""

    first: int = 0
    changed: int = 0

    @property
    def applied(self) -> int:
        return self.first + self.changed


@transaction.atomic
def store_answers(*, told: Sequence[Told], import_id: int, now: datetime, write: bool = True) -> Applied:
    """Apply answers in the order of their own time; what is older than the current answer changes nothing,
    so that no file brings back a consent that was withdrawn after it was written."""
    if not told:
        return Applied()
    current = _current(told, lock=write)
    known = set(current)
    news: list[Told] = []
    for answer in sorted(told, key=lambda answer: (answer.at, answer.key)):
        before = current.get(answer.key)
        if before and (answer.at <= before[2] or not _changes(answer, before)):
            continue
        current[answer.key] = (answer.state, answer.text_version, answer.at)
        news.append(answer)
    first = len({answer.key for answer in news} - known)
    if write and news:
        _keep(news, import_id, now)
    return Applied(first=first, changed=len(news) - first)


def _changes(answer: Told, before: tuple[str, str, datetime]) -> bool:
    return consent_changes(
        state=answer.state,
        text_version=answer.text_version,
        current_state=before[0],
        current_version=before[1],
    )


def _current(told: Sequence[Told], *, lock: bool) -> dict[Key, tuple[str, str, datetime]]:
    rows = Consent.objects.filter(customer__any_of={answer.customer_id for answer in told})
    rows = rows.order_by("customer_id", "channel", "purpose")
    if lock:
        rows = rows.select_for_update()
    return {
        (customer_id, channel, purpose): (state, version, at)
        for customer_id, channel, purpose, state, version, at in rows.values_list(
            "customer_id", "channel", "purpose", "state", "text_version", "at"
        )
    }


def _keep(news: Sequence[Told], import_id: int, now: datetime) -> None:
    recorded_at = now.astimezone(UTC)
    ledger = list(zip(_record_ids(len(news)), news, strict=True))
    root = merkle.root(_canonical(record_id, answer, recorded_at) for record_id, answer in ledger).hex()
    batch = ConsentBatch.objects.create(import_run_id=import_id, count=len(ledger), root=root)
    with connection.cursor() as cursor:
        _copy(
            cursor,
            f"{ConsentRecord._meta.db_table} (id, {LISTED}, recorded_at, batch_id)",
            ((record_id, *answer.cells, recorded_at, batch.pk) for record_id, answer in ledger),
        )
        _turn_current(cursor, {answer.key: answer for answer in news})
    fact = ConsentsImported(batch_id=batch.pk, import_id=import_id, count=len(ledger), root=root)
    facts.record(fact, at=now)


def _canonical(record_id: int, answer: Told, recorded_at: datetime) -> bytes:
    """The same bytes that ConsentRecord.canonical() gives of the row."""
    return canonical_json(
        {
            "id": record_id,
            "customer": answer.customer_id,
            "channel": answer.channel,
            "purpose": answer.purpose,
            "state": answer.state,
            "text_version": answer.text_version,
            "source": answer.source,
            "at": answer.at,
            "recorded_at": recorded_at,
            "by": None,
        }
    )


def _turn_current(cursor: Any, latest: Mapping[Key, Told]) -> None:
    """Current rows after the ledger's, in key order."""
    cursor.execute(
        f"CREATE TEMP TABLE answers ON COMMIT DROP AS SELECT {LISTED} FROM customers_consent WITH NO DATA"
    )
    _copy(cursor, f"answers ({LISTED})", (answer.cells for answer in latest.values()))
    cursor.execute(
        f"INSERT INTO customers_consent ({LISTED})"
        f" SELECT {LISTED} FROM answers ORDER BY customer_id, channel, purpose"
        " ON CONFLICT (customer_id, channel, purpose) DO UPDATE SET state = excluded.state,"
        " text_version = excluded.text_version, source = excluded.source, at = excluded.at"
    )
    cursor.execute("DROP TABLE answers")


def _copy(cursor: Any, target: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _record_ids(count: int) -> list[int]:
    """Ids ahead of the rows, because the root covers them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [ConsentRecord._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
