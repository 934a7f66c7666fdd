"""Old months of the touch ledger go to the lake, one file each: written, read back, compared, and only then dropped here.

Killed anywhere, the month is still where it was or already where it goes, never neither: the file is on the disk before
the transaction that drops the part begins. What was left half done has no row in ``TouchMonth`` and is swept.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from time import time
from uuid import uuid4

from django.conf import settings
from django.db import OperationalError, connection, transaction

from huiqun.delivery.actions.parts import LOCK_TIMEOUT, make_parts, parts
from huiqun.delivery.events import TouchMonthArchived, TouchMonthDamaged, TouchMonthDeleted
from huiqun.delivery.models import TouchBatch, TouchMonth
from huiqun.delivery.models.touch_parts import next_month
from huiqun.delivery.queries import archived_touches as archived
from huiqun.delivery.queries.ledger import touch_row_texts
from huiqun.delivery.queries.message_log import LINE
from huiqun.delivery.rules.retention import first_day_kept
from huiqun.foundation import facts, lake
from huiqun.foundation.lake.faults import room
from huiqun.lib.days import local_date
from huiqun.lib.merkle import root

LOCK = 7_310_226
GROUP = 50_000
YOUNG_SECONDS = 3_600
IN_UTC = "t.at AT TIME ZONE 'UTC'"

FIGURES = """
SELECT count(*), min(xid), max(xid), min(at), max(at) FROM {part}
"""

UNFINISHED = """
SELECT EXISTS (SELECT FROM delivery_run run WHERE run.state <> 'finished'
               AND date_trunc('month', run.opened_at AT TIME ZONE 'Asia/Shanghai')::date = %s)
"""


def archive_touches(*, now: datetime) -> list[date]:
    """Move every month whose time here has passed; which ones went. None while somebody else is at it.

    :raises LakeFull, FileDamaged
    """
    make_parts(now=now)
    with _alone() as is_mine:
        return _archive_all(now) if is_mine else []


@contextmanager
def _alone() -> Iterator[bool]:
    """The lock goes with the connection, whichever way that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _archive_all(now: datetime) -> list[date]:
    first = first_day_kept(settings.HUIQUN_KEEP_DAYS, "touches", today=local_date(now))
    _sweep()
    return [
        month
        for month, part in sorted(parts().items())
        if next_month(month) <= first and _archive(month, part, now)
    ]


def _archive(month: date, part: str, now: datetime) -> bool:
    """Whether it went. What is not sealed, still being sent, or written to just now waits for another night."""
    figures = _figures(part)
    sealed = TouchBatch.objects.order_by("-until_xid").values_list("until_xid", flat=True).first() or 0
    if figures[0] == 0 or figures[2] >= sealed or _is_unfinished(month):
        return False
    draft = archived.folder() / f".{month:%Y-%m}-{uuid4().hex}.parquet"
    try:
        with room():
            _write(part, draft)
        top = _compared(part, draft, rows=figures[0])
        digest = lake.file_digest(draft)
        final = draft.with_name(f"{month:%Y-%m}-{digest[:16]}.parquet")
        draft.rename(final)
        _settle(final)
        return _drop(month, part, figures, top=top, file=final, digest=digest, now=now)
    finally:
        draft.unlink(missing_ok=True)


def _figures(part: str) -> tuple[int, int, int, datetime, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES.format(part=part))
        found: tuple[int, int, int, datetime, datetime] = cursor.fetchone()
    return found


def _is_unfinished(month: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(UNFINISHED, [month])
        return bool(cursor.fetchone()[0])


def _write(part: str, target: Path) -> None:
    """By a file of text that PostgreSQL writes and DuckDB sorts: no row becomes a Python object."""
    target.parent.mkdir(parents=True, exist_ok=True)
    text = lake.folder() / "spill" / f"touches-{uuid4().hex}.csv"
    text.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            connection.cursor() as cursor,
            text.open("wb") as file,
            cursor.copy(f"COPY ({LINE.format(touches=part, at=IN_UTC)}) TO STDOUT (FORMAT csv)") as copy,
        ):
            for block in copy:
                file.write(block)
        _as_parquet(text, target)
    finally:
        text.unlink(missing_ok=True)


