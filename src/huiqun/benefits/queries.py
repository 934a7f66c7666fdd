"""Reading offers and claims."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext

from huiqun.benefits.models import Benefit, BenefitQuerySet, Claim, ClaimQuerySet
from huiqun.benefits.rules import BenefitNotFound, BenefitTerms
from huiqun.foundation.models import Staff


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An offer as others may know it."""

    benefit_id: int
    subject: str
    branch_id: int
    terms: BenefitTerms
    claimed: int
    frozen_digest: str

    @property
    def left(self) -> int:
        return self.terms.quantity - self.claimed

    @property
    def is_frozen(self) -> bool:
        return bool(self.frozen_digest)

    def is_open(self, now: datetime) -> bool:
        return self.is_frozen and self.terms.claim_start_at <= now < self.terms.claim_end_at


@dataclass(frozen=True, kw_only=True)
class ClaimFacts:
    claim_id: int
    benefit_id: int
    customer_id: int
    code: str
    claimed_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClaimCounts:
    quantity: int
    claimed: int

    @property
    def left(self) -> int:
        return self.quantity - self.claimed


def offer_of(subject: str) -> Offer | None:
    """The offer of a campaign (``campaign:12``), if it makes one."""
    benefit = Benefit.objects.filter(subject=subject).first() if subject else None
    return _offer(benefit) if benefit else None


def offer(benefit_id: int) -> Offer:
    """:raises BenefitNotFound"""
    benefit = Benefit.objects.filter(pk=benefit_id).first()
    if benefit is None:
        raise BenefitNotFound()
    return _offer(benefit)


def claim_of(benefit_id: int, customer_id: int) -> ClaimFacts | None:
    claim = Claim.objects.filter(benefit_id=benefit_id, customer_id=customer_id).first()
    return _claim(claim) if claim else None


def claims_of(customer_id: int) -> list[tuple[ClaimFacts, str]]:
    """A customer's claims with the benefits' names, newest first."""
    rows = Claim.objects.filter(customer_id=customer_id).select_related("benefit").order_by("-id")
    return [(_claim(row), row.benefit.name) for row in rows]


def claim_counts(subject: str) -> ClaimCounts | None:
    benefit = Benefit.objects.filter(subject=subject).first() if subject else None
    return ClaimCounts(quantity=benefit.quantity, claimed=benefit.claimed) if benefit else None


def claim_times(subject: str) -> Iterator[tuple[int, datetime]]:
    """(customer_id, claimed_at) of everybody who claimed under a campaign, for funnels."""
    rows = (
        Claim.objects.filter(benefit__subject=subject).order_by("id").values_list("customer_id", "claimed_at")
    )
    yield from rows.iterator()


def benefit_rows(
    *, staff: Staff, words: str = "", kind: str = "", state: str = "", now: datetime
) -> BenefitQuerySet:
    """The rows of the list page."""
    rows: BenefitQuerySet = Benefit.objects.visible_to(staff)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(item__icontains=words))
    if kind:
        rows = rows.filter(kind=kind)
    if state == "draft":
        rows = rows.filter(frozen_digest="")
    elif state == "open":
        rows = rows.exclude(frozen_digest="").filter(claim_start_at__lte=now, claim_end_at__gt=now)
    elif state == "ended":
        rows = rows.filter(claim_end_at__lte=now)
    return rows


def visible_benefit(benefit_id: int, staff: Staff) -> Benefit:
    """:raises BenefitNotFound outside the person's branches"""
    found: Benefit | None = (
        Benefit.objects.visible_to(staff).select_related("branch").filter(pk=benefit_id).first()
    )
    if found is None:
        raise BenefitNotFound()
    return found


def claim_rows(benefit_id: int) -> ClaimQuerySet:
    rows: ClaimQuerySet = Claim.objects.filter(benefit_id=benefit_id)
    return rows


def _offer(benefit: Benefit) -> Offer:
    return Offer(
        benefit_id=benefit.pk,
        subject=benefit.subject,
        branch_id=benefit.branch_id,
        terms=benefit.as_terms,
        claimed=benefit.claimed,
        frozen_digest=benefit.frozen_digest,
    )


def _claim(row: Claim) -> ClaimFacts:
    return ClaimFacts(
        claim_id=row.pk,
        benefit_id=row.benefit_id,
        customer_id=row.customer_id,
        code=row.code,
        claimed_at=row.claimed_at,
    )


def open_claims(customer_id: int, today: date) -> tuple[str, ...]:
    """What keeps a person's data from being erased: pieces that may still be used."""
    claims = Claim.objects.filter(customer=customer_id, benefit__use_last_date__gte=today)
    return tuple(
        gettext("“%(name)s” may be used until %(day)s.") % {"name": name, "day": day.isoformat()}
        for name, day in claims.order_by("pk").values_list("benefit__name", "benefit__use_last_date")
    )
