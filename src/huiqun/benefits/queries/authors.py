"""Who has had a hand in the terms of benefits: they decide on no dossier that holds them."""

from collections.abc import Iterable

from huiqun.benefits.models import Benefit
from huiqun.foundation.models import Fact

WRITTEN = ("benefits.BenefitCreated", "benefits.BenefitUpdated")


def authors_of(benefit_ids: Iterable[int]) -> frozenset[int]:
    subjects = [f"benefit:{benefit_id}" for benefit_id in benefit_ids]
    rows = Fact.objects.filter(subject__in=subjects, kind__in=WRITTEN, by__isnull=False)
    return frozenset(rows.values_list("by_id", flat=True))


def authors_beside(subject: str) -> frozenset[int]:
    """Of all benefits of a subject."""
    return authors_of(Benefit.objects.filter(subject=subject).values_list("pk", flat=True) if subject else ())
