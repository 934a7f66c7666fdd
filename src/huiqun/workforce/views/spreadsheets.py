"""The list of staff as an Excel file, out and in. Columns are the same both ways."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiqun.foundation.http import sentence_of
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.roles import Role
from huiqun.lib.cells import harmless
from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop
from huiqun.workforce import actions
from huiqun.workforce.views.forms import StaffForm

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (18, 14, 14, 24, 40, 28, 18, 10)
LONGEST = 2_000


class NotASpreadsheet(Refusal):
    code = "workforce.not_a_spreadsheet"
    sentence = gettext_noop(
        "This file cannot be read as an Excel workbook (.xlsx). Save it as one and try again."
    )


@dataclass(frozen=True)
class RefusedRow:
    line: int
    username: str
    reason: str


@dataclass(frozen=True)
class ImportOutcome:
    added: int
    refused: tuple[RefusedRow, ...]


def headings() -> tuple[str, ...]:
    return (
        _("User name"),
        _("Full name"),
        _("Branch code"),
        _("Branch"),
        _("Roles"),
        pgettext("address", "E-mail"),
        _("Work phone"),
        _("State"),
    )


def staff_sheet(members: Iterable[Staff]) -> IO[bytes]:
    """One row per account, roles by their names with semicolons between them."""
    from openpyxl import Workbook  # loaded by who asks for a workbook, not by every program
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("Staff")
    sheet.append(headings())
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    for member in members:
        sheet.append([harmless(value) for value in _row(member)])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _row(member: Staff) -> tuple[str, ...]:
    held = {role.role for role in member.roles.all()}
    roles = ";".join(str(role.label) for role in Role if role in held)
    branch = member.branch
    place = (branch.code, branch.name) if branch else ("", "")
    state = _("active") if member.is_active else _("closed")
    return (member.username, member.full_name, *place, roles, member.email, member.phone, state)


def import_staff(*, file: IO[bytes], by: Staff, now: datetime) -> ImportOutcome:
    """Make an account of each row; a row that is refused stops no other. :raises NotASpreadsheet"""
    added, refused = 0, []
    for line, values in _rows(file):
        try:
            actions.add_staff(**_values(values, by), by=by, now=now)
            added += 1
        except Refusal as refusal:
            refused.append(RefusedRow(line, values["username"], sentence_of(refusal)))
        except ValidationError as error:
            refused.append(RefusedRow(line, values["username"], " ".join(error.messages)))
    return ImportOutcome(added, tuple(refused))


def _rows(file: IO[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    from openpyxl import load_workbook  # loaded by who brings a workbook, not by every program
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        sheet = load_workbook(file, read_only=True, data_only=True).active
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError):
        raise NotASpreadsheet from None
    if sheet is None:
        raise NotASpreadsheet
    names = ("username", "full_name", "branch_code", "branch_name", "roles", "email", "phone")
    for line, row in enumerate(sheet.iter_rows(min_row=2, max_row=LONGEST, values_only=True), start=2):
        cells = [str(cell).strip().lstrip("'") if cell is not None else "" for cell in row]
        cells += [""] * (len(names) - len(cells))
        if any(cells):
            yield line, dict(zip(names, cells, strict=False))


def _values(row: dict[str, str], by: Staff) -> dict[str, Any]:
    """What a row says, checked as the form checks it. :raises ValidationError"""
    branch = (
        Branch.objects.visible_to(by).filter(code=row["branch_code"]).values_list("pk", flat=True).first()
    )
    form = StaffForm({**row, "branch": branch, "roles": _roles(row["roles"])}, staff=by)
    if not form.is_valid():
        raise ValidationError(
            [f"{form.fields[name].label}: {e}" for name, es in form.errors.items() for e in es]
        )
    values = dict(form.cleaned_data)
    values["branch_id"] = values.pop("branch")
    return values


def _roles(text: str) -> list[str]:
    """Codes or names, with commas or semicolons of either width between them."""
    known = {str(role.label): role.value for role in Role} | {role.value: role.value for role in Role}
    parts = text.replace("；", ";").replace("，", ";").replace(",", ";").replace("、", ";").split(";")
    return [known.get(part.strip(), part.strip()) for part in parts if part.strip()]
