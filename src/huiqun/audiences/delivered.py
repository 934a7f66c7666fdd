"""Files as the bank's systems deliver them: read as text, judged row by row, turned into lake rows.

Everything is done on columns by DuckDB; a million rows never become a million Python objects.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.utils.translation import gettext

from huiqun.foundation import lake
from huiqun.foundation.lake.reading import workshop
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

CustomerIds = Callable[[list[str]], Mapping[str, int]]
"""From customer numbers of the bank to customer ids; numbers that nobody has are left out."""

DATASETS = ("transactions", "holdings", "aum", "app_events")
ENDINGS = (".csv", ".parquet")
ALIASES = {
    "number": ("number", "customer_number", "customer_no", "客户号"),
    "event_id": ("event_id", "流水号"),
    "at": ("at", "交易时间", "发生时间"),
    "dt": ("dt", "日期"),
}
CHUNK = 20_000
REASONS = {
    "number": _("The customer number is missing or nobody has it."),
    "event_id": _("The event has no number."),
    "at": _("The time is missing or cannot be read."),
    "dt": _("The day is missing or cannot be read."),
    "kind": _("The kind is missing or is not a code in small letters."),
    "product_kind": _("The product kind is missing or is not a code in small letters."),
    "product_code": _("The product code is missing."),
    "amount": _("The amount is missing or cannot be read."),
    "matures_date": _("The day of maturity cannot be read."),
    "source": _("The source is neither delivered nor history."),
}


class ColumnNotDelivered(Refusal):
    code = "audiences.column_not_delivered"
    sentence = _("%(file)s has no column %(column)s.")


class ColumnUnknown(Refusal):
    code = "audiences.column_unknown"
    sentence = _("%(file)s has a column that %(dataset)s does not: %(column)s.")


class FileUnreadable(Refusal):
    code = "audiences.file_unreadable"
    sentence = _("%(file)s cannot be read as a table.")


@dataclass(frozen=True, kw_only=True)
class Read:
    """What became of a file: rows staged, and the file of refused rows, if any."""

    rows: int
    refused: int


def dataset_of(path: Path) -> str:
    """``transactions-2026-11-20.csv`` → "transactions"; "" for files that are none of ours."""
    if path.suffix.lower() not in ENDINGS or path.name.startswith("."):
        return ""
    return next((name for name in DATASETS if path.stem.lower().startswith(name)), "")


def take_in(path: Path, *, dataset: str, customer_ids: CustomerIds, refused_to: Path, source: str) -> Read:
    """Stage the good rows of a file and write the refused ones, with line and reason, to ``refused_to``.

    Holdings and assets replace the days they bring; events are added, and doubled ones thinned out when
    the lake is published. :raises Refusal when the file as a whole cannot be taken
    """
    with _as_utf8(path) as readable, workshop() as connection:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        _load(connection, readable, path.name)
        given = _columns(connection, dataset, path.name)
        _join_customers(connection, given["number"], customer_ids)
        connection.execute(_judged(dataset, given))
        refused = _write_refused(connection, refused_to)
        connection.execute("SET TimeZone = 'UTC'")
        rows = sum(
            _stage(connection, dataset, partition, source) for partition in _partitions(connection, dataset)
        )
    return Read(rows=rows, refused=refused)


def _load(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """The file as text, with the line of each row (the heading is line 1)."""
    if path.suffix.lower() == ".parquet":
        reader, extra = "SELECT COLUMNS(*)::VARCHAR FROM read_parquet($path)", 0
    else:
        reader, extra = (
            "SELECT * FROM read_csv($path, header = true, all_varchar = true, null_padding = true)",
            1,
        )
    try:
        connection.execute(
            f"CREATE TABLE raw AS SELECT row_number() OVER () + {extra} AS line_, * FROM ({reader})",
            {"path": str(path)},
        )
    except duckdb.Error:
        raise FileUnreadable(file=name) from None


def _columns(connection: duckdb.DuckDBPyConnection, dataset: str, name: str) -> dict[str, str]:
    """Which column of the file brings which of ours. :raises ColumnUnknown, ColumnNotDelivered"""
    present = [row[0] for row in connection.execute("DESCRIBE raw").fetchall()][1:]
    ours = {each for each in lake.DATASETS[dataset].names if each != "customer_id"} | {
        "number",
        *_yuan(dataset),
    }
    aliases = {alias: our for our, names in ALIASES.items() for alias in names}
    given = {}
    for column in present:
        our = aliases.get(column.strip().lower(), column.strip().lower())
        if our not in ours:
            raise ColumnUnknown(file=name, dataset=dataset, column=column)
        given[our] = column
    for our in _needed(dataset, given):
        if our not in given:
            raise ColumnNotDelivered(file=name, column=our)
    return given


def _needed(dataset: str, given: Mapping[str, str]) -> Iterable[str]:
    yield "number"
    for column in lake.DATASETS[dataset].columns:
        if column.name.endswith("_fen"):
            yuan = column.name.removesuffix("_fen")
            if column.required and yuan not in given:
                yield column.name
        elif column.name == "dt" and "at" in given:
            continue
        elif column.required and column.name not in ("customer_id", "source"):
            yield column.name


def _yuan(dataset: str) -> set[str]:
    """Amounts may be delivered in yuan, under the name without _fen."""
    return {each.removesuffix("_fen") for each in lake.DATASETS[dataset].names if each.endswith("_fen")}


def _join_customers(connection: duckdb.DuckDBPyConnection, column: str, customer_ids: CustomerIds) -> None:
    connection.execute("CREATE TABLE known (number VARCHAR, customer_id BIGINT)")
    distinct = connection.cursor().execute(
        f"SELECT DISTINCT trim({_name(column)}) FROM raw WHERE {_name(column)} IS NOT NULL"
    )
    while chunk := [row[0] for row in distinct.fetchmany(CHUNK)]:
        found = customer_ids(chunk)
        table = pa.table({"number": list(found), "customer_id": pa.array(found.values(), pa.int64())})
        connection.register("found_", table)
        connection.execute("INSERT INTO known SELECT number, customer_id FROM found_")
        connection.unregister("found_")


def _judged(dataset: str, given: Mapping[str, str]) -> str:
    """One table with our columns, the line, and what is wrong with the row (the first thing)."""
    columns = {column.name: _expression(column.name, given) for column in lake.DATASETS[dataset].columns}
    wrong = [("number", "known.customer_id IS NULL")]
    for column in lake.DATASETS[dataset].columns:
        if column.name == "customer_id":
            continue
        about = "amount" if column.name.endswith("_fen") else column.name
        if test := _is_wrong(column, columns[column.name], given):
            wrong.append((about, test))
    cases = " ".join(f"WHEN {test} THEN '{about}'" for about, test in wrong)
    shown = ", ".join(f"{expression} AS {_name(name)}" for name, expression in columns.items())
    return (
        f"CREATE TABLE judged AS SELECT line_, trim(raw.{_name(given['number'])}) AS number_,"
        f" CASE {cases} END AS wrong_, {shown}"
        f" FROM raw LEFT JOIN known ON known.number = trim(raw.{_name(given['number'])})"
    )


def _expression(name: str, given: Mapping[str, str]) -> str:
    """One of our columns out of the file's text; NULL where it cannot be read."""
    if name == "customer_id":
        return "known.customer_id"
    if name.endswith("_fen"):
        return _money(name, given)
    if name == "dt" and "dt" not in given:
        return f"CAST({_expression('at', given)} AS DATE)"
    if name not in given:
        return "'delivered'" if name == "source" else "NULL"
    text = _text(given[name])
    if name == "at":
        return f"TRY_CAST({text} AS TIMESTAMPTZ)"
    return f"TRY_CAST({text} AS DATE)" if name in ("dt", "matures_date") else text


