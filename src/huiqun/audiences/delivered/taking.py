"""From a delivered file to staged rows, in one pass; the rows that cannot be taken to a file of their own."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext

from huiqun.audiences.delivered.judging import Judge, name
from huiqun.audiences.delivered.mapping import map_columns
from huiqun.audiences.delivered.opening import careful, columns_of, literal, readable, relation
from huiqun.audiences.delivered.refusals import REASONS, FileUnreadable, reason_key
from huiqun.foundation import lake
from huiqun.foundation.lake import Source
from huiqun.foundation.lake.faults import room
from huiqun.foundation.lake.reading import workshop

CustomerIds = Callable[[list[str]], Mapping[str, int]]
"""From customer numbers of the bank to customer ids; numbers that nobody has are left out."""

CHUNK = 100_000
BATCH = 122_880
REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Read:
    """What became of a file: rows staged, rows refused, columns that nobody knows and were ``left_out``, and
    agreed ones that were ``missing``."""

    rows: int
    refused: int
    left_out: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def take_in(
    path: Path, *, source: Source, customer_ids: CustomerIds, refused_to: Path, told: str, today: date
) -> Read:
    """Stage the good rows of a file under the name ``told`` and write the refused ones, with line and reason,
    to ``refused_to``.

    A state and a day are replaced; events are added, and doubled ones thinned out when the lake is published.
    :raises Refusal when the file as a whole cannot be taken
    """
    with room(), readable(path, sheet=source.sheet) as file, workshop() as connection, _apart() as folder:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        connection.execute("SET preserve_insertion_order = false")
        rows = relation(file)
        mapped = map_columns(source, columns_of(connection, rows, path.name), path.name)
        judge = Judge(source, mapped, today)
        try:
            _part(connection, rows, judge, mapped.given["number"], customer_ids, source.dataset, folder)
        except duckdb.Error as error:
            if not _wants_care(error):
                raise
            rows = careful(rows)
            try:
                _part(connection, rows, judge, mapped.given["number"], customer_ids, source.dataset, folder)
            except duckdb.Error as still:
                if not _wants_care(still):
                    raise
                raise FileUnreadable(file=path.name) from None
        refused = _rows_in(folder / f"part_={REFUSED}")
        if refused:
            _write_refused(connection, rows, file, judge, refused_to)
        taken = sum(_stage(source.dataset, each, told) for each in _parts(folder))
    return Read(rows=taken, refused=refused, left_out=mapped.left_out, missing=mapped.missing)


def _wants_care(error: duckdb.Error) -> bool:
    """Line breaks within quotation marks, which several threads cannot tell from others. While a result
    streams, the reader says so by a plain error."""
    if isinstance(error, duckdb.ConversionException):
        return False
    return isinstance(error, (duckdb.InvalidInputException, duckdb.InvalidTypeException)) or (
        "CSV Error" in str(error)
    )


def _part(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    judge: Judge,
    number: str,
    customer_ids: CustomerIds,
    dataset: str,
    folder: Path,
) -> None:
    """Judge every row, and write it to the part it belongs to."""
    shutil.rmtree(folder, ignore_errors=True)
    _know_customers(connection, rows, number, customer_ids)
    connection.execute(
        f"COPY (SELECT * EXCLUDE (number_, wrong_),"
        f" CASE WHEN wrong_ IS NOT NULL THEN '{REFUSED}' ELSE {_partition(dataset)} END AS part_"
        f" FROM ({judge.query(rows)})) TO {literal(folder)}"
        f" (FORMAT parquet, COMPRESSION snappy, PARTITION_BY (part_), ROW_GROUP_SIZE {BATCH})"
    )


def _partition(dataset: str) -> str:
    """Months for events, days for what replaces a day, and one for a state."""
    shape = lake.DATASETS[dataset]
    if "dt" not in shape.names:
        return "'all'"
    return f"strftime(dt, '{'%Y-%m' if shape.is_events else '%Y-%m-%d'}')"


def _know_customers(
    connection: duckdb.DuckDBPyConnection, rows: str, number: str, customer_ids: CustomerIds
) -> None:
    connection.execute("CREATE OR REPLACE TABLE known (number VARCHAR, customer_id BIGINT)")
    distinct = connection.cursor().execute(
        f"SELECT DISTINCT trim({name(number)}) FROM ({rows}) WHERE {name(number)} IS NOT NULL"
    )
    while chunk := [row[0] for row in distinct.fetchmany(CHUNK)]:
        found = customer_ids(chunk)
        table = pa.table({"number": list(found), "customer_id": pa.array(found.values(), pa.int64())})
        connection.register("found_", table)
        connection.execute("INSERT INTO known SELECT number, customer_id FROM found_")
        connection.unregister("found_")


def _write_refused(
    connection: duckdb.DuckDBPyConnection, rows: str, file: Path, judge: Judge, target: Path
) -> None:
    """A second reading, in the file's order, to tell the line: the heading of a table of text is line 1."""
    target.parent.mkdir(parents=True, exist_ok=True)
    keys = pa.table({"key_": list(REASONS), "reason": [gettext(reason) for reason in REASONS.values()]})
    extra = 0 if file.suffix.lower() == ".parquet" else 1
    connection.execute("SET preserve_insertion_order = true")
    connection.register("words_", keys)
    connection.create_function("reason_key", reason_key, ["VARCHAR"], "VARCHAR")
    numbered = f"SELECT row_number() OVER () + {extra} AS line_, * FROM ({rows})"
    judged = judge.query(numbered).replace("SELECT ", "SELECT raw.line_ AS line_, ", 1)
    connection.execute(
        f"COPY (SELECT line_ AS line, number_ AS number, split_part(wrong_, ':', 1) AS column, reason"
        f" FROM ({judged}) JOIN words_ ON key_ = reason_key(wrong_) WHERE wrong_ IS NOT NULL ORDER BY line_)"
        f" TO {literal(target)} (FORMAT csv, HEADER, DELIMITER ',')"
    )
    connection.unregister("words_")


def _stage(dataset: str, part: Path, told: str) -> int:
    shape, partition = lake.DATASETS[dataset], part.name.removeprefix("part_=")
    reader = pa.RecordBatchReader.from_batches(shape.schema, _batches(part, shape.schema))
    staged = lake.stage(dataset, reader, partition=partition, replace=not shape.is_events, source=told)
    return staged.rows


def _batches(part: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for path in sorted(part.glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH, columns=schema.names):
                yield batch.select(schema.names).cast(schema)


def _parts(folder: Path) -> list[Path]:
    return [each for each in sorted(folder.glob("part_=*")) if each.name != f"part_={REFUSED}"]


def _rows_in(part: Path) -> int:
    return sum(pq.read_metadata(path).num_rows for path in part.glob("*.parquet"))


@contextmanager
def _apart() -> Iterator[Path]:
    """A folder beside the lake for as long as it is needed."""
    folder = lake.folder() / "spill" / f"parts-{uuid4().hex}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
