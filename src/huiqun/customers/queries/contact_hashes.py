"""Customers by the hash of a number or address, as lists from elsewhere name them."""

import hashlib
from collections import defaultdict
from collections.abc import Collection

from huiqun.customers.models import Customer
from huiqun.customers.rules import CONTACT_FIELD

CHUNK = 5_000


def customer_ids_by_contact_hash(*, channel: str, hashes: Collection[str]) -> dict[str, list[int]]:
    """Ids by lower-case SHA-256 (hex) of the number or address as it is stored (mail in small letters).

    Such a hash is no key of ours: anybody could count through all numbers, so that none is kept. Every
    present customer's contact is decrypted and hashed, a second or so for each hundred thousand.
    """
    field = CONTACT_FIELD.get(channel)
    wanted = {each.lower() for each in hashes}
    found: dict[str, list[int]] = defaultdict(list)
    if field is None or not wanted:
        return found
    rows = Customer.objects.present().filter(**{f"{field}__isnull": False}).order_by("pk")
    for customer_id, contact in rows.values_list("pk", field).iterator(chunk_size=CHUNK):
        digest = hashlib.sha256(contact.strip().lower().encode()).hexdigest()
        if digest in wanted:
            found[digest].append(customer_id)
    return found