def _money(name: str, given: Mapping[str, str]) -> str:
    if name in given:
        return f"TRY_CAST({_text(given[name])} AS BIGINT)"
    yuan = name.removesuffix("_fen")
    if yuan not in given:
        return "NULL"
    amount = f"TRY_CAST(replace({_text(given[yuan])}, ',', '') AS DECIMAL(18, 2))"
    return f"CAST({amount} * 100 AS BIGINT)"


def _is_wrong(column: Any, expression: str, given: Mapping[str, str]) -> str:
    source = given.get(column.name) or given.get(column.name.removesuffix("_fen"))
    tests = [f"{expression} IS NULL"] if column.required else []
    if source and not column.required:
        tests.append(f"({_text(source)} IS NOT NULL AND {expression} IS NULL)")
    if column.pattern:
        tests.append(f"NOT regexp_full_match({expression}, '{column.pattern}')")
    if column.values:
        allowed = ", ".join(f"'{value}'" for value in column.values)
        tests.append(f"{expression} NOT IN ({allowed})")
    return " OR ".join(tests)


def _text(column: str) -> str:
    return f"nullif(trim(raw.{_name(column)}), '')"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _write_refused(connection: duckdb.DuckDBPyConnection, target: Path) -> int:
    ((refused,),) = connection.execute("SELECT count(*) FROM judged WHERE wrong_ IS NOT NULL").fetchall()
    if not refused:
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    words = pa.table({"wrong_": list(REASONS), "reason": [gettext(reason) for reason in REASONS.values()]})
    connection.register("words_", words)
    connection.execute(
        "COPY (SELECT line_ AS line, number_ AS number, wrong_ AS column, reason"
        " FROM judged JOIN words_ USING (wrong_) ORDER BY line_)"
        f" TO '{str(target).replace(chr(39), chr(39) * 2)}' (HEADER, DELIMITER ',')"
    )
    connection.unregister("words_")
    return int(refused)


