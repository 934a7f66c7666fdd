"""Where and how people are written to: one statement for a batch of messages."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection

from huiqun.customers.models import Customer
from huiqun.customers.rules import CONTACT_FIELD, salutation
from huiqun.foundation.secrets import opener


class Addressee(NamedTuple):
    """A plain number or address and what a message may say, for senders alone."""

    contact: str
    name: str
    salutation: str
    branch: str


def addressees(*, customer_ids: Iterable[int], channel: str, with_names: bool = True) -> dict[int, Addressee]:
    """Who can be written to on a channel, by customer. Names that no copy asks for stay encrypted."""
    field = CONTACT_FIELD.get(channel)
    if field is None:
        return {}
    columns: dict[str, Any] = {each.name: each for each in Customer._meta.get_fields()}
    open_contact, open_name = opener(columns[field].context), opener(columns["name"].context)
    ids = "{" + ",".join(map(str, customer_ids)) + "}"
    named = "c.name" if with_names else "NULL::bytea"
    found: dict[int, Addressee] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.id, c.{field}, {named}, c.sex, b.name"
            " FROM customers_customer c JOIN foundation_branch b ON b.id = c.branch_id"
            f" WHERE c.id = ANY(%s::bigint[]) AND c.merged_into_id IS NULL AND c.{field} IS NOT NULL",
            [ids],
        )
        for customer_id, contact, name, sex, branch in cursor.fetchall():
            plain = open_name(bytes(name)) if name else ""
            called = salutation(plain, sex) if with_names else ""
            found[customer_id] = Addressee(open_contact(bytes(contact)), plain, called, branch)
    return found
