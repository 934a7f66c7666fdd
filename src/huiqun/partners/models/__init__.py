"""The tables of partners."""

from huiqun.partners.models.clerks import ROLE_LABELS, Clerk, ClerkSession
from huiqun.partners.models.contracts import CONTRACT_LABELS, SERVED_LABELS, Contract, ContractPaper
from huiqun.partners.models.partners import (
    KIND_LABELS,
    STATE_COLOURS,
    STATE_LABELS,
    Contact,
    Partner,
    PartnerKey,
    PartnerQuerySet,
)

__all__ = [
    "CONTRACT_LABELS",
    "KIND_LABELS",
    "ROLE_LABELS",
    "SERVED_LABELS",
    "STATE_COLOURS",
    "STATE_LABELS",
    "Clerk",
    "ClerkSession",
    "Contact",
    "Contract",
    "ContractPaper",
    "Partner",
    "PartnerKey",
    "PartnerQuerySet",
]
