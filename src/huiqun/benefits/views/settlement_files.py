"""A settlement as a file: CSV, or XLSX with numbers that a spreadsheet adds up."""

import io
from decimal import Decimal
from typing import Any

from django.http import HttpResponse

from huiqun.benefits.models import Settlement
from huiqun.benefits.queries.settlements import Cell, sheet
from huiqun.foundation.downloads import csv_response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def settlement_file(settlement: Settlement, kind: str) -> HttpResponse:
    head, rows = sheet(settlement)
    name = f"settlement-{settlement.partner_id}-{settlement.month:%Y-%m}"
    if kind == "csv":
        return csv_response([*([line] for line in head), *rows], name=f"{name}.csv")
    response = HttpResponse(_xlsx(head, rows), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


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
