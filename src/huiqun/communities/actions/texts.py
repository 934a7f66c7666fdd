"""Words before they are kept: cleaned, judged by the rulebook, people's numbers made unreadable."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from huiqun.communities.models import Membership
from huiqun.communities.rules.checks import SEALED_DAYS
from huiqun.communities.rules.cleaning import masked
from huiqun.communities.rules.links import check_links, pieces
from huiqun.communities.rules.pace import is_new
from huiqun.communities.rules.refusals import Muted, NotYet
from huiqun.communities.rules.verdicts import Verdict, verdict
from huiqun.compliance import queries as compliance
from huiqun.lib.days import local_date, local_time


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """``fields`` are the columns of ``Words``; ``findings`` are about what will be read."""

    title: str
    fields: dict[str, Any]
    findings: tuple[compliance.Finding, ...]
    verdict: Verdict

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))


def prepared(
    *, title: str = "", body: str, member: Membership, mode: str, with_picture: bool = False, now: datetime
) -> Prepared:
    """A member's words (already clean), with what the rulebook and the group's ways make of them.

    :raises Muted, NotYet, LinkRefused, TooManyLinks
    """
    check_may_write(member, now)
    links = check_links(f"{title}\n{body}", hosts=settings.HUIQUN_LINK_HOSTS)
    if (links or with_picture) and is_new(member.joined_at, now):
        raise NotYet()
    outside = any(
        piece.address and not piece.trusted for piece in pieces(body, hosts=settings.HUIQUN_LINK_HOSTS)
    )
    shown_title, shown = masked(title), masked(body)
    hidden = (shown_title, shown) != (title, body)
    findings = findings_of(shown_title, shown, on=local_date(now))
    decided = verdict(
        mode=mode,
        severities=[finding.severity.value for finding in findings],
        masked=hidden,
        has_link=outside,
        has_picture=with_picture,
        warned=member.warnings,
    )
    fields = kept_as(body=shown, original=_whole(title, body), seal=hidden, on=local_date(now))
    return Prepared(title=shown_title, fields=fields, findings=findings, verdict=decided)


def kept_as(*, body: str, original: str, seal: bool, on: date) -> dict[str, Any]:
    """The columns that keep words and prove what was written."""
    salt = secrets.token_hex(16)
    return {
        "body": body,
        "salt": salt,
        "digest": words_digest(original, salt),
        "sealed": original if seal else None,
        "sealed_until": sealed_until(on) if seal else None,
    }


def sealed_until(on: date) -> date:
    return on + timedelta(days=SEALED_DAYS)


def words_digest(words: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}\x00{words}".encode()).hexdigest()


def _whole(title: str, body: str) -> str:
    return f"{title}\n{body}" if title else body


def findings_of(title: str, body: str, *, on: date) -> tuple[compliance.Finding, ...]:
    """About title and body as they are read: one after the other."""
    return compliance.check_post(_whole(title, body), on=on)


def check_may_write(member: Membership, now: datetime) -> None:
    """:raises Muted"""
    if member.muted_until and member.muted_until > now:
        raise Muted(until=f"{local_time(member.muted_until):%Y-%m-%d %H:%M}")
