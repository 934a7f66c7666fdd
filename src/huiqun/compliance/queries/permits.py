"""Whether a subject may be sent now, and in which words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from huiqun.compliance.models import Dossier, Licence, Permit
from huiqun.compliance.models.permits import EVERYTHING, PERMITS
from huiqun.compliance.rules.licences import LicenceExpired, is_valid
from huiqun.compliance.rules.reviews import ApprovalOutdated, NotApproved, Stopped
from huiqun.foundation import clock
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


def send_permit(*, subject: str, digest: str, now: datetime | None = None) -> None:
    """Make sure that ``digest`` of ``subject`` may be sent, until the caller's transaction ends.

    The permit's row and the bank's own stay locked FOR SHARE, so a stop or a voided approval either comes
    before (and refuses this) or waits for the caller's commit. Senders do not wait for each other.
    :raises Stopped, NotApproved, ApprovalOutdated, LicenceExpired; RuntimeError outside a transaction
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a permit is worth nothing outside the transaction that uses it")
    rows = _locked_for_share(subject)
    for stopped, reason in ((row[2], row[3]) for row in rows.values()):
        if stopped:
            raise Stopped(reason=reason)
    permit = rows.get(subject)
    if permit is None or not permit[1] or permit[0] != digest:
        raise NotApproved()
    if permit[5]:
        raise ApprovalOutdated()
    _check_licences(permit[4], now=now or clock.now())


def require_not_stopped(*, subject: str) -> None:
    """Make sure that no stop is in force over ``subject`` or the bank, until the caller's transaction ends.

    For what is given out rather than sent, such as a benefit. :raises Stopped
    """
    for _digest, _approved, stopped, reason, *_more in _locked_for_share(subject).values():
        if stopped:
            raise Stopped(reason=reason)


def _locked_for_share(subject: str) -> dict[str, tuple[Any, ...]]:
    """digest, approved, stopped, stop_reason, licence_ids, outdated of the subject's permit and the bank's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, hashtext(each)) FROM unnest(%s::text[]) each",
            [PERMITS, [EVERYTHING, subject]],
        )
        cursor.execute(
            "SELECT subject, digest, approved, stopped, stop_reason, licence_ids, outdated"
            " FROM compliance_permit WHERE subject IN (%s, %s) ORDER BY subject FOR SHARE",
            [EVERYTHING, subject],
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _check_licences(licence_ids: list[int], *, now: datetime) -> None:
    if not licence_ids:
        return
    licences = {each.pk: each.dates() for each in Licence.objects.filter(pk__in=licence_ids)}
    for key in licence_ids:
        licence = licences.get(key)
        if licence is None or not is_valid(licence, on=local_date(now)):
            raise LicenceExpired(number=licence.number if licence else str(key))


def dossier_body(digest: str) -> dict[str, Any]:
    """The frozen body with this digest, verified. :raises NotFound, DossierAltered"""
    dossier: Dossier | None = Dossier.objects.filter(digest=digest).order_by("pk").first()
    if dossier is None:
        raise NotFound()
    return dossier.body


@lru_cache(maxsize=256)
def words_of(digest: str, variant_key: str) -> Words:
    """A variant's words as they were submitted under ``digest``. :raises NotFound, DossierAltered"""
    for variant in dossier_body(digest).get("variants") or ():
        if variant.get("key") == variant_key:
            return Words(subject=variant.get("subject") or "", body=variant.get("body") or "")
    raise NotFound()


@lru_cache(maxsize=256)
def links_of(digest: str) -> dict[str, Any]:
    """Where the links of a message lead, as it was submitted under ``digest``; empty when it says nothing of
    links. :raises NotFound, DossierAltered"""
    return dict(dossier_body(digest).get("links") or {})


def is_stopped(subject: str) -> str:
    """The reason of the stop in force over ``subject`` or the whole bank, or ""."""
    stopped = Permit.objects.filter(subject__in=(EVERYTHING, subject), stopped=True).first()
    return stopped.stop_reason if stopped else ""


def stopped_subjects(subjects: Sequence[str]) -> set[str]:
    """Those of several subjects that are stopped themselves; a stop of everything is ``is_stopped``'s to tell."""
    stopped = Permit.objects.filter(subject__in=subjects, stopped=True)
    return set(stopped.values_list("subject", flat=True))
