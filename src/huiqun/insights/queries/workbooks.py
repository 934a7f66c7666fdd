"""A result as an Excel workbook: numbers as numbers, with their intervals."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from huiqun.insights.queries.results import CampaignResult, Group
from huiqun.insights.rules.statistics import Rate
from huiqun.lib.cells import harmless

if TYPE_CHECKING:
    from openpyxl import Workbook


def result_workbook(result: CampaignResult) -> bytes:
    """Sheets: funnel, reasons, rates, effect and each breakdown."""
    from openpyxl import Workbook  # loaded by who asks for a workbook, not by every program

    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    _sheet(book, _("Funnel"), [_("Step"), _("People")], [[_(s.label), s.count] for s in result.steps])
    _sheet(book, _("Reasons"), [_("Reason"), _("People")], [[_(d.label), d.count] for d in result.drops])
    head = [
        _("Metric"),
        _("Hits"),
        _("People"),
        _("Rate of people"),
        _("Lower bound"),
        _("Upper bound"),
        _("Target"),
    ]
    _sheet(book, _("Metrics"), head, [[_(k.label), *_rate(k.rate), k.target] for k in result.kpis])
    effect = result.effect
    arms = [
        [_("Treatment"), *_rate(effect.treatment)],
        [_("Control"), *_rate(effect.control)],
        [_("Difference"), None, None, effect.effect, effect.low, effect.high],
    ]
    _sheet(book, _("Effect"), [_("Arm"), *head[1:6]], arms)
    for title, groups in (
        (_("By variant"), result.variants),
        (_("By branch"), result.branches),
        (_("By day"), result.days),
        (_("By channel"), result.channels),
    ):
        _groups(book, title, groups)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rate(rate: Rate) -> list[Any]:
    return [rate.hits, rate.base, rate.value, rate.low, rate.high]


def _groups(book: "Workbook", title: str, groups: tuple[Group, ...]) -> None:
    head = [title, _("Sent"), _("Clicked"), _("CTR"), _("Joined"), _("Converted"), _("CVR")]
    rows = [
        [
            harmless(g.label),
            g.reached,
            g.clicked.hits,
            g.clicked.value,
            g.joined.hits,
            g.converted.hits,
            g.converted.value,
        ]
        for g in groups
    ]
    _sheet(book, title, head, rows)


def _sheet(book: "Workbook", title: str, head: list[str], rows: list[list[Any]]) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet(title[:31])
    sheet.append(head)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append(row)
    for column in "ABCDEFG":
        sheet.column_dimensions[column].width = 18
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if isinstance(cell.value, float):
                cell.number_format = "0.00%"
