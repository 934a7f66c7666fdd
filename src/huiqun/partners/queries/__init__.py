"""Reading partners. Everything others may ask for is named here."""

from huiqun.partners.queries.clerks import at_counter, hold_clerk, hold_partner, shops
from huiqun.partners.queries.register import (
    Payee,
    branch_of,
    contracted_partner_ids,
    editable_partner,
    free_keys,
    may_edit,
    paper,
    partner_choices,
    partner_names,
    partner_of_key,
    partner_rows,
    payee,
    require_contract,
    visible_contract,
    visible_partner,
)

__all__ = [
    "Payee",
    "at_counter",
    "branch_of",
    "contracted_partner_ids",
    "editable_partner",
    "free_keys",
    "hold_clerk",
    "hold_partner",
    "may_edit",
    "paper",
    "partner_choices",
    "partner_names",
    "partner_of_key",
    "partner_rows",
    "payee",
    "require_contract",
    "shops",
    "visible_contract",
    "visible_partner",
]
