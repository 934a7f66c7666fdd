"""Reading claims."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext

from huiqun.benefits.models import Claim, ClaimQuerySet
from huiqun.benefits.queries.stock import partner_codes
from huiqun.benefits.rules import BenefitNotFound, ClaimState
from huiqun.benefits.rules.states import USABLE


@dataclass(frozen=True, kw_only=True)
class ClaimFacts:
    claim_id: int
    benefit_id: int
    customer_id: int
    code: str
    claimed_at: datetime


def claim_of(benefit_id: int, customer_id: int) -> ClaimFacts | None:
    """The first piece; with the partner's code where it comes with one."""
    claim = Claim.objects.filter(benefit_id=benefit_id, customer_id=customer_id).order_by("pk").first()
    return replace(_claim(claim), code=shown_codes([claim.pk])[claim.pk]) if claim else None


def shown_codes(claim_ids: Iterable[int]) -> dict[int, str]:
    """What the holders of these claims show at the counter: the partner's code where the piece comes with one."""
    ids = list(claim_ids)
    return dict(Claim.objects.filter(pk__in=ids).values_list("pk", "code")) | partner_codes(ids)


def claim_times(subject: str) -> Iterator[tuple[int, datetime]]:
    """(customer_id, claimed_at) of everybody who claimed under a campaign, for funnels."""
    rows = (
        Claim.objects.filter(benefit__subject=subject).order_by("id").values_list("customer_id", "claimed_at")
    )
    yield from rows.iterator()


def claim_rows(benefit_id: int) -> ClaimQuerySet:
    rows: ClaimQuerySet = Claim.objects.filter(benefit_id=benefit_id)
    return rows


def open_claims(customer_id: int, today: date) -> tuple[str, ...]:
    """What keeps a person's data from being erased: pieces that may still be used."""
    claims = Claim.objects.filter(
        customer=customer_id, benefit__use_last_date__gte=today, state__in=(*USABLE, ClaimState.HELD)
    )
    return tuple(
        gettext("“%(name)s” may be used until %(day)s.") % {"name": name, "day": day.isoformat()}
        for name, day in claims.order_by("pk").values_list("benefit__name", "benefit__use_last_date")
    )


def _claim(row: Claim) -> ClaimFacts:
    return ClaimFacts(
        claim_id=row.pk,
        benefit_id=row.benefit_id,
        customer_id=row.customer_id,
        code=row.code,
        claimed_at=row.claimed_at,
    )


def benefit_of_claim(claim_id: int) -> int:
    """Of which benefit a claim is a piece. :raises BenefitNotFound"""
    found: int | None = Claim.objects.filter(pk=claim_id).values_list("benefit_id", flat=True).first()
    if found is None:
        raise BenefitNotFound()
    return found
