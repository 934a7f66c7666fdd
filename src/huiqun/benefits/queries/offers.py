"""Reading offers."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from huiqun.benefits.models import KIND_LABELS, Benefit, BenefitQuerySet
from huiqun.benefits.rules import BenefitKind, BenefitNotFound, BenefitTerms
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
    added: int = 0
    place: int = 0

    @property
    def left(self) -> int:
        return self.terms.quantity + self.added - self.claimed

    @property
    def is_frozen(self) -> bool:
        return bool(self.frozen_digest)

    def is_open(self, now: datetime) -> bool:
        return self.is_frozen and self.terms.claim_start_at <= now < self.terms.claim_end_at


@dataclass(frozen=True, kw_only=True)
class ClaimCounts:
    quantity: int
    claimed: int

    @property
    def left(self) -> int:
        return self.quantity - self.claimed


def offer_of(subject: str) -> Offer | None:
    """The offer of a campaign (``campaign:12``), if it makes one."""
    benefit = Benefit.objects.filter(subject=subject, place=0).first() if subject else None
    return _offer(benefit) if benefit else None


def kind_label(kind: str) -> str:
    """In the reader's language."""
    return str(KIND_LABELS[BenefitKind(kind)])


def offers_beside(subject: str) -> list[Offer]:
    """All benefits of a subject after its main offer, in their order."""
    rows = Benefit.objects.filter(subject=subject, place__gt=0) if subject else Benefit.objects.none()
    return [_offer(row) for row in rows.order_by("place")]


def offer(benefit_id: int) -> Offer:
    """:raises BenefitNotFound"""
    benefit = Benefit.objects.filter(pk=benefit_id).first()
    if benefit is None:
        raise BenefitNotFound()
    return _offer(benefit)


def claim_counts(subject: str) -> ClaimCounts | None:
    benefit = Benefit.objects.filter(subject=subject, place=0).first() if subject else None
    return ClaimCounts(quantity=benefit.quantity, claimed=benefit.claimed) if benefit else None


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
    elif state == "live":
        rows = rows.exclude(frozen_digest="").filter(claim_end_at__gt=now)
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


def _offer(benefit: Benefit) -> Offer:
    return Offer(
        benefit_id=benefit.pk,
        subject=benefit.subject,
        branch_id=benefit.branch_id,
        terms=benefit.as_terms,
        claimed=benefit.claimed,
        frozen_digest=benefit.frozen_digest,
        added=benefit.added,
        place=benefit.place,
    )
