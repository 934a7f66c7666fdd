"""A settlement as a file: CSV, or XLSX with numbers that a spreadsheet adds up."""

import csv
import io
from decimal import Decimal
from typing import Any

from django.http import HttpResponse

from huiqun.benefits.models import Settlement
from huiqun.benefits.queries.settlements import Cell, sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def settlement_file(settlement: Settlement, kind: str) -> HttpResponse:
    head, rows = sheet(settlement)
    name = f"settlement-{settlement.partner_id}-{settlement.month:%Y-%m}"
    if kind == "csv":
        response = HttpResponse(_csv(head, rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    response = HttpResponse(_xlsx(head, rows), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _csv(head: list[str], rows: list[list[Cell]]) -> str:
    """With a byte order mark, by which spreadsheet programs know that it is UTF-8."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerows([[line] for line in head])
    writer.writerows([[f"{cell:.2f}" if isinstance(cell, Decimal) else cell for cell in row] for row in rows])
    return buffer.getvalue()


def _xlsx(head: list[str], rows: list[list[Cell]]) -> bytes:
    from openpyxl import Workbook  # loaded by who asks for a workbook, not by every program
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    page: Any = book.create_sheet("settlement")
    titles: list[list[Cell]] = [[line] for line in head]
    for row in titles + rows:
        cells = []
        for value in row:
            cell: Any = WriteOnlyCell(page)
            cell.value = value
            if isinstance(value, Decimal):
                cell.number_format = "#,##0.00"
            else:
                cell.data_type = "s"
            cells.append(cell)
        page.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
