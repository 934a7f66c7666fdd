"""Who received what, when and in which words: one question to months in the database and to months in the lake."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db import connection

from huiqun.delivery.models import Run, TouchMonth
from huiqun.delivery.models.touches import MONTH_OF_RUN
from huiqun.delivery.queries import archived_touches as archived
from huiqun.delivery.rules.states import CHANNEL_WORDS, TOUCH_COLOURS, TOUCH_WORDS, TouchKind
from huiqun.lib.days import end_of_day, start_of_day

FIELDS = (
    "t.id, t.xid, t.recipient_id, t.run_id, t.customer_id, t.kind, {at}, t.source,"
    " coalesce(r.branch_id, run.branch_id), run.subject, run.step, coalesce(r.channel, ''),"
    " coalesce(r.variant_key, ''), run.digest"
)
LINE = f"""
SELECT {FIELDS} FROM {{touches}} t
JOIN delivery_run run ON run.id = t.run_id
LEFT JOIN delivery_recipient r ON r.id = t.recipient_id
"""
"""The columns of ``archived_touches.COLUMNS``, from ``touches``."""

OF_CUSTOMERS = f"""
SELECT {FIELDS.format(at="t.at")} FROM delivery_recipient r
JOIN delivery_run run ON run.id = r.run_id
JOIN delivery_touch t ON t.recipient_id = r.id
WHERE r.customer_id = ANY(%(customers)s)
"""
"""By way of recipients, who are found by customer: so the ledger, which sending writes, needs no index for it."""

MONTHS_OF_CUSTOMERS = f"""
SELECT DISTINCT {MONTH_OF_RUN} FROM delivery_recipient r JOIN delivery_run run ON run.id = r.run_id
WHERE r.customer_id = ANY(%(customers)s) AND (%(subject)s = '' OR run.subject = %(subject)s)
"""
MONTHS_OF_SUBJECT = f"SELECT DISTINCT {MONTH_OF_RUN} FROM delivery_run run WHERE run.subject = %(subject)s"


class Place(NamedTuple):
    """A line's place in the log, newest first."""

    at: datetime
    id: int


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """Of these customers, or of a subject ("campaign:12") where their branch was one of ``branch_ids``; or of both.

    Days are the bank's, both included.
    """

    customer_ids: tuple[int, ...] | None = None
    subject: str = ""
    branch_ids: tuple[int, ...] | None = None
    first: date | None = None
    last: date | None = None
    channel: str = ""
    kind: str = ""

    @property
    def since(self) -> datetime | None:
        return start_of_day(self.first) if self.first else None

    @property
    def until(self) -> datetime | None:
        return end_of_day(self.last) if self.last else None


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """Something that happened with one message to one customer."""

    id: int
    recipient_id: int
    run_id: int
    customer_id: int
    kind: str
    at: datetime
    source: str
    branch_id: int
    subject: str
    step: str
    channel: str
    variant_key: str
    digest: str
    is_archived: bool

    @property
    def place(self) -> Place:
        return Place(self.at, self.id)

    @property
    def words(self) -> str:
        return TOUCH_WORDS[TouchKind(self.kind)]

    @property
    def colour(self) -> str:
        return TOUCH_COLOURS[TouchKind(self.kind)]

    @property
    def channel_words(self) -> str:
        return CHANNEL_WORDS.get(self.channel, self.channel)


@dataclass(frozen=True)
class LogPage:
    """``after`` is where the next page begins, None when there is none."""

    lines: tuple[LogLine, ...]
    after: Place | None = field(default=None)


def message_log(query: LogQuery, *, after: Place | None = None, size: int = 50) -> LogPage:
    """Newest first, from ``after`` on. :raises LogMonthMissing"""
    lines = _here(query, after, size + 1)
    months = _months(query, after)
    if len(lines) > size:
        months = [month for month in months if month.last_at >= lines[size].at]
    if months:
        lines = sorted([*lines, *_archived(query, months, after, size + 1)], key=_place, reverse=True)
    page = tuple(lines[:size])
    return LogPage(page, page[-1].place if len(lines) > size else None)


def _place(line: LogLine) -> Place:
    return line.place


