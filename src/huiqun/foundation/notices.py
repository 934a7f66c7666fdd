"""Notices: facts that somebody should hear of, each told to each person once, read in their own language.

A domain registers the words of a kind of fact and, in the transaction that records one, says whom to tell. The
inbox is the record. A mail is a courtesy beside it, for whoever asked for one: tried at most once, by whatever
carries mail for the bank.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from huiqun.foundation.models import Notice, NoticeByMail, Staff

log = structlog.get_logger()
Carry = Callable[[str, str, str, str, datetime], bool]
"""``carry(key, to, subject, body, now)``: whether the mail was taken. It may raise."""
KEPT_DAYS = 180
MAIL_HOURS = 24
"""What is older is no news: whoever switches mail on is not written to about last week."""
MOST_MAILS = 100


@dataclass(frozen=True)
class Kind:
    """``words`` is a sentence in English with %(named)s values. ``urgent`` is shown in another colour."""

    words: str
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class ShownNotice:
    notice_id: int
    words: str
    urgent: bool
    link: str
    at: datetime
    is_read: bool


_kinds: dict[str, Kind] = {}
_carriers: list[tuple[Carry, Callable[[], bool]]] = []


def register(kind: str, words: str, *, urgent: bool = False) -> None:
    """How a kind of fact ("audiences.AudienceSizeMoved") is told."""
    _kinds[kind] = Kind(words, urgent)


def carry_mail_by(carry: Carry, *, ready: Callable[[], bool]) -> None:
    """Whoever sends for the bank offers to; ``ready`` says whether it could now."""
    _carriers[:] = [(carry, ready)]


def may_be_mailed() -> bool:
    return any(ready() for _carry, ready in _carriers)


def tell(
    kind: str, fact_id: int, *, to: Iterable[Staff], values: Mapping[str, Any], link: str, at: datetime
) -> None:
    """Put a fact into people's inboxes, in the caller's transaction; telling it again changes nothing."""
    rows = [
        Notice(staff_id=pk, kind=kind, fact_id=fact_id, values=dict(values), link=link, at=at)
        for pk in sorted({each.pk for each in to if each.is_active})
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def unread(staff: Staff) -> int:
    """Up to a hundred: the bell says 99+."""
    return len(Notice.objects.of(staff).unread().order_by()[:100].values_list("pk"))


def shown(notice: Notice) -> ShownNotice:
    """In the language that is spoken now."""
    return ShownNotice(
        notice_id=notice.pk,
        words=_words(notice),
        urgent=_kinds[notice.kind].urgent if notice.kind in _kinds else False,
        link=notice.link,
        at=notice.at,
        is_read=notice.read_at is not None,
    )


def read(*, staff: Staff, notice_id: int | None, now: datetime) -> str:
    """One of one's own notices has been read, or all of them; where it leads."""
    rows = Notice.objects.of(staff)
    if notice_id is None:
        rows.unread().update(read_at=now)
        return ""
    rows.unread().filter(pk=notice_id).update(read_at=now)
    return str(rows.filter(pk=notice_id).values_list("link", flat=True).first() or "")


def wants_mail(staff: Staff) -> bool:
    return NoticeByMail.objects.filter(staff=staff).exists()


@transaction.atomic
def choose_mail(*, staff: Staff, wanted: bool, now: datetime) -> None:
    if wanted:
        NoticeByMail.objects.get_or_create(staff=staff, defaults={"since": now})
    else:
        NoticeByMail.objects.filter(staff=staff).delete()


def mail(*, now: datetime) -> int:
    """Write to those who asked for it and have not read it yet; how many mails were taken. Each is noted as
    tried before it is handed over, so that nobody is written to twice."""
    if not may_be_mailed():
        return 0
    since = now - timedelta(hours=MAIL_HOURS)
    waiting = Notice.objects.unread().filter(
        mailed_at__isnull=True,
        at__gte=since,
        staff__is_active=True,
        staff__in=NoticeByMail.objects.values("staff"),
    )
    ids = list(waiting.exclude(staff__email="").order_by("id").values_list("pk", flat=True)[:MOST_MAILS])
    return sum(_mail_one(pk, now) for pk in ids)


def sweep(*, now: datetime) -> int:
    """The facts stay; what was told of them goes."""
    gone, _each = Notice.objects.filter(at__lt=now - timedelta(days=KEPT_DAYS)).delete()
    return int(gone)


def _mail_one(notice_id: int, now: datetime) -> bool:
    if not Notice.objects.filter(pk=notice_id, mailed_at__isnull=True).update(mailed_at=now):
        return False
    notice = Notice.objects.select_related("staff").get(pk=notice_id)
    with override(notice.staff.language):
        words = _words(notice)
        link = f"{settings.HUIQUN_PUBLIC_URL.rstrip('/')}{notice.link}" if notice.link else ""
        body = gettext("%(words)s\n\n%(link)s\n\nYou get this mail because you asked for notices by mail.")
        subject = gettext("Huiqun: a notice for you")
    values = {"words": words, "link": link}
    carry, _ready = _carriers[0]
    try:
        return carry(f"notice-{notice_id}", notice.staff.email, subject, body % values, now)
    except Exception as error:
        log.warning("notice_mail_failed", notice=notice_id, error=type(error).__name__)
        return False


def _words(notice: Notice) -> str:
    kind = _kinds.get(notice.kind)
    if kind is None:
        return str(notice.kind)
    try:
        return str(gettext(kind.words) % notice.values)
    except (KeyError, TypeError, ValueError):
        return gettext(kind.words)
