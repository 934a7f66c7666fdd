"""The list of staff as an Excel file, out and in."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from huiqun.foundation.models import Staff
from huiqun.workforce import queries
from huiqun.workforce.views.spreadsheets import NotASpreadsheet, import_staff, staff_sheet


def workbook(*rows: tuple[str, ...]) -> io.BytesIO:
    book = Workbook()
    assert book.active is not None
    book.active.append(["用户名", "姓名", "机构号", "机构", "岗位", "邮箱", "办公电话"])
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def test_a_refused_row_stops_no_other(administrator: Any, north: Any, now: datetime) -> None:
    file = workbook(
        ("xu.an", "许安", "N", "", "营销策划；数据分析", "", ""),
        ("bad name", "空格", "N", "", "", "", ""),
        ("lin.yi", "林一", "N", "", "marketer;legal_reviewer", "", ""),
        ("far", "远", "X9", "", "", "", ""),
        ("he.er", "何二", "N", "", "合规审核", "he@bank.example.com", "010-5550100"),
    )
    with translation.override("zh-hans"):
        outcome = import_staff(file=file, by=administrator, now=now)
    assert outcome.added == 2
    assert [row.line for row in outcome.refused] == [3, 4, 5]
    assert Staff.objects.get_queryset().get(username="xu.an").role_set == {"marketer", "analyst"}


def test_importing_again_adds_nobody(administrator: Any, north: Any, now: datetime) -> None:
    rows = (("xu.an", "许安", "N", "", "marketer", "", ""),)
    import_staff(file=workbook(*rows), by=administrator, now=now)
    assert import_staff(file=workbook(*rows), by=administrator, now=now).added == 0


def test_what_is_no_workbook_is_said_plainly(administrator: Any, now: datetime) -> None:
    with pytest.raises(NotASpreadsheet):
        import_staff(file=io.BytesIO(b"name,branch"), by=administrator, now=now)


def test_exports_what_the_list_shows_and_no_formulas(administrator: Any, marketer: Any) -> None:
    Staff.objects.get_queryset().filter(pk=marketer.pk).update(full_name="=1+1")
    shown = queries.staff_list(staff=administrator, filters={"role": "marketer"})
    sheet = load_workbook(staff_sheet(shown)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[1], row[2]) for row in rows] == [("marketer", "'=1+1", "N")]
