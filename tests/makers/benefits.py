"""Offers and claims for tests."""

from datetime import UTC, date, datetime
from typing import Any

from huiqun.benefits.models import Benefit, Claim
from huiqun.benefits.rules import BenefitKind, BenefitTerms
from huiqun.foundation.models import Branch
from huiqun.lib.canonical import digest

THEN = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


def benefit_terms(**over: Any) -> BenefitTerms:
    """A hundred cinema tickets, claimable through November."""
    values: dict[str, Any] = {
        "name": "观影券一张",
        "kind": BenefitKind.TICKET,
        "item": "2D电影通兑券",
        "specification": "面值40元",
        "quantity": 100,
        "value_fen": 4_000,
        "claim_start_at": datetime(2026, 11, 1, tzinfo=UTC),
        "claim_end_at": datetime(2026, 12, 1, tzinfo=UTC),
        "use_last_date": date(2026, 12, 31),
        "how_to_use": "到影院出示券码。",
        "terms": "每位客户限领一张,先到先得,领完即止。",
    }
    return BenefitTerms(**(values | over))


def make_benefit(*, branch: Branch, subject: str = "", frozen: bool = True, **over: Any) -> Benefit:
    """An offer that can be claimed: its terms are frozen."""
    terms = benefit_terms(**over)
    benefit = Benefit(branch=branch, subject=subject, created_at=THEN, updated_at=THEN)
    benefit.take(terms)
    if frozen:
        benefit.frozen_digest, benefit.frozen_at = digest(terms.for_dossier()), THEN
    benefit.save()
    return benefit


def make_claim(*, benefit: Benefit, customer_id: int, now: datetime = THEN) -> Claim:
    Benefit.objects.take_one(benefit.pk)
    return Claim.objects.create(
        benefit=benefit, customer_id=customer_id, code=f"TEST{customer_id:08d}", claimed_at=now
    )


ROUTE_OBJECTS = {"benefit_id": lambda branch: make_benefit(branch=branch).pk}
