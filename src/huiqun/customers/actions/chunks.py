"""One chunk of a file, set-based: compare with what is stored, write what differs, move the checkpoint."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from huiqun.customers.actions.answers import Told, store_answers
from huiqun.customers.actions.erasing import number_index
from huiqun.customers.actions.writing import Stored, insert_customers, stored_by_number, update_customers
from huiqun.customers.files.mapping import FileMapping
from huiqun.customers.files.problems import Problem
from huiqun.customers.files.rows import Row, RowReader
from huiqun.customers.models import ConsentText, Customer, Erasure, ImportRefusal, ImportRun
from huiqun.customers.models.people import index_of
from huiqun.customers.rules import IDENTIFIERS, ConsentState, ImportTakenOver
from huiqun.foundation.models import Branch

WRITER_LOCK = 0x4355_5354  # one importing transaction at a time, whoever runs it


@dataclass
class Chunk:
    """``last`` is the ordinal of the last record read for it."""

    rows: list[Row] = field(default_factory=list)
    refused: list[tuple[int, Problem]] = field(default_factory=list)
    refused_lines: set[int] = field(default_factory=set)
    last: int = 0

    def refuse(self, line: int, problems: Iterable[Problem]) -> None:
        self.refused += [(line, problem) for problem in problems]
        self.refused_lines.add(line)


@dataclass
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    consents: int = 0


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What stays the same from chunk to chunk."""

    import_id: int
    kind: str
    state: str
    reader: RowReader
    branches: dict[str, int]
    foreign_branches: frozenset[str]
    texts: frozenset[tuple[str, str, str]]
    attribute_names: frozenset[str]
    numbered_by_line: bool

    @classmethod
    def of(cls, *, run: ImportRun, mapping: FileMapping, reader: RowReader) -> "Delivery":
        every = dict(Branch.objects.values_list("code", "pk"))
        mine = dict(Branch.objects.visible_to(run.by).values_list("code", "pk")) if run.by else every
        return cls(
            import_id=run.pk,
            kind=mapping.kind,
            state=run.state,
            reader=reader,
            branches=mine,
            foreign_branches=frozenset(every) - frozenset(mine),
            texts=frozenset(ConsentText.objects.values_list("channel", "purpose", "version")),
            attribute_names=frozenset(mapping.attributes),
            numbered_by_line=mapping.numbered_by_line,
        )

    @property
    def writes(self) -> bool:
        return self.state == ImportRun.State.IMPORTING


