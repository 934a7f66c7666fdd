"""The register of licences, as doors and neighbours see it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from huiqun.compliance.models import Dossier, Licence, Permit
from huiqun.compliance.models.licences import PERMISSIONS, LicenceKind
from huiqun.compliance.models.reviews import DossierState
from huiqun.compliance.rules.licences import (
    QUALIFIED_KINDS,
    WARN_DAYS,
    LicenceExpired,
    NoDistributionRight,
    NotQualified,
    PermissionLapsed,
    is_valid,
)
from huiqun.foundation.models import Branch, Staff
from huiqun.foundation.scope import covering

FILINGS = (LicenceKind.ICP, LicenceKind.APP)
SHOWN = (LicenceKind.FINANCIAL, *FILINGS)
"""Kinds whose numbers the bank's pages show."""
NOT_GENERAL = (*PERMISSIONS, LicenceKind.DISTRIBUTION, LicenceKind.QUALIFICATION)
"""What stands behind those campaigns only that name it, its issuer or its holder."""


@dataclass(frozen=True, kw_only=True)
class LicenceLine:
    """A licence as a dossier lists it. Of a person's it repeats no name: the dossier is kept for good."""

    licence_id: int
    kind: str
    name: str
    number: str
    holder: str
    scope: str
    expires_date: str


@dataclass(frozen=True, kw_only=True)
class LicenceNeeds:
    """What a campaign does that somebody has to have allowed. ``distributed_for`` is the issuer of a product
    that the bank only distributes."""

    branch_id: int
    channels: Collection[str]
    product_kind: str | None = None
    distributed_for: str = ""
    seller_ids: Collection[int] = ()
    permission_ids: Collection[int] = ()


def licences_behind(needs: LicenceNeeds, *, on: date) -> tuple[LicenceLine, ...]:
    """Every licence that the campaign stands on; an expiry among them ends its permit.

    :raises LicenceExpired, NoDistributionRight, NotQualified, PermissionLapsed: where one is missing
    """
    general = licences_for(
        branch_id=needs.branch_id, channels=needs.channels, product_kind=needs.product_kind, on=on
    )
    _check_general(needs, general)
    named = (*_distribution(needs, on), *_qualifications(needs, on), *_permissions(needs, on))
    return (*general, *(_line(row) for row in named))


def licences_for(
    *, branch_id: int, channels: Collection[str], product_kind: str | None, on: date
) -> tuple[LicenceLine, ...]:
    """Valid licences of the branch or those above it that carry these channels or this kind of product;
    those that name neither (such as the financial licence) carry everything."""
    general = Q(channels=[], product_kinds=[])
    wanted = general | Q(channels__overlap=list(channels))
    if product_kind:
        wanted |= Q(product_kinds__contains=[product_kind])
    rows = _above(branch_id).filter(wanted, ended=False).exclude(kind__in=NOT_GENERAL)
    return tuple(_line(each) for each in rows.order_by("kind", "number") if is_valid(each.dates(), on=on))


def _check_general(needs: LicenceNeeds, valid: Collection[LicenceLine]) -> None:
    """For a product or channel that the bank keeps licences for, one at least has to be valid."""
    valid_ids = {line.licence_id for line in valid}
    wanted = [Q(channels__contains=[channel]) for channel in needs.channels]
    if needs.product_kind:
        wanted.append(Q(product_kinds__contains=[needs.product_kind]))
    for each in wanted:
        rows = list(_above(needs.branch_id).filter(each).exclude(kind__in=NOT_GENERAL).order_by("-pk"))
        if rows and not valid_ids & {row.pk for row in rows}:
            raise LicenceExpired(number=rows[0].number)


def _distribution(needs: LicenceNeeds, on: date) -> list[Licence]:
    """Asked for once the bank registers agreements for that kind of product at all."""
    if not needs.distributed_for:
        return []
    rows = _above(needs.branch_id).filter(
        kind=LicenceKind.DISTRIBUTION, product_kinds__contains=[needs.product_kind]
    )
    if not rows.exists():
        return []
    found = _valid(rows.filter(issuer=needs.distributed_for), on)
    if not found:
        raise NoDistributionRight(issuer=needs.distributed_for)
    return found[:1]


