from huiqun.customers.queries.cards import CustomerCard, customer_cards, find
from huiqun.customers.queries.consents import consents_of, lock_consents
from huiqun.customers.queries.people import (
    MergeValues,
    contact_points,
    customer_ids_by_contact,
    customer_ids_by_number,
    merge_values,
    visible_customer,
)
from huiqun.customers.queries.reach import reachable

__all__ = [
    "CustomerCard",
    "MergeValues",
    "consents_of",
    "contact_points",
    "customer_cards",
    "customer_ids_by_contact",
    "customer_ids_by_number",
    "find",
    "lock_consents",
    "merge_values",
    "reachable",
    "visible_customer",
]
