"""The report of finance as files: CSV, and a workbook whose numbers are numbers."""

import io
from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiqun.benefits.queries.points_reports import PointsMonth, worth_fen
from huiqun.benefits.views.points_words import spent_words
from huiqun.lib.cells import csv_lines, harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOVED = ("earn", "give", "spend", "refund", "expire", "adjust")
Row = list[str | int | float]


def report_csv(months: Sequence[PointsMonth]) -> str:
    return "".join(csv_lines([_headings(), *_rows(months)]))


def report_workbook(months: Sequence[PointsMonth], by_expiry: Sequence[tuple[date | None, int]]) -> bytes:
    from openpyxl import Workbook  # loaded by who asks for a workbook, not by every program

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Points by month"))
    for row in (_headings(), *_rows(months)):
        sheet.append(row)
    spent = book.create_sheet(_("What points were spent on"))
    spent.append([_("Month"), _("Kind"), _("Points")])
    for month in months:
        for kind, points in sorted(month.spent_on.items()):
            spent.append([f"{month.month:%Y-%m}", harmless(spent_words(kind)), points])
    expiry = book.create_sheet(_("Owed by expiry"))
    expiry.append([_("Month of expiry"), _("Points")])
    for each, points in by_expiry:
        expiry.append([f"{each:%Y-%m}" if each else _("Keeps"), points])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _headings() -> list[str]:
    return [
        _("Month"),
        _("Owed at the beginning"),
        pgettext("points", "Earned"),
        pgettext("points", "Given"),
        pgettext("points", "Spent"),
        pgettext("points", "Given back"),
        pgettext("points", "Expired"),
        pgettext("points", "Adjusted"),
        _("Owed at the end"),
        _("Breakage"),
        _("Worth at the end (yuan)"),
    ]


def _rows(months: Sequence[PointsMonth]) -> Iterator[Row]:
    for month in months:
        yield [
            f"{month.month:%Y-%m}",
            month.opening,
            *(month.of(kind) for kind in MOVED),
            month.closing,
            "" if month.breakage is None else round(month.breakage, 4),
            worth_fen(month.closing) / 100,
        ]
