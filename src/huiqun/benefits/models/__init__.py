"""The tables of benefits."""

from huiqun.benefits.models.claims import STATE_COLOURS, STATE_LABELS, Claim, ClaimQuerySet
from huiqun.benefits.models.offers import CODES_LABELS, KIND_LABELS, WAY_LABELS, Benefit, BenefitQuerySet

__all__ = [
    "CODES_LABELS",
    "KIND_LABELS",
    "STATE_COLOURS",
    "STATE_LABELS",
    "WAY_LABELS",
    "Benefit",
    "BenefitQuerySet",
    "Claim",
    "ClaimQuerySet",
]
