"""Records out of files, one at a time, whatever the form; memory does not grow with the file."""

import csv
import gzip
import io
import zipfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Literal

from huiqun.customers.files.mapping import FileMapping
from huiqun.customers.files.problems import Problem, RefusedLine
from huiqun.customers.files.values import SURROGATE
from huiqun.customers.rules import FileEmpty, FileKindUnknown, FileTooLarge, FileUnreadable, WrongEncoding

Form = Literal["csv", "xlsx", "parquet"]
LINE_LIMIT = 1_000_000
RECORD_LINES = 100
XLSX_LIMIT = 1_500_000_000
XLSX_TEXT_LIMIT = 150_000_000
XLSX_RATIO = 200
csv.field_size_limit(LINE_LIMIT)


@dataclass(slots=True)
class Read:
    """One record: the line (or sheet row) it begins on, and its fields."""

    line: int
    fields: Sequence[str | None]


@dataclass
class Records:
    """``rows`` gives records, and lines that could not be cut into fields."""

    header: tuple[str, ...]
    rows: Iterator[Read | RefusedLine]


def form_of(name: str) -> Form:
    """:raises FileKindUnknown"""
    lower = name.lower()
    for ending, form in ((".csv", "csv"), (".csv.gz", "csv"), (".txt", "csv"), (".txt.gz", "csv")):
        if lower.endswith(ending):
            return form  # type: ignore[return-value]
    if lower.endswith(".xlsx"):
        return "xlsx"
    if lower.endswith((".parquet", ".pq")):
        return "parquet"
    raise FileKindUnknown(file=name)


@contextmanager
def open_records(path: Path, mapping: FileMapping, *, name: str = "") -> Iterator[Records]:
    """:raises FileEmpty, FileUnreadable, FileKindUnknown, FileTooLarge, WrongEncoding"""
    name = name or path.name
    form = form_of(name)
    if not path.is_file():
        raise FileUnreadable(file=name, format=form.upper())
    if path.stat().st_size == 0:
        raise FileEmpty
    opener = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[form]
    with opener(path, name, mapping) as records:
        yield records


# CSV


@contextmanager
def _csv(path: Path, name: str, mapping: FileMapping) -> Iterator[Records]:
    _looks_like_text(path, name)
    with _opened(path, name) as raw:
        text = io.TextIOWrapper(raw, encoding=mapping.encoding, errors="surrogateescape", newline="")
        lines = _Lines(text, name)
        if mapping.has_header:
            first = next(_cut(lines, mapping), None)
            if first is None:
                raise FileEmpty
            if isinstance(first, RefusedLine):
                raise FileUnreadable(file=name, format="CSV")
            header = tuple((value or "").strip() for value in first.fields)
        else:
            header = mapping.columns
        if any(SURROGATE.search(column) or "\x00" in column for column in header):
            raise WrongEncoding(encoding=mapping.encoding.removesuffix("-sig").upper())
        yield Records(header, _cut(lines, mapping))


def _looks_like_text(path: Path, name: str) -> None:
    with path.open("rb") as file:
        head = file.read(4)
    if name.lower().endswith(".gz"):
        if head[:2] != b"\x1f\x8b":
            raise FileUnreadable(file=name, format="GZIP")
    elif head[:2] in (b"PK", b"\x1f\x8b") or head in (
        b"PAR1",
        b"%PDF",
        b"\xd0\xcf\x11\xe0",
        b"\x7fELF",
        b"\x89PNG",
    ):
        raise FileUnreadable(file=name, format="CSV")


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        yield gzip.GzipFile(fileobj=file) if name.lower().endswith(".gz") else file  # type: ignore[misc]


class _Lines:
    """Physical lines that know their number and can be put back."""

    def __init__(self, text: IO[str], name: str) -> None:
        self._text, self._name = text, name
        self._again: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= RECORD_LINES:
            raise csv.Error("a record that never ends")
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        if len(line) > LINE_LIMIT:
            self._skip_rest()
            raise csv.Error("line too long")
        return line

    def begin(self) -> None:
        self.taken = []

    def put_back_all_but_first(self) -> None:
        rest = self.taken[1:]
        self._again.extendleft(reversed(rest))
        self.number -= len(rest)

    def _read(self) -> str:
        try:
            return self._text.readline(LINE_LIMIT + 1)
        except (OSError, EOFError, UnicodeError, ValueError):
            raise FileUnreadable(file=self._name, format="CSV") from None

    def _skip_rest(self) -> None:
        while (part := self._read()) and not part.endswith(("\n", "\r")):
            pass