def _months(query: LogQuery, after: Place | None) -> list[TouchMonth]:
    """Only those in which somebody who is asked for was listed: recipients are all here, and know their run's month."""
    months = archived.months_at(query.since, query.until)
    months = [month for month in months if after is None or month.first_at <= after.at]
    if not months:
        return []
    known = {"customers": _listed(query.customer_ids), "subject": query.subject}
    with connection.cursor() as cursor:
        cursor.execute(MONTHS_OF_CUSTOMERS if query.customer_ids is not None else MONTHS_OF_SUBJECT, known)
        listed = {row[0] for row in cursor.fetchall()}
    return [month for month in months if month.month in listed]


def _here(query: LogQuery, after: Place | None, limit: int) -> list[LogLine]:
    sql = OF_CUSTOMERS
    if query.customer_ids is None:
        sql = LINE.format(touches="delivery_touch", at="t.at") + " WHERE t.run_id = ANY(%(runs)s)"
    wanted, values = _wanted(query, after)
    if query.subject:
        values["runs"] = list(Run.objects.filter(subject=query.subject).values_list("pk", flat=True))
        wanted += " AND t.run_id = ANY(%(runs)s)"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} {wanted} ORDER BY t.at DESC, t.id DESC LIMIT {limit:d}", values)
        return [_line(row, is_archived=False) for row in cursor.fetchall()]


def _wanted(query: LogQuery, after: Place | None) -> tuple[str, dict[str, Any]]:
    conditions = {
        "since": (query.since, "t.at >= %(since)s"),
        "until": (query.until, "t.at < %(until)s"),
        "channel": (query.channel or None, "r.channel = %(channel)s"),
        "kind": (query.kind or None, "t.kind = %(kind)s"),
        "branches": (
            _listed(query.branch_ids),
            "coalesce(r.branch_id, run.branch_id) = ANY(%(branches)s)",
        ),
        "at": (after and after.at, "(t.at, t.id) < (%(at)s, %(id)s)"),
    }
    asked = {name: each for name, each in conditions.items() if each[0] is not None}
    values: dict[str, Any] = {name: value for name, (value, _) in asked.items()}
    values |= {"customers": _listed(query.customer_ids), "id": after.id if after else None}
    return "".join(f" AND {condition}" for _, condition in asked.values()), values


def _archived(
    query: LogQuery, months: Sequence[TouchMonth], after: Place | None, limit: int
) -> list[LogLine]:
    conditions: dict[str, Any] = {
        "list_contains(?::BIGINT[], customer_id)": _listed(query.customer_ids),
        "subject = ?": query.subject or None,
        "list_contains(?::BIGINT[], branch_id)": _listed(query.branch_ids),
        '"at" >= ?::TIMESTAMP': _plain(query.since),
        '"at" < ?::TIMESTAMP': _plain(query.until),
        "channel = ?": query.channel or None,
        "kind = ?": query.kind or None,
        '"at" <= ?::TIMESTAMP': _plain(after.at) if after else None,
    }
    asked = {condition: value for condition, value in conditions.items() if value is not None}
    if query.customer_ids and len(query.customer_ids) == 1:
        asked["customer_id = ?"] = query.customer_ids[0]  # told so, groups of rows are passed by
    values = [*asked.values()]
    where = " AND ".join(asked) or "true"
    if after:
        where += ' AND ("at" < ?::TIMESTAMP OR id < ?)'
        values += [_plain(after.at), after.id]
    columns = ", ".join(f'"{name}"' for name in archived.COLUMNS)
    with archived.reading(months) as (cursor, rows):
        found = cursor.execute(
            f'SELECT {columns} FROM {rows} WHERE {where} ORDER BY "at" DESC, id DESC LIMIT {limit:d}',
            values,
        )
        return [_line(row, is_archived=True) for row in found.fetchall()]


def _line(row: Sequence[Any], *, is_archived: bool) -> LogLine:
    values = dict(zip(archived.COLUMNS, row, strict=True))
    del values["xid"]
    if is_archived:
        values["at"] = values["at"].replace(tzinfo=UTC)
    return LogLine(**values, is_archived=is_archived)


def _listed(ids: Sequence[int] | None) -> list[int] | None:
    return None if ids is None else list(ids)


def _plain(moment: datetime | None) -> datetime | None:
    """As the files have it: in UTC, without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
