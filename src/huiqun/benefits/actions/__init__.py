"""What benefits do. Everything others may ask for is named here."""

from huiqun.benefits.actions.claims import Claimed, claim_benefit
from huiqun.benefits.actions.offers import (
    create_benefit,
    freeze_benefit,
    remove_benefit,
    thaw_benefit,
    update_benefit,
)
from huiqun.benefits.rules import BenefitKind, BenefitNotFound, BenefitTerms, Codes, Way

__all__ = [
    "BenefitKind",
    "BenefitNotFound",
    "BenefitTerms",
    "Claimed",
    "Codes",
    "Way",
    "claim_benefit",
    "create_benefit",
    "freeze_benefit",
    "remove_benefit",
    "thaw_benefit",
    "update_benefit",
]