def _partitions(connection: duckdb.DuckDBPyConnection, dataset: str) -> list[str]:
    """Days for what replaces a day, months for events."""
    form = "%Y-%m" if lake.DATASETS[dataset].is_events else "%Y-%m-%d"
    rows = connection.execute(
        f"SELECT DISTINCT strftime(dt, '{form}') FROM judged WHERE wrong_ IS NULL ORDER BY 1"
    ).fetchall()
    return [row[0] for row in rows]


def _stage(connection: duckdb.DuckDBPyConnection, dataset: str, partition: str, source: str) -> int:
    shape = lake.DATASETS[dataset]
    names = ", ".join(_name(name) for name in shape.names)
    rows = connection.sql(
        f"SELECT {names} FROM judged WHERE wrong_ IS NULL"
        f" AND starts_with(strftime(dt, '%Y-%m-%d'), '{partition}')"
    ).to_arrow_reader(100_000)
    staged = lake.stage(
        dataset, _typed(rows, shape.schema), partition=partition, replace=not shape.is_events, source=source
    )
    return staged.rows


def _typed(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> pa.RecordBatchReader:
    return pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in batches))


@contextmanager
def _as_utf8(path: Path) -> Iterator[Path]:
    """Bank systems often write GB 18030; such a file is turned into UTF-8 beside the lake while it is read."""
    if path.suffix.lower() == ".parquet" or _is_utf8(path):
        yield path
        return
    copy = lake.folder() / "spill" / f"{path.stem}.utf8.csv"
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open(encoding="gb18030") as source, copy.open("w", encoding="utf-8") as target:
            for line in source:
                target.write(line)
        yield copy
    except UnicodeDecodeError:
        raise FileUnreadable(file=path.name) from None
    finally:
        copy.unlink(missing_ok=True)


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            for _line in file:
                pass
    except UnicodeDecodeError:
        return False
    return True
