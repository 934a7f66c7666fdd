"""The message log leaves the system: with a purpose, marked with who took it, and as a fact."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiqun.customers.queries.sheets import workbook
from huiqun.delivery.events import MessageLogExported
from huiqun.delivery.queries.log_pages import LogAsked, ShownLine, shown
from huiqun.delivery.queries.message_log import LogLine, LogQuery, message_log
from huiqun.delivery.rules.refusals import ExportPurposeMissing, LogTooLong
from huiqun.foundation import facts
from huiqun.foundation.models import Staff
from huiqun.lib.days import local_time

LIMIT, CHUNK = 20_000, 2_000


@transaction.atomic
def export_log(*, asked: LogAsked, purpose: str, by: Staff, now: datetime) -> bytes:
    """All lines of a question as XLSX, masked as on the page. :raises ExportPurposeMissing, LogTooLong"""
    if not purpose.strip():
        raise ExportPurposeMissing
    lines = _all(asked.query(by))
    rows = [_cells(each) for each in shown(lines, staff=by)]
    told = asked.described() | (
        {"customers": str(len({line.customer_id for line in lines}))} if asked.q else {}
    )
    fact = MessageLogExported(count=len(rows), purpose=purpose.strip()[:200], asked=told)
    facts.record(fact, at=now, by=by, branch_id=by.branch_id)
    mark = _("Taken by %(who)s on %(when)s, for: %(purpose)s") % {
        "who": f"{by.full_name} ({by.get_username()})",
        "when": f"{local_time(now):%Y-%m-%d %H:%M}",
        "purpose": purpose.strip()[:200],
    }
    return workbook(title=_("Message log"), header=[mark], rows=[_header(), *rows])


def _all(query: LogQuery) -> list[LogLine]:
    lines: list[LogLine] = []
    page = message_log(query, size=CHUNK)
    while True:
        lines += page.lines
        if page.after is None:
            return lines
        if len(lines) >= LIMIT:
            raise LogTooLong(limit=f"{LIMIT:,}")
        page = message_log(query, after=page.after, size=CHUNK)


def _header() -> list[str]:
    return [
        pgettext("log", "When"),
        _("Customer number"),
        pgettext("log", "What happened"),
        _("What is sent"),
        _("Step"),
        _("Channel"),
        _("Variant"),
        _("Digest of the words"),
    ]


def _cells(each: ShownLine) -> list[str]:
    line = each.line
    return [
        f"{local_time(line.at):%Y-%m-%d %H:%M:%S}",
        each.card.number if each.card else "",
        _(line.words),
        line.subject,
        line.step,
        _(line.channel_words) if line.channel_words else "",
        line.variant_key,
        line.digest,
    ]
