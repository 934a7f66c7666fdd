"""Keeping the register of licences."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from huiqun.compliance.events import (
    LicenceChanged,
    LicenceEnded,
    LicenceExpired,
    LicenceExpiring,
    LicenceRegistered,
)
from huiqun.compliance.models import Licence
from huiqun.compliance.models.licences import LicenceKind
from huiqun.compliance.rules.licences import (
    TELL_DAYS,
    BadLicence,
    IncompleteLicence,
    LicenceTaken,
    reminder_due,
)
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
    staff_id: int | None = None,
    owner_id: int | None = None,
    by: Staff,
    now: datetime,
) -> int:
    """Register a licence, or change a registered one; its id.

    ``issuer`` is who gave it: of a distribution agreement the products' issuer, of a consent or contract the
    other side. ``owner_id`` sees to its renewal; nobody named means whoever registers it.
    :raises BadLicence, IncompleteLicence, LicenceTaken, NotFound
    """
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
        "staff_id": staff_id if kind == LicenceKind.QUALIFICATION else None,
        "owner_id": owner_id,
    }
    _check(values, licence_id)
    _check_scope(values, by)
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
    if not _is_named(values):
        raise IncompleteLicence()
    if Licence.objects.filter(number=values["number"]).exclude(pk=licence_id).exists():
        raise LicenceTaken(number=values["number"])


def _is_named(values: dict[str, Any]) -> bool:
    """Whether it says whom and what it is for, where that is what it is looked up by."""
    if values["kind"] == LicenceKind.QUALIFICATION:
        return bool(values["staff_id"] and values["product_kinds"])
    if values["kind"] == LicenceKind.DISTRIBUTION:
        return bool(values["issuer"] and values["product_kinds"])
    return True


def _check_scope(values: dict[str, Any], by: Staff) -> None:
    """The branch and the people named are within the person's own scope. :raises NotFound"""
    people = {each for each in (values["staff_id"], values["owner_id"]) if each} - {by.pk}
    if not Branch.objects.visible_to(by).filter(pk=values["branch_id"]).exists():
        raise NotFound()
    if Staff.objects.visible_to(by).filter(pk__in=people).count() != len(people):
        raise NotFound()


def _register(values: dict[str, Any], *, by: Staff, now: datetime) -> int:
    licence = Licence.objects.create(**values | {"owner_id": values["owner_id"] or by.pk})
    event = LicenceRegistered(
        licence_id=licence.pk,
        number="" if licence.is_of_a_person else licence.number,
        licence_kind=licence.kind,
        expires_date=_day(licence.expires_date),
    )
    facts.record(event, at=now, by=by, branch_id=licence.branch_id)
    return int(licence.pk)


def _change(licence_id: int, values: dict[str, Any], *, by: Staff, now: datetime) -> int:
    licence = _own(licence_id, by)
    values["owner_id"] = values["owner_id"] or licence.owner_id
    changed = tuple(sorted(key for key, value in values.items() if getattr(licence, key) != value))
    if not changed:
        return licence_id
    for key, value in values.items():
        setattr(licence, key, value)
    if "expires_date" in changed:
        licence.expiry_told, licence.days_told = False, None
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


@transaction.atomic
def remind_of_licences(*, now: datetime) -> int:
    """Record once each that 30, 7 or 1 days are left, which the keepers' workbench shows; how many were due."""
    today = local_date(now)
    soon = Licence.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        expires_date__gte=today, expires_date__lte=today + timedelta(days=max(TELL_DAYS)), ended=False
    )
    return sum(_remind(licence, now=now) for licence in soon.order_by("pk"))


def _remind(licence: Licence, *, now: datetime) -> bool:
    days = reminder_due(expires_date=licence.expires_date, told=licence.days_told, on=local_date(now))
    if days is None:
        return False
    licence.days_told = days
    licence.save(update_fields=("days_told",))
    event = LicenceExpiring(
        licence_id=licence.pk,
        expires_date=_day(licence.expires_date),
        days=days,
        owner_id=licence.owner_id,
    )
    facts.record(event, at=now, branch_id=licence.branch_id)
    return True


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
