"""Lists of people not to be written to, as banks deliver them: CSV or XLSX, a person a line."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zipfile import BadZipFile

from huiqun.delivery.rules.refusals import ListUnreadable
from huiqun.lib.days import end_of_day
from huiqun.lib.words import gettext_noop as _

MOST_LINES = 100_000
MOST_BYTES = 20_000_000
HEADINGS = {
    "number": ("客户号", "客户编号", "customer_number", "number"),
    "phone_hash": ("手机号SHA256", "手机号哈希", "phone_sha256", "phone_hash"),
    "email_hash": ("邮箱SHA256", "邮箱哈希", "email_sha256", "email_hash"),
    "channel": ("渠道", "channel"),
    "reason": ("原因", "reason"),
    "until": ("到期日", "有效期至", "until", "expires"),
}
WHO = ("number", "phone_hash", "email_hash")
CHANNELS = {
    "": "",
    "全部": "",
    "all": "",
    "短信": "sms",
    "sms": "sms",
    "邮件": "email",
    "电子邮件": "email",
    "email": "email",
}
REASONS = {
    "": "manual", "人工": "manual", "人工登记": "manual", "manual": "manual",
    "客户要求": "asked", "拒收": "asked", "asked": "asked",
    "退回": "bounced", "空号": "bounced", "bounced": "bounced",
    "投诉": "complained", "complained": "complained",
    "争议": "dispute", "诉讼": "dispute", "dispute": "dispute",
    "身故": "deceased", "已故": "deceased", "deceased": "deceased",
}  # fmt: skip
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Line:
    """``problem`` is a msgid when the line cannot be read; then the rest may be empty."""

    number: int
    given_as: str = ""
    given: str = ""
    channel: str = ""
    reason: str = ""
    until_at: datetime | None = None
    problem: str = ""


def read_list(content: bytes, *, name: str) -> Iterator[Line]:
    """Every line that says something, in order. :raises ListUnreadable"""
    if len(content) > MOST_BYTES:
        raise ListUnreadable(problem=_("it is larger than 20 MB"))
    rows = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)
    header = next(rows, None)
    if header is None:
        raise ListUnreadable(problem=_("it is empty"))
    places = _places(header)
    for number, row in enumerate(rows, start=2):
        if number > MOST_LINES + 1:
            raise ListUnreadable(problem=_("it has more than 100,000 lines"))
        cells = {key: row[at].strip() if at < len(row) else "" for key, at in places.items()}
        if any(cells.values()):
            yield _line(number, cells)


def _csv(content: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ListUnreadable(problem=_("its text is neither UTF-8 nor GB 18030"))
    try:
        yield from csv.reader(io.StringIO(text.replace("\x00", ""), newline=""))
    except csv.Error:
        raise ListUnreadable(problem=_("it is no CSV file")) from None


def _xlsx(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # loaded by who brings a workbook, not by every program
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError):
        raise ListUnreadable(problem=_("it is no Excel workbook (.xlsx)")) from None
    if sheet is None:
        return
    for row in sheet.iter_rows(values_only=True):
        yield [_cell(value) for value in row]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def _places(header: Sequence[str]) -> dict[str, int]:
    titles = [title.strip().casefold() for title in header]
    places = {
        key: titles.index(name.casefold())
        for key, names in HEADINGS.items()
        for name in names
        if name.casefold() in titles
    }
    if not any(key in places for key in WHO):
        raise ListUnreadable(problem=_("no column is headed as a customer number or a hash"))
    return places


def _line(number: int, cells: dict[str, str]) -> Line:
    said = [(key, cells[key]) for key in WHO if cells.get(key)]
    if len(said) != 1:
        return Line(number=number, problem=_("It must name one customer, in one way"))
    given_as, given = said[0][0], said[0][1].lstrip("'")
    if given_as != "number":
        given = given.lower()
        if not HASH.fullmatch(given):
            return Line(number=number, given_as=given_as, problem=_("The hash is not 64 hexadecimal digits"))
    channel = CHANNELS.get(cells.get("channel", "").casefold())
    reason = REASONS.get(cells.get("reason", "").casefold())
    until = _until(cells.get("until", ""))
    problem = ""
    if channel is None:
        problem = _("The channel is not known")
    elif reason is None:
        problem = _("The reason is not known")
    elif until is False:
        problem = _("The day is not written like 2026-12-31")
    elif len(given) > 40 and given_as == "number":
        problem = _("The customer number is too long")
    return Line(
        number=number,
        given_as=given_as,
        given=given[:64],
        channel=channel or "",
        reason=reason or "",
        until_at=until or None,
        problem=problem,
    )


def _until(text: str) -> datetime | Literal[False] | None:
    """The end of a day at the bank; None for ever, False when it cannot be read."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text.replace("/", "-")[:10])
    except ValueError:
        return False
    return end_of_day(day)
