from huiqun.customers.queries.addressees import Addressee, addressees
from huiqun.customers.queries.cards import CustomerCard, customer_cards, find
from huiqun.customers.queries.choices import ConsentChoice, consent_choice, consent_choices
from huiqun.customers.queries.consents import consents_of, lock_consents
from huiqun.customers.queries.contact_hashes import customer_ids_by_contact_hash
from huiqun.customers.queries.counting import CountingKeys, counting_keys
from huiqun.customers.queries.marks import Marks, ids_by_phone_mark, marks_of, phone_mark
from huiqun.customers.queries.numbers import erased_ids, numbers_by_id, numbers_of, sees_numbers
from huiqun.customers.queries.people import (
    MergeValues,
    branch_of,
    branch_path,
    contact_points,
    customer_ids_by_contact,
    customer_ids_by_number,
    has_document,
    ids_within,
    merge_values,
    visible_customer,
    visible_id,
)
from huiqun.customers.queries.reach import contact_sql, reachable
from huiqun.customers.queries.scope import branch_paths_of, ids_visible_to
from huiqun.customers.queries.traits import Traits, traits_of
from huiqun.customers.queries.zones import elsewhere, time_zones

__all__ = [
    "Addressee",
    "ConsentChoice",
    "CountingKeys",
    "CustomerCard",
    "Marks",
    "MergeValues",
    "Traits",
    "addressees",
    "branch_of",
    "branch_path",
    "branch_paths_of",
    "consent_choice",
    "consent_choices",
    "consents_of",
    "contact_points",
    "contact_sql",
    "counting_keys",
    "customer_cards",
    "customer_ids_by_contact",
    "customer_ids_by_contact_hash",
    "customer_ids_by_number",
    "elsewhere",
    "erased_ids",
    "find",
    "has_document",
    "ids_by_phone_mark",
    "ids_visible_to",
    "ids_within",
    "lock_consents",
    "marks_of",
    "merge_values",
    "numbers_by_id",
    "numbers_of",
    "phone_mark",
    "reachable",
    "sees_numbers",
    "time_zones",
    "traits_of",
    "visible_customer",
    "visible_id",
]
