"""Workbooks for people, whose cells stay text, whatever a customer's name begins with."""

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from huiqun.lib.cells import harmless

NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]]")
"""What a spreadsheet does not take as the name of a sheet."""


def workbook(*, title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook  # loaded by who asks for a workbook, not by every program
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(NOT_IN_TITLES.sub(" ", title)[:31])
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