def _as_parquet(text: Path, target: Path) -> None:
    """Sorted by customer: who is looked for is in one group of rows of a file."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in archived.COLUMNS.items())
    told = ", ".join(
        f"coalesce({name}, '') AS {name}" if kind == "VARCHAR" else f'"{name}"'
        for name, kind in archived.COLUMNS.items()
    )
    connection = lake.opened(threads=2)
    try:
        connection.execute(
            f"COPY (SELECT {told} FROM read_csv({_quoted(text)}, header = false, columns = {{{columns}}})"
            f' ORDER BY customer_id, "at", id) TO {_quoted(target)}'
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP})"
        )
    finally:
        connection.close()


def _compared(part: str, file: Path, *, rows: int) -> str:
    """The Merkle root of both. :raises FileDamaged"""
    ours = root(touch_row_texts(part)).hex()
    connection = lake.opened(threads=2)
    try:
        found = connection.execute(f"SELECT count(*) FROM {archived.rows_of([file])}").fetchall()
        cursor = connection.execute(f"SELECT {archived.ROW} FROM {archived.rows_of([file])} ORDER BY xid, id")
        theirs = root(
            text.encode() for chunk in iter(lambda: cursor.fetchmany(10_000), []) for (text,) in chunk
        )
    finally:
        connection.close()
    if found != [(rows,)] or theirs.hex() != ours:
        raise lake.FileDamaged(path=file.name)
    return ours


def _drop(
    month: date,
    part: str,
    figures: tuple[int, int, int, datetime, datetime],
    *,
    top: str,
    file: Path,
    digest: str,
    now: datetime,
) -> bool:
    """One transaction: the part goes, the month is known to be in the lake, the fact says so. Nothing of it when a
    touch came meanwhile, or when somebody writes and does not make way."""
    rows, first_xid, last_xid, first_at, last_at = figures
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
                cursor.execute("LOCK TABLE ONLY delivery_touch IN ACCESS EXCLUSIVE MODE")
                if month not in parts() or _figures(part) != figures:
                    return False
                cursor.execute(f"ALTER TABLE delivery_touch DETACH PARTITION {part}")
                cursor.execute(f"DROP TABLE {part}")
                cursor.execute("SET LOCAL lock_timeout = 0")
            TouchMonth.objects.create(
                month=month,
                rows=rows,
                root=top,
                file_name=file.name,
                file_digest=digest,
                bytes=file.stat().st_size,
                first_xid=first_xid,
                last_xid=last_xid,
                first_at=first_at,
                last_at=last_at,
                archived_at=now,
            )
            fact = TouchMonthArchived(month=f"{month:%Y-%m}", rows=rows, root=top, file_digest=digest)
            facts.record(fact, at=now)
    except OperationalError:
        return False
    return True


def delete_archived(*, now: datetime) -> list[date]:
    """Months in the lake whose time has passed: first nobody asks for them any more, then the file goes."""
    first = first_day_kept(settings.HUIQUN_KEEP_DAYS, "archived_touches", today=local_date(now))
    gone = []
    for row in TouchMonth.objects.filter(deleted_at=None):
        if next_month(row.month) > first:
            continue
        with transaction.atomic():
            if TouchMonth.objects.filter(pk=row.pk, deleted_at=None).update(deleted_at=now):
                fact = TouchMonthDeleted(month=f"{row.month:%Y-%m}", rows=row.rows, root=row.root)
                facts.record(fact, at=now)
                gone.append(row.month)
        (archived.folder() / row.file_name).unlink(missing_ok=True)
    _sweep()
    return gone


def check_archived(*, now: datetime) -> list[date]:
    """Compare every file with its digest; those that differ, each a fact once a night until it is mended."""
    damaged = []
    for row in TouchMonth.objects.filter(deleted_at=None):
        path = archived.folder() / row.file_name
        problem = "missing" if not path.is_file() else ""
        if not problem and lake.file_digest(path) != row.file_digest:
            problem = "altered"
        if problem:
            with transaction.atomic():
                facts.record(TouchMonthDamaged(month=f"{row.month:%Y-%m}", problem=problem), at=now)
            damaged.append(row.month)
    return damaged


def _sweep() -> None:
    """Files that no month knows: half done, or of months that are gone. Young ones may be somebody's at work."""
    known = set(TouchMonth.objects.filter(deleted_at=None).values_list("file_name", flat=True))
    for path in archived.folder().glob("*.parquet"):
        with suppress(FileNotFoundError):
            if path.name not in known and time() - path.stat().st_mtime > YOUNG_SECONDS:
                path.unlink()


def _settle(path: Path) -> None:
    """File and name are on the disk before anybody relies on them."""
    for each in (path, path.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
