"""What benefits tell."""

from huiqun.benefits.queries.authors import authors_beside
from huiqun.benefits.queries.claims import (
    ClaimFacts,
    claim_of,
    claim_rows,
    claim_times,
    open_claims,
)
from huiqun.benefits.queries.linting import Examined, examine_terms
from huiqun.benefits.queries.offers import (
    ClaimCounts,
    Offer,
    benefit_rows,
    claim_counts,
    kind_label,
    offer,
    offer_of,
    offers_beside,
    visible_benefit,
)
from huiqun.benefits.queries.stock import stock_line
from huiqun.benefits.queries.turns import PlaceInLine, place_of

__all__ = [
    "ClaimCounts",
    "ClaimFacts",
    "Examined",
    "Offer",
    "PlaceInLine",
    "authors_beside",
    "benefit_rows",
    "claim_counts",
    "claim_of",
    "claim_rows",
    "claim_times",
    "examine_terms",
    "kind_label",
    "offer",
    "offer_of",
    "offers_beside",
    "open_claims",
    "place_of",
    "stock_line",
    "visible_benefit",
]
