"""What partners are, and what they may."""

from huiqun.partners.rules.clerks import PARTNER_SCOPES, ClerkRole, PartnerKind, PartnerState
from huiqun.partners.rules.contracts import ContractState, ContractTerms, ServedKind, check_contract
from huiqun.partners.rules.credit_codes import is_credit_code

__all__ = [
    "PARTNER_SCOPES",
    "ClerkRole",
    "ContractState",
    "ContractTerms",
    "PartnerKind",
    "PartnerState",
    "ServedKind",
    "check_contract",
    "is_credit_code",
]
