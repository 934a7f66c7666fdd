"""Taking in a delivered file: open, check, import, chunk by chunk, each chunk in one transaction."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from huiqun.customers.actions.chunks import Chunk, Counts, Delivery, store_chunk
from huiqun.customers.events import CustomersImported
from huiqun.customers.files.mapping import FileMapping, load_mapping
from huiqun.customers.files.problems import RefusedLine
from huiqun.customers.files.reading import Records, open_records
from huiqun.customers.files.rows import Row, RowReader
from huiqun.customers.models import ImportLine, ImportRefusal, ImportRun
from huiqun.customers.queries.previews import PREVIEW_ROWS, preview_of
from huiqun.customers.rules import FileChanged, HeadOfficeOnly, ImportNotReady, ImportTakenOver
from huiqun.foundation import facts, jobs
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.days import local_date
from huiqun.lib.refusal import Refusal

CHUNK = 5_000
IMPORT_LOCK = "customers.import"
State = ImportRun.State
Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class ImportOutcome:
    import_id: int
    state: str
    created: int
    updated: int
    unchanged: int
    refused: int
    consents: int


def open_import(
    *,
    path: Path,
    file_name: str,
    mapping_text: str,
    now: datetime,
    by: Staff | None = None,
    keeps_file: bool = False,
) -> int:
    """Register a delivered file and have it checked by a job; its id. Nothing of it is stored yet.

    :raises HeadOfficeOnly, MappingInvalid, ColumnsMissing and whatever else is wrong with file or mapping
    """
    with transaction.atomic():
        run = _open(
            path=path, file_name=file_name, mapping_text=mapping_text, now=now, by=by, keeps_file=keeps_file
        )
        jobs.enqueue("customers.check_import", lock=IMPORT_LOCK, import_id=run.pk)
        return int(run.pk)


def _open(
    *, path: Path, file_name: str, mapping_text: str, now: datetime, by: Staff | None, keeps_file: bool
) -> ImportRun:
    branch = by.branch if by else Branch.objects.filter(parent__isnull=True).order_by("pk").first()
    if branch is None or branch.level != 0:
        raise HeadOfficeOnly
    mapping = load_mapping(mapping_text)
    with open_records(path, mapping, name=file_name) as records:
        RowReader(mapping, records.header, today=local_date(now))
    return ImportRun.objects.create(
        branch=branch,
        by=by,
        file_name=file_name[:200],
        file_path=str(path),
        file_size=path.stat().st_size,
        file_digest=digest_of(path),
        keeps_file=keeps_file,
        mapping_name=mapping.name,
        mapping_text=mapping_text,
        kind=mapping.kind,
        state=State.CHECKING,
        started_at=now,
    )


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run_check(*, import_id: int, now: datetime, progress: Progress = lambda rows: None) -> None:
    """Read the whole file as an import would, store nothing of it but refusals and a masked preview."""
    if _work_through(import_id=import_id, state=State.CHECKING, now=now, progress=progress):
        with transaction.atomic():
            run = _locked(import_id, State.CHECKING)
            ImportLine.objects.filter(import_run=run).delete()
            run.state, run.rows_total = State.CHECKED, run.rows_done
            run.save()


@transaction.atomic
def start_import(*, import_id: int, now: datetime, by: Staff | None = None) -> None:
    """Let a checked file in, by a job. :raises ImportNotReady"""
    _begin(_locked(import_id, State.CHECKED), now)
    jobs.enqueue("customers.run_import", lock=IMPORT_LOCK, import_id=import_id)


def _begin(run: ImportRun, now: datetime) -> None:
    ImportRefusal.objects.filter(import_run=run).delete()
    run.state, run.started_at, run.rows_done = State.IMPORTING, now, 0
    run.created = run.updated = run.unchanged = run.refused = run.consents = 0
    run.save()


@transaction.atomic
def continue_import(*, import_id: int, now: datetime, by: Staff | None = None) -> None:
    """Have an interrupted check or import go on from its checkpoint. Harmless when it still runs."""
    run = ImportRun.objects.select_for_update().get(pk=import_id)
    job = {State.CHECKING: "customers.check_import", State.IMPORTING: "customers.run_import"}.get(
        State(run.state)
    )
    if job is None:
        raise ImportNotReady(state=str(State(run.state).label))
    jobs.enqueue(job, lock=IMPORT_LOCK, import_id=import_id)


@transaction.atomic
def discard_import(*, import_id: int, now: datetime, by: Staff | None = None) -> None:
    """Forget a checked file and delete it. :raises ImportNotReady"""
    run = _locked(import_id, State.CHECKED)
    run.state, run.finished_at = State.DISCARDED, now
    run.save()
    _drop_file(run)


def run_import(*, import_id: int, now: datetime, progress: Progress = lambda rows: None) -> None:
    """Store the file from its checkpoint on. Safe to repeat and to kill at any moment."""
    if _work_through(import_id=import_id, state=State.IMPORTING, now=now, progress=progress):
        _finish(import_id=import_id, now=now)


def import_customers(
    *,
    path: Path,
    mapping_text: str,
    now: datetime,
    by: Staff | None = None,
    file_name: str = "",
    dry_run: bool = False,
    progress: Progress = lambda rows: None,
) -> ImportOutcome:
    """Import a file in this process, without jobs: for the command line. An import of the same file
    and mapping that was interrupted is continued. ``dry_run`` only checks."""
    if dry_run:
        run = _open(
            path=path,
            file_name=file_name or path.name,
            mapping_text=mapping_text,
            now=now,
            by=by,
            keeps_file=True,
        )
        run_check(import_id=run.pk, now=now, progress=progress)
        return outcome(run.pk)
    run = _interrupted(path, mapping_text) or _opened_for_import(path, file_name, mapping_text, now, by)
    run_import(import_id=run.pk, now=now, progress=progress)
    return outcome(run.pk)


def outcome(import_id: int) -> ImportOutcome:
    run = ImportRun.objects.get(pk=import_id)
    return ImportOutcome(
        import_id=run.pk,
        state=run.state,
        created=run.created,
        updated=run.updated,
        unchanged=run.unchanged,
        refused=run.refused,
        consents=run.consents,
    )


def _interrupted(path: Path, mapping_text: str) -> ImportRun | None:
    if not path.is_file():
        return None
    unfinished = ImportRun.objects.filter(
        state=State.IMPORTING, file_digest=digest_of(path), mapping_text=mapping_text, file_path=str(path)
    )
    run: ImportRun | None = unfinished.order_by("-pk").first()
    return run


@transaction.atomic
def _opened_for_import(
    path: Path, file_name: str, mapping_text: str, now: datetime, by: Staff | None
) -> ImportRun:
    run = _open(
        path=path,
        file_name=file_name or path.name,
        mapping_text=mapping_text,
        now=now,
        by=by,
        keeps_file=True,
    )
    _begin(run, now)
    return run


def _work_through(*, import_id: int, state: State, now: datetime, progress: Progress) -> bool:
    """Chunk after chunk to the end of the file; False when there is nothing (more) to do here."""
    run = ImportRun.objects.select_related("by__branch").get(pk=import_id)
    if run.state != state:
        return False
    mapping, path = load_mapping(run.mapping_text), Path(run.file_path)
    try:
        if not path.is_file() or digest_of(path) != run.file_digest:
            raise FileChanged
        with open_records(path, mapping, name=run.file_name) as records:
            _store_all(run, mapping, records, now, progress)
    except ImportTakenOver:
        return False
    except Refusal as refusal:
        _fail(import_id=import_id, refusal=refusal, now=now)
        return False
    return True


def _store_all(
    run: ImportRun, mapping: FileMapping, records: Records, now: datetime, progress: Progress
) -> None:
    reader = RowReader(mapping, records.header, today=local_date(now))
    delivery = Delivery.of(run=run, mapping=mapping, reader=reader)
    done = run.rows_done
    for chunk in _chunks(records, reader, after=done):
        if done == 0 and run.state == State.CHECKING:
            _keep_preview(run, mapping, chunk.rows[:PREVIEW_ROWS])
        store_chunk(delivery=delivery, chunk=chunk, expected=done, now=now)
        done = chunk.last
        progress(done)


def _chunks(records: Records, reader: RowReader, *, after: int) -> Iterator[Chunk]:
    """Rows beyond ``after``, cut into chunks; every record counts, so that places stay what they are."""
    chunk = Chunk()
    for ordinal, record in enumerate(records.rows, 1):
        if ordinal <= after:
            continue
        if isinstance(record, RefusedLine):
            chunk.refuse(record.line, [record.problem])
        else:
            read = reader.row(record.fields, line=record.line, ordinal=ordinal)
            if isinstance(read, Row):
                chunk.rows.append(read)
            else:
                chunk.refuse(record.line, read)
        chunk.last = ordinal
        if ordinal % CHUNK == 0:
            yield chunk
            chunk = Chunk()
    if chunk.last:
        yield chunk


@transaction.atomic
def _keep_preview(run: ImportRun, mapping: FileMapping, rows: list[Row]) -> None:
    ImportRun.objects.filter(pk=run.pk).update(preview=preview_of(mapping, rows))


@transaction.atomic
def _finish(*, import_id: int, now: datetime) -> None:
    run = _locked(import_id, State.IMPORTING)
    ImportLine.objects.filter(import_run=run).delete()
    run.state, run.rows_total, run.finished_at = State.DONE, run.rows_done, now
    run.save()
    fact = CustomersImported(
        import_id=run.pk,
        mapping=run.mapping_name,
        file_digest=run.file_digest,
        created=run.created,
        updated=run.updated,
        unchanged=run.unchanged,
        refused=run.refused,
    )
    facts.record(fact, at=now, by=run.by_id, branch_id=run.branch_id)
    if run.created or run.updated:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE customers_customer")
        jobs.enqueue("customers.export_profiles", unique="customers.export_profiles")
    _drop_file(run)


@transaction.atomic
def _fail(*, import_id: int, refusal: Refusal, now: datetime) -> None:
    run = ImportRun.objects.select_for_update().get(pk=import_id)
    values: dict[str, Any] = {key: str(value) for key, value in refusal.values.items()}
    run.state, run.finished_at = State.FAILED, now
    run.failure = {"code": refusal.code, "sentence": refusal.sentence, "values": values}
    run.save()
    ImportLine.objects.filter(import_run=run).delete()
    _drop_file(run)


def _locked(import_id: int, state: State) -> ImportRun:
    run: ImportRun = ImportRun.objects.select_for_update(of=("self",)).get(pk=import_id)
    if run.state != state:
        raise ImportNotReady(state=str(State(run.state).label))
    return run


def _drop_file(run: ImportRun) -> None:
    """An uploaded file is personal data in the clear: it goes as soon as nobody needs it."""
    if not run.keeps_file and run.file_path:
        path = Path(run.file_path)
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


__all__ = ["Counts", "ImportOutcome", "import_customers", "open_import", "run_check", "run_import"]
