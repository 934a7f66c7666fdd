"""What benefits tell."""

from huiqun.benefits.queries.claims import (
    ClaimFacts,
    claim_of,
    claim_rows,
    claim_times,
    claims_of,
    open_claims,
)
from huiqun.benefits.queries.offers import (
    ClaimCounts,
    Offer,
    benefit_rows,
    claim_counts,
    offer,
    offer_of,
    visible_benefit,
)

__all__ = [
    "ClaimCounts",
    "ClaimFacts",
    "Offer",
    "benefit_rows",
    "claim_counts",
    "claim_of",
    "claim_rows",
    "claim_times",
    "claims_of",
    "offer",
    "offer_of",
    "open_claims",
    "visible_benefit",
]
