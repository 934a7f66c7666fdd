"""Partners' codes as they are delivered: CSV or XLSX, a code a line. Every line is read, none is passed by in silence."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile

from huiqun.benefits.rules.refusals_stock import CodesUnreadable
from huiqun.lib.words import gettext_noop as _

MOST_LINES = 200_000
MOST_BYTES = 20_000_000
MOST_UNPACKED = 300_000_000
"""A small workbook may unfold into a very large one."""
HEADINGS = ("券码", "兑换码", "卡密", "卡号", "code", "coupon_code", "voucher")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,63}")
AS_A_NUMBER = re.compile(r"\d+(\.\d+)?[eE]\+?\d+")
EXACT_DIGITS = 15
"""What a spreadsheet keeps of a number; the rest it makes zeros."""


@dataclass(frozen=True, kw_only=True)
class CodeLine:
    """``problem`` is a msgid when the line was not taken in, with ``first`` for the line that says the same."""

    number: int
    code: str = ""
    problem: str = ""
    first: int = 0


TOO_SHORT_OR_ODD = _("A code has 4 to 64 letters, digits, hyphens or underscores")
WRONG_LENGTH = _("The code does not have the expected length")
ROUNDED = _("A spreadsheet has turned this code into a number and lost digits of it")
TWICE_HERE = _("The same code stands in line %(first)s already")
KNOWN = _("The code has been brought before")


def read_codes(content: bytes, *, name: str, length: int = 0) -> Iterator[CodeLine]:
    """Each line that says something, in order; ``length`` is what every code must have, 0 for any.

    :raises CodesUnreadable
    """
    seen: dict[str, int] = {}
    for number, text in _texts(content, name):
        problem, first = _problem(text, length), 0
        key = text.casefold()
        if not problem and key in seen:
            problem, first = TWICE_HERE, seen[key]
        seen.setdefault(key, number)
        yield CodeLine(number=number, code=text, problem=problem, first=first)


def _problem(text: str, length: int) -> str:
    if AS_A_NUMBER.fullmatch(text) and "+" in text:
        return ROUNDED
    if not CODE.fullmatch(text):
        return TOO_SHORT_OR_ODD
    return WRONG_LENGTH if length and len(text) != length else ""


def _texts(content: bytes, name: str) -> Iterator[tuple[int, str]]:
    if len(content) > MOST_BYTES:
        raise CodesUnreadable(problem=_("it is larger than 20 MB"))
    rows = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)
    column, told = 0, False
    for number, row in enumerate(rows, start=1):
        if number > MOST_LINES + 1:
            raise CodesUnreadable(problem=_("it has more than 200,000 lines"))
        if number == 1 and (place := _heading(row)) is not None:
            column = place
            continue
        text = row[column].strip().lstrip("'") if column < len(row) else ""
        if text or any(cell.strip() for cell in row):
            told = True
            yield number, text
    if not told:
        raise CodesUnreadable(problem=_("it is empty"))


def _heading(row: Sequence[str]) -> int | None:
    titles = [cell.strip().casefold() for cell in row]
    return next((titles.index(name) for name in HEADINGS if name in titles), None)


def _csv(content: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise CodesUnreadable(problem=_("its text is neither UTF-8 nor GB 18030"))
    try:
        yield from csv.reader(io.StringIO(text.replace("\x00", "�"), newline=""))
    except csv.Error:
        raise CodesUnreadable(problem=_("it is no CSV file")) from None


def _xlsx(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # loaded by who brings a workbook, not by every program
    from openpyxl.utils.exceptions import InvalidFileException

    broken = CodesUnreadable(problem=_("it is no Excel workbook (.xlsx)"))
    try:
        if sum(part.file_size for part in ZipFile(io.BytesIO(content)).infolist()) > MOST_UNPACKED:
            raise CodesUnreadable(problem=_("it is larger than 20 MB"))
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError):
        raise broken from None
    if sheet is None:
        raise broken
    for row in sheet.iter_rows(values_only=True):
        yield [_cell(value) for value in row]


def _cell(value: object) -> str:
    """Digits beyond what a number keeps are written so that they are seen to be lost."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        whole = f"{value:.0f}" if value == int(value) else str(value)
        return f"{value:.{EXACT_DIGITS - 1}e}" if len(whole.lstrip("-")) > EXACT_DIGITS else whole
    return "" if value is None else str(value)
