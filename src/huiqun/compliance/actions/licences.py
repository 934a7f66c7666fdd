"""Keeping the register of licences."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from huiqun.compliance.events import LicenceChanged, LicenceEnded, LicenceExpired, LicenceRegistered
from huiqun.compliance.models import Licence
from huiqun.compliance.models.licences import LicenceKind
from huiqun.compliance.rules.licences import BadLicence, LicenceTaken
from huiqun.compliance.rules.reviews import ReasonNeeded
from huiqun.foundation import facts
from huiqun.foundation.models import Branch, Staff
from huiqun.lib.days import local_date
from huiqun.lib.refusal import NotFound


@transaction.atomic
def save_licence(
    *,
    licence_id: int | None = None,
    kind: str,
    name: str,
    number: str,
    holder: str,
    scope: str,
    branch_id: int,
    issuer: str = "",
    issued_date: date | None = None,
    expires_date: date | None = None,
    channels: Sequence[str] = (),
    product_kinds: Sequence[str] = (),
    by: Staff,
    now: datetime,
) -> int:
    """Register a licence, or change a registered one; its id. :raises BadLicence, LicenceTaken, NotFound"""
    values: dict[str, Any] = {
        "kind": kind,
        "name": name.strip(),
        "number": number.strip(),
        "holder": holder.strip(),
        "scope": scope.strip(),
        "branch_id": branch_id,
        "issuer": issuer.strip(),
        "issued_date": issued_date,
        "expires_date": expires_date,
        "channels": sorted(channels),
        "product_kinds": sorted(product_kinds),
    }
    _check(values, licence_id)
    if not Branch.objects.visible_to(by).filter(pk=branch_id).exists():
        raise NotFound()
    return (
        _register(values, by=by, now=now)
        if licence_id is None
        else _change(licence_id, values, by=by, now=now)
    )


def _check(values: dict[str, Any], licence_id: int | None) -> None:
    complete = all(values[key] for key in ("name", "number", "holder", "scope"))
    dates = (values["issued_date"], values["expires_date"])
    if not complete or values["kind"] not in LicenceKind or (all(dates) and dates[1] <= dates[0]):
        raise BadLicence()
    if Licence.objects.filter(number=values["number"]).exclude(pk=licence_id).exists():
        raise LicenceTaken(number=values["number"])


def _register(values: dict[str, Any], *, by: Staff, now: datetime) -> int:
    licence = Licence.objects.create(**values)
    event = LicenceRegistered(
        licence_id=licence.pk,
        number=licence.number,
        licence_kind=licence.kind,
        expires_date=_day(licence.expires_date),
    )
    facts.record(event, at=now, by=by, branch_id=licence.branch_id)
    return int(licence.pk)


def _change(licence_id: int, values: dict[str, Any], *, by: Staff, now: datetime) -> int:
    licence = _own(licence_id, by)
    changed = tuple(sorted(key for key, value in values.items() if getattr(licence, key) != value))
    if not changed:
        return licence_id
    for key, value in values.items():
        setattr(licence, key, value)
    licence.expiry_told = licence.expiry_told and "expires_date" not in changed
    licence.save()
    event = LicenceChanged(licence_id=licence_id, changed=changed, expires_date=_day(licence.expires_date))
    facts.record(event, at=now, by=by, branch_id=licence.branch_id)
    return licence_id


def _own(licence_id: int, by: Staff) -> Licence:
    """A licence of the person's own scope; those of branches above may be looked at only."""
    licence: Licence | None = (
        Licence.objects.select_for_update(of=("self",))
        .filter(pk=licence_id, branch__in=Branch.objects.visible_to(by))
        .first()
    )
    if licence is None:
        raise NotFound()
    return licence


@transaction.atomic
def end_licence(*, licence_id: int, reason: str, by: Staff, now: datetime) -> None:
    """Take a licence out of force at once, as when it is revoked. :raises NotFound, ReasonNeeded"""
    licence = _own(licence_id, by)
    if not reason.strip():
        raise ReasonNeeded()
    licence.ended = True
    licence.save()
    event = LicenceEnded(licence_id=licence_id, reason=reason.strip())
    facts.record(event, at=now, by=by, branch_id=licence.branch_id)


@transaction.atomic
def tell_expired_licences(*, now: datetime) -> int:
    """Record once that a licence has expired; how many had."""
    today = local_date(now)
    expired = Licence.objects.select_for_update(skip_locked=True).filter(
        expires_date__lt=today, expiry_told=False, ended=False
    )
    count = 0
    for licence in expired.order_by("pk"):
        licence.expiry_told = True
        licence.save(update_fields=("expiry_told",))
        event = LicenceExpired(licence_id=licence.pk, expires_date=_day(licence.expires_date))
        facts.record(event, at=now, branch_id=licence.branch_id)
        count += 1
    return count


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
