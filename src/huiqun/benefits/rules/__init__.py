"""What benefits are and when they are given."""

from huiqun.benefits.rules.checks import check_claim, check_offer
from huiqun.benefits.rules.refusals import (
    BenefitNotFound,
    NotOpen,
    OfferIncomplete,
    PeriodWrong,
    QuantityTooSmall,
    SoldOut,
    SubjectTaken,
    TermsClaimed,
    TermsFrozen,
)
from huiqun.benefits.rules.states import ClaimState
from huiqun.benefits.rules.terms import BenefitKind, BenefitTerms, Codes, Way

__all__ = [
    "BenefitKind",
    "BenefitNotFound",
    "BenefitTerms",
    "ClaimState",
    "Codes",
    "NotOpen",
    "OfferIncomplete",
    "PeriodWrong",
    "QuantityTooSmall",
    "SoldOut",
    "SubjectTaken",
    "TermsClaimed",
    "TermsFrozen",
    "Way",
    "check_claim",
    "check_offer",
]
