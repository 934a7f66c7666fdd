"""A benefit names only a partner whose contract carries it from the first claim to the last day of use."""

from huiqun.benefits.rules import BenefitTerms
from huiqun.lib.days import local_date
from huiqun.partners import queries as partners


def require_partner(terms: BenefitTerms, *, branch_id: int) -> None:
    """Asked at planning and at freezing; the contract stays locked for share until the transaction ends.

    :raises partners' PartnerNotFound, PartnerNotActive, NoContract, ContractShareDiffers
    """
    if terms.partner_id is None:
        return
    partners.require_contract(
        partner_id=terms.partner_id,
        branch_id=branch_id,
        kind=terms.kind,
        bank_share=terms.bank_share,
        first=local_date(terms.claim_start_at),
        last=terms.use_last_date,
    )
