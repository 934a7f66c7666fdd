"""The register of licences, as doors and neighbours see it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from huiqun.compliance.models import Licence
from huiqun.compliance.rules.licences import WARN_DAYS, is_valid
from huiqun.foundation.models import Branch, Staff


@dataclass(frozen=True, kw_only=True)
class LicenceLine:
    """A licence as a dossier lists it."""

    licence_id: int
    kind: str
    name: str
    number: str
    holder: str
    scope: str
    expires_date: str


def licences_for(
    *, branch_id: int, channels: Collection[str], product_kind: str | None, on: date
) -> tuple[LicenceLine, ...]:
    """Valid licences of the branch or those above it that carry these channels or this kind of product;
    those that name neither (such as the financial licence) carry everything."""
    codes = Branch.objects.get(pk=branch_id).path.rstrip(".").split(".")
    paths = [".".join(codes[: end + 1]) + "." for end in range(len(codes))]
    general = Q(channels=[], product_kinds=[])
    wanted = general | Q(channels__overlap=list(channels))
    if product_kind:
        wanted |= Q(product_kinds__contains=[product_kind])
    rows = Licence.objects.filter(wanted, branch__path__in=paths, ended=False).order_by("kind", "number")
    return tuple(_line(each) for each in rows if is_valid(each.dates(), on=on))


def _line(licence: Licence) -> LicenceLine:
    return LicenceLine(
        licence_id=licence.pk,
        kind=licence.kind,
        name=licence.name,
        number=licence.number,
        holder=licence.holder,
        scope=licence.scope,
        expires_date=licence.expires_date.isoformat() if licence.expires_date else "",
    )


def expiring_count(staff: Staff, *, on: date) -> int:
    soon = Licence.objects.visible_to(staff).filter(
        ended=False, expires_date__lte=on + timedelta(days=WARN_DAYS)
    )
    return int(soon.count())