def _cut(lines: _Lines, mapping: FileMapping) -> Iterator[Read | RefusedLine]:
    """Records, an unclosed quotation mark costing its own line only."""
    while True:
        reader = csv.reader(lines, delimiter=mapping.delimiter, quotechar=mapping.quote or None, strict=True)
        while True:
            lines.begin()
            line = lines.number + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield RefusedLine(line, _uncut(lines.taken))
                lines.put_back_all_but_first()
                break
            if fields:
                yield Read(line, fields)


def _uncut(taken: list[str]) -> Problem:
    if taken and len(taken[0]) > LINE_LIMIT:
        return Problem("", "", "line_too_long", {"limit": LINE_LIMIT})
    return Problem("", "", "quotes")


# XLSX


@contextmanager
def _xlsx(path: Path, name: str, mapping: FileMapping) -> Iterator[Records]:
    import openpyxl

    _weigh(path, name)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book[mapping.sheet] if mapping.sheet else book.worksheets[0]
    except Exception:
        raise FileUnreadable(file=name, format="XLSX") from None
    try:
        rows = sheet.iter_rows(values_only=True)
        header = (
            tuple(_text(cell) or "" for cell in next(rows, ())) if mapping.has_header else mapping.columns
        )
        header = _trimmed(header)
        if not header:
            raise FileEmpty
        yield Records(header, _cells(rows, len(header), 1 + mapping.has_header, name))
    finally:
        book.close()


def _weigh(path: Path, name: str) -> None:
    """A small archive can hold an endless sheet: look at the sizes, and for entities, before unpacking."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        if b"<!DOCTYPE" in file.read(2_000).upper():
                            raise FileUnreadable(file=name, format="XLSX")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        raise FileUnreadable(file=name, format="XLSX") from None
    total = sum(part.file_size for part in parts)
    texts = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
    packed = max(1, sum(part.compress_size for part in parts))
    if total > XLSX_LIMIT or texts > XLSX_TEXT_LIMIT or (total > 20_000_000 and total > XLSX_RATIO * packed):
        raise FileTooLarge(file=name)


def _cells(
    rows: Iterator[tuple[Any, ...]], width: int, first: int, name: str
) -> Iterator[Read | RefusedLine]:
    line = first - 1
    while True:
        try:
            cells = next(rows, None)
        except Exception:
            raise FileUnreadable(file=name, format="XLSX") from None
        if cells is None:
            return
        line += 1
        values = [_text(cell) for cell in cells]
        if any(value is not None for value in values):
            surplus = [value for value in values[width:] if value is not None]
            kept = values[:width] + [None] * (width - len(values))
            yield Read(line, [*kept, *surplus])


def _trimmed(header: tuple[str, ...]) -> tuple[str, ...]:
    while header and not header[-1]:
        header = header[:-1]
    return header


# Parquet


@contextmanager
def _parquet(path: Path, name: str, mapping: FileMapping) -> Iterator[Records]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, memory_map=True, pre_buffer=False)
    except (pa.ArrowException, OSError):
        raise FileUnreadable(file=name, format="Parquet") from None
    with file:
        yield Records(tuple(file.schema_arrow.names), _batches(file, name))


def _batches(file: Any, name: str) -> Iterator[Read | RefusedLine]:
    import pyarrow as pa

    line = 0
    try:
        for batch in file.iter_batches(batch_size=2_000, use_threads=False):
            columns = [column.to_pylist() for column in batch.columns]
            for cells in zip(*columns, strict=True):
                line += 1
                yield Read(line, [_text(cell) for cell in cells])
    except (pa.ArrowException, OSError):
        raise FileUnreadable(file=name, format="Parquet") from None


def _text(cell: Any) -> str | None:
    """A typed cell as the text a CSV file would have."""
    if cell is None:
        return None
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat()
            if cell.time() == datetime.min.time() and not cell.tzinfo
            else cell.isoformat()
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "surrogateescape")
    return str(cell)
