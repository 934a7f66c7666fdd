"""Tables for people: XLSX and CSV whose cells stay text, whatever a customer's name begins with."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from huiqun.lib.cells import harmless


def workbook(*, title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook  # loaded by who asks for a workbook, not by every program
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title[:31])
    for row in (header, *rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=harmless(value))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def csv_lines(*, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """With a byte order mark, by which spreadsheet programs know that it is UTF-8."""
    yield "\ufeff" + _line(header)
    for row in rows:
        yield _line(row)


def _line(row: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([harmless(value) for value in row])
    return buffer.getvalue()
