"""A file as a relation of text: CSV in UTF-8 or GB 18030, Parquet, or a sheet of a workbook."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import BadZipFile

import duckdb
import openpyxl

from huiqun.audiences.delivered.refusals import FileUnreadable
from huiqun.foundation import lake


def literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def relation(path: Path) -> str:
    """SQL for the file's rows, each column as text."""
    if path.suffix.lower() == ".parquet":
        return f"SELECT COLUMNS(*)::VARCHAR FROM read_parquet({literal(path)})"
    return f"SELECT * FROM read_csv({literal(path)}, header = true, all_varchar = true, null_padding = true)"


def careful(query: str) -> str:
    """The same, read by one thread: line breaks within quotation marks can be told from others."""
    return query.replace("null_padding = true", "null_padding = true, parallel = false")


def columns_of(connection: duckdb.DuckDBPyConnection, query: str, name: str) -> list[str]:
    """:raises FileUnreadable"""
    try:
        return [row[0] for row in connection.execute(f"DESCRIBE {query}").fetchall()]
    except duckdb.Error:
        raise FileUnreadable(file=name) from None


@contextmanager
def readable(path: Path, *, sheet: str = "") -> Iterator[Path]:
    """The file itself, or a copy in UTF-8 beside the lake for as long as it is read. :raises FileUnreadable"""
    write: Callable[[Path, Path], None]
    if path.suffix.lower() == ".xlsx":
        write = lambda source, target: _sheet(source, target, sheet)  # noqa: E731
    elif path.suffix.lower() == ".parquet" or _is_utf8(path):
        yield path
        return
    else:
        write = _from_gb18030
    copy = lake.folder() / "spill" / f"{uuid4().hex}.csv"
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        try:
            write(path, copy)
        except (UnicodeDecodeError, BadZipFile, KeyError, ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise FileUnreadable(file=path.name) from None
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _from_gb18030(source: Path, target: Path) -> None:
    with source.open(encoding="gb18030") as old, target.open("w", encoding="utf-8") as new:
        for line in old:
            new.write(line)


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _sheet(source: Path, target: Path, sheet: str) -> None:
    """Row by row; a workbook has no more than a million. Empty rows at its end are none."""
    book = openpyxl.load_workbook(source, read_only=True, data_only=True)
    try:
        rows = (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True)
        with target.open("w", encoding="utf-8", newline="") as file:
            writer, empty = csv.writer(file), 0
            for row in rows:
                cells = [_text(cell) for cell in row]
                if not any(cells):
                    empty += 1
                    continue
                writer.writerows([[""] * len(cells)] * empty)
                writer.writerow(cells)
                empty = 0
    finally:
        book.close()


def _text(cell: Any) -> str:
    """As a CSV file would bring it: a day without its midnight, a whole number without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