def _qualifications(needs: LicenceNeeds, on: date) -> list[Licence]:
    if needs.product_kind not in QUALIFIED_KINDS:
        return []
    rows = Licence.objects.filter(
        kind=LicenceKind.QUALIFICATION,
        staff__in=needs.seller_ids,
        product_kinds__contains=[needs.product_kind],
    )
    by_staff = {row.staff_id: row for row in _valid(rows, on)}
    for seller in Staff.objects.filter(pk__in=needs.seller_ids).order_by("pk"):
        if seller.pk not in by_staff:
            raise NotQualified(staff=str(seller))
    return list(by_staff.values())


def _permissions(needs: LicenceNeeds, on: date) -> list[Licence]:
    rows = _above(needs.branch_id).filter(kind__in=PERMISSIONS, pk__in=needs.permission_ids)
    known = {row.pk: row for row in rows}
    for key in needs.permission_ids:
        if key not in known or not is_valid(known[key].dates(), on=on):
            raise PermissionLapsed(name=known[key].name if key in known else str(key))
    return [known[key] for key in needs.permission_ids]


def _valid(rows: Iterable[Licence], on: date) -> list[Licence]:
    """Those that last longest first, so that a dossier does not stand on the one that ends tomorrow."""
    valid = [row for row in rows if is_valid(row.dates(), on=on)]
    return sorted(valid, key=lambda row: (row.expires_date or date.max, row.pk), reverse=True)


def shown_licences(*, branch_id: int, on: date) -> tuple[LicenceLine, ...]:
    """What a page for customers shows of the register: of each kind the valid ones that are nearest to
    the branch, the financial licence first."""
    rows = _above(branch_id).filter(kind__in=SHOWN, ended=False).select_related("branch")
    valid = [row for row in rows.order_by("number") if is_valid(row.dates(), on=on)]
    lines: list[LicenceLine] = []
    for kind in SHOWN:
        of_kind = [row for row in valid if row.kind == kind]
        nearest = max((len(row.branch.path) for row in of_kind), default=0)
        lines += [_line(row) for row in of_kind if len(row.branch.path) == nearest]
    return tuple(lines)


def permission_choices(*, branch_id: int, on: date) -> list[tuple[str, str]]:
    """Consents, licences of material and contracts that a campaign of the branch may name today."""
    rows = _above(branch_id).filter(kind__in=PERMISSIONS, ended=False).order_by("kind", "name", "pk")
    return [
        (str(row.pk), f"{row.get_kind_display()} · {row.name} · {row.number}")
        for row in rows
        if is_valid(row.dates(), on=on)
    ]


def expiring_count(staff: Staff, *, on: date) -> int:
    return int(_expiring(staff, on=on).count())


def expiring_licences(staff: Staff, *, on: date) -> Any:
    """What has expired or expires within 30 days, soonest first."""
    return _expiring(staff, on=on).select_related("branch", "owner", "staff").order_by("expires_date", "pk")


def _expiring(staff: Staff, *, on: date) -> Any:
    return Licence.objects.visible_to(staff).filter(
        ended=False, expires_date__lte=on + timedelta(days=WARN_DAYS)
    )


def dependents(licence_id: int, staff: Staff) -> list[Dossier]:
    """The dossiers under review or approved that stand on the licence, newest first."""
    live = Dossier.objects.visible_to(staff).filter(state__in=(DossierState.IN_REVIEW, DossierState.APPROVED))
    permits = Permit.objects.filter(licence_ids__contains=[licence_id]).values("subject")
    named = Q(subject__in=permits, state=DossierState.APPROVED) | Q(state=DossierState.IN_REVIEW)
    return [
        dossier
        for dossier in live.filter(named).order_by("-pk")[:200]
        if dossier.state == DossierState.APPROVED or licence_id in _named_by(dossier)
    ]


def _named_by(dossier: Dossier) -> set[int]:
    listed = dossier.body.get("licences") or ()
    return {each["licence_id"] for each in listed if isinstance(each, dict) and "licence_id" in each}


def _above(branch_id: int) -> Any:
    """Licences of the branch and of those above it."""
    return Licence.objects.filter(covering(Branch.objects.get(pk=branch_id).path))


def _line(licence: Licence) -> LicenceLine:
    of_a_person = licence.is_of_a_person
    return LicenceLine(
        licence_id=licence.pk,
        kind=licence.kind,
        name="" if of_a_person else licence.name,
        number="" if of_a_person else licence.number,
        holder="" if of_a_person else licence.holder,
        scope="" if of_a_person else licence.scope,
        expires_date=licence.expires_date.isoformat() if licence.expires_date else "",
    )