@transaction.atomic
def store_chunk(*, delivery: Delivery, chunk: Chunk, expected: int, now: datetime) -> None:
    """:raises ImportTakenOver when somebody else has moved the checkpoint"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER_LOCK])
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=delivery.import_id)
    if run.rows_done != expected or run.state != delivery.state:
        raise ImportTakenOver
    if delivery.kind == "customers":
        counts = _customers(delivery, chunk, now)
    else:
        counts = _consents(delivery, chunk, now)
    _keep_refusals(run, chunk)
    run.rows_done = chunk.last
    run.created += counts.created
    run.updated += counts.updated
    run.unchanged += counts.unchanged
    run.consents += counts.consents
    run.refused += len(chunk.refused_lines)
    run.save()


def _customers(delivery: Delivery, chunk: Chunk, now: datetime) -> Counts:
    rows = [row for row in _not_erased(delivery, chunk) if _belongs(delivery, chunk, row, now)]
    if not delivery.numbered_by_line:
        rows = _first_ones(delivery, chunk, rows)
    stored = stored_by_number(
        numbers=[row.number for row in rows], fields=delivery.reader.delivered, lock=delivery.writes
    )
    created = [row for row in rows if row.number not in stored]
    updated = [row for row in rows if row.number in stored and _differs(delivery, row, stored[row.number])]
    counts = Counts(len(created), len(updated), len(rows) - len(created) - len(updated))
    if delivery.writes:
        fields, branches = delivery.reader.delivered, delivery.branches
        insert_customers(rows=created, fields=fields, branches=branches, now=now)
        update_customers(
            rows=updated,
            stored=stored,
            fields=fields,
            branches=branches,
            attribute_names=delivery.attribute_names,
            now=now,
        )
        counts.consents = _answers_of_customers(delivery, rows, now)
    return counts


def _not_erased(delivery: Delivery, chunk: Chunk) -> list[Row]:
    """A customer who was erased does not come back by the next file."""
    if not Erasure.objects.filter(state=Erasure.State.DONE).exists():
        return chunk.rows
    by_index = {number_index(row.number): row.number for row in chunk.rows}
    gone = Erasure.objects.filter(state=Erasure.State.DONE, number_index__in=list(by_index))
    erased = {by_index[bytes(index)] for index in gone.values_list("number_index", flat=True)}
    for row in chunk.rows:
        if row.number in erased:
            chunk.refuse(row.line, [Problem(delivery.reader.column_of("number"), row.number, "erased")])
    return [row for row in chunk.rows if row.number not in erased]


def _belongs(delivery: Delivery, chunk: Chunk, row: Row, now: datetime) -> bool:
    problems = _branch_problems(delivery, row) + _answer_problems(delivery, row, now)
    if problems:
        chunk.refuse(row.line, problems)
    return not problems


def _branch_problems(delivery: Delivery, row: Row) -> list[Problem]:
    if row.branch in delivery.branches:
        return []
    code = "branch_scope" if row.branch in delivery.foreign_branches else "branch"
    return [Problem(delivery.reader.column_of("branch"), row.branch, code)]


def _answer_problems(delivery: Delivery, row: Row, now: datetime) -> list[Problem]:
    problems = []
    for answer in row.answers:
        known = (answer.channel, answer.purpose, answer.text_version) in delivery.texts
        if answer.state == ConsentState.GIVEN and not known:
            problems.append(Problem("text_version", answer.text_version, "text_version"))
        if answer.at > now:
            problems.append(Problem("at", answer.at.isoformat(), "date_future"))
    return problems


def _first_ones(delivery: Delivery, chunk: Chunk, rows: Sequence[Row]) -> list[Row]:
    """Without rows whose customer number this file has shown before, wherever that was."""
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_importline (import_run_id, number, line)"
            " SELECT %s, number, line FROM unnest(%s::text[], %s::bigint[]) AS t (number, line)"
            " ON CONFLICT DO NOTHING",
            [delivery.import_id, [row.number for row in rows], [row.line for row in rows]],
        )
        cursor.execute(
            "SELECT number, line FROM customers_importline WHERE import_run_id = %s AND number = ANY(%s)",
            [delivery.import_id, [row.number for row in rows]],
        )
        first = dict(cursor.fetchall())
    kept = []
    for row in rows:
        if first[row.number] == row.line:
            kept.append(row)
        else:
            repeated = Problem(
                delivery.reader.column_of("number"), row.number, "repeated", {"first": first[row.number]}
            )
            chunk.refuse(row.line, [repeated])
    return kept


def _differs(delivery: Delivery, row: Row, stored: Stored) -> bool:
    """Whether the row says anything that is not stored; identifiers are compared by blind index."""
    if delivery.branches[row.branch] != stored.branch_id:
        return True
    for name, known in zip(delivery.reader.delivered, stored.values, strict=True):
        value = row.values[name]
        if (index_of(name, value) if name in IDENTIFIERS else value) != known:
            return True
    names = delivery.attribute_names
    delivered = {name: value for name, value in stored.attributes.items() if name in names}
    return delivered != row.attributes


def _answers_of_customers(delivery: Delivery, rows: Sequence[Row], now: datetime) -> int:
    answering = [row for row in rows if row.answers]
    if not answering:
        return 0
    ids = dict(
        Customer.objects.filter(number__any_of=[row.number for row in answering]).values_list("number", "pk")
    )
    told = [Told.of(ids[row.number], answer) for row in answering for answer in row.answers]
    return store_answers(told=told, import_id=delivery.import_id, now=now).applied


def _consents(delivery: Delivery, chunk: Chunk, now: datetime) -> Counts:
    """Rows of a file of consents: each is one answer of a customer who is known and in scope."""
    ids = dict(
        Customer.objects.filter(
            number__any_of=[row.number for row in chunk.rows], branch__in=list(delivery.branches.values())
        ).values_list("number", "pk")
    )
    told = []
    for row in chunk.rows:
        problems = _answer_problems(delivery, row, now)
        if row.number not in ids:
            problems.append(Problem(delivery.reader.column_of("number"), row.number, "customer_unknown"))
        if problems:
            chunk.refuse(row.line, problems)
        else:
            told.append(Told.of(ids[row.number], row.answers[0]))
    result = store_answers(told=told, import_id=delivery.import_id, now=now, write=delivery.writes)
    return Counts(result.first, result.changed, len(told) - result.applied, result.applied)


def _keep_refusals(run: ImportRun, chunk: Chunk) -> None:
    ImportRefusal.objects.bulk_create(
        ImportRefusal(
            import_run=run,
            line=line,
            column=problem.column[:120],
            value=clean(problem.value)[:120],
            code=problem.code,
            values=problem.values,
        )
        for line, problem in sorted(chunk.refused, key=lambda item: item[0])
    )


def clean(text: str) -> str:
    """What PostgreSQL can store of a text that was refused."""
    return text.replace("\x00", "�").encode("utf-8", "replace").decode()
